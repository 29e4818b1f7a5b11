import { createContext, use } from 'react';
import type { GenerationId, SourceId, VideoId } from '../../sync/ids.ts';
import type { ExportScope, MissingReason } from '../../sync/library-file.ts';
import type { ModelRules } from '../../sync/model-params.ts';
import type { PictureProblem, SourceImage } from '../../sync/source-image.ts';
import type { Commands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';
import type { Keeping } from '../data/keeping.ts';
import type { Traffic } from '../data/network.ts';
import type { ActiveUser } from '../data/session.ts';
import type { ImportOutcome } from '../media/import-file.ts';
import type { LibraryOutcome } from '../media/import-library.ts';

/** A value outside React that a component can subscribe to (`useSyncExternalStore(s.subscribe, s.get)`). */
export interface Observable<T> {
  readonly get: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}

/** What the sync runner of this page is doing; kept in memory only. */
export type SyncActivity =
  | { readonly kind: 'idle' }
  | { readonly kind: 'syncing' }
  /** The server was not reached; the next try is at `nextAt` (ms since 1970). */
  | { readonly kind: 'waiting'; readonly nextAt: number }
  | { readonly kind: 'signed_out' }
  /** This device could not keep or read something. `message` is the browser's own, for reports. */
  | { readonly kind: 'storage_failed'; readonly reason: 'quota' | 'closed' | 'unknown'; readonly message: string };

export type AuthResult =
  | { readonly kind: 'ok' }
  /** `field` names the input that has to change, if it is one. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'offline' };

/** A place where this person is signed in. */
export interface SessionView {
  readonly id: string;
  /** As the browser there named itself; null where it did not. */
  readonly userAgent: string | null;
  /** Milliseconds since 1970. What it was used since `usedAt` may be noted up to a day later. */
  readonly signedInAt: number;
  readonly usedAt: number;
  /** The one of this browser. */
  readonly isThis: boolean;
}

export type SessionsAnswer =
  | { readonly kind: 'ok'; readonly sessions: readonly SessionView[] }
  | Exclude<AuthResult, { readonly kind: 'ok' }>;

/** What concerns the account rather than what is in it; the first two before anyone is signed in. */
export interface AccountServices {
  readonly signUp: (input: { name: string; email: string; password: string }) => Promise<AuthResult>;
  readonly signIn: (input: { email: string; password: string }) => Promise<AuthResult>;
  /** Ends every other session of this person. */
  readonly changePassword: (input: { current: string; next: string }) => Promise<AuthResult>;
  readonly signOutElsewhere: () => Promise<AuthResult>;
}

/** Where this person is signed in. None of it ever rejects. */
export interface AccountActs {
  readonly sessions: () => Promise<SessionsAnswer>;
  readonly endSession: (id: string) => Promise<AuthResult>;
}

/** What a provider's model can do; the Create form is built from it. */
export interface ModelView extends ModelRules {
  readonly id: string;
  readonly provider: string;
  readonly label: string;
  /** About what a film costs, where that is known. */
  readonly price?: ModelPrice | undefined;
}

export interface ModelPrice {
  /** ISO 4217. */
  readonly currency: string;
  /** A film costs `fixed`, and `perSecond` for each second; `isLeast` where it may cost more. The resolution is null for all that have no rate of their own. */
  readonly rates: readonly {
    readonly resolution: string | null;
    readonly fixed: number;
    readonly perSecond: number;
    readonly isLeast: boolean;
  }[];
}

/** A file that a person chose, dropped or pasted; `file` is null for a folder. */
export interface GivenFile {
  readonly name: string;
  readonly file: File | null;
}

/** Why a picture is not taken: for what it is, or for this device's storage. */
export type PictureTrouble = PictureProblem | 'no_room' | 'trouble';

/** Pictures to make films of; one at a time, whether or not the form is open meanwhile. */
export interface Pictures {
  /** The one that was given last, until the form has it. */
  readonly given: Observable<GivenPicture>;
  /** Keeps it on this device, for the form; resolves with what became of it. Never rejects. */
  readonly give: (file: Blob) => Promise<PictureEnd>;
  /** The form has it, and has written down that it does. */
  readonly formHas: (id: SourceId) => void;
  /** What was wrong with the last one is seen. */
  readonly forgive: () => void;
}

export type TakenPicture =
  | { readonly kind: 'taken'; readonly source: SourceImage }
  | { readonly kind: 'refused'; readonly problem: PictureTrouble };

export type GivenPicture = { readonly kind: 'none' } | { readonly kind: 'taking' } | TakenPicture;

export type PictureEnd =
  | { readonly kind: 'used' }
  | Extract<TakenPicture, { readonly kind: 'refused' }>
  /** Another one was given before the form had it. */
  | { readonly kind: 'superseded' };

/** Which videos, and where they are written: a file that the person chose, or the browser's own downloads. */
export interface ExportRequest {
  readonly scope: ExportScope;
  /** Of the archive. */
  readonly name: string;
  readonly target: FileSystemFileHandle | null;
}

/** What becomes of a library, or a part of it, that is being exported. */
export type ExportState =
  /** `share` of the bytes that are written, 0 to 1. */
  | { readonly kind: 'exporting'; readonly share: number }
  | { readonly kind: 'exported'; readonly videos: number; readonly missing: number; readonly bytes: number }
  /** The browser downloads it from the server by itself. */
  | { readonly kind: 'handed_over' }
  /** One video that is not in it. */
  | { readonly kind: 'not_exported'; readonly reason: MissingReason }
  | { readonly kind: 'export_failed'; readonly reason: 'full' | 'stopped' | 'trouble' };

/** What becomes of a file that is being imported. */
export type ImportState =
  | { readonly kind: 'waiting' }
  /** `share` of it that is written, 0 to 1; null before that begins. */
  | { readonly kind: 'working'; readonly share: number | null }
  | ImportOutcome
  /** Of an exported library. */
  | LibraryOutcome
  | { readonly kind: 'refused'; readonly reason: 'folder' }
  /**
   * One that another app shared and no film was begun with; `problem` says what was in the way, if
   * anything was. It is kept until it is used or discarded, unless it is no use to anyone.
   */
  | { readonly kind: 'picture'; readonly problem: PictureTrouble | 'elsewhere' | null }
  | ExportState
  /** This device could not, through no fault of the file. */
  | { readonly kind: 'failed' };

export interface ImportItem {
  readonly key: number;
  readonly name: string;
  readonly state: ImportState;
}

/** How much this app stores on this device, and may. */
export interface StorageView {
  readonly usage: number;
  readonly quota: number;
  /** What a person wished for did not fit, or the disk was full before the browser had said so. */
  readonly isFull: boolean;
}

/** Whether this browser tells of what ends while the app is closed. */
export type NotificationsState =
  | { readonly kind: 'unknown' }
  /** The browser cannot, or not here; or the server does not. */
  | { readonly kind: 'unsupported'; readonly by: 'browser' | 'server' }
  /** The person told the browser so, and only there it can be taken back. */
  | { readonly kind: 'denied' }
  /** `trouble`: who was not reached when it should be turned on, or that this device could not write it down. */
  | { readonly kind: 'off'; readonly trouble?: 'server' | 'push_service' | 'device' }
  | { readonly kind: 'busy' }
  | { readonly kind: 'on' };

/** What a notification says, by what it tells of. */
export type NoticeWords = Readonly<Record<'succeeded' | 'failed', string>>;

/** None of it ever rejects. */
export interface Notifications {
  readonly state: Observable<NotificationsState>;
  /** Looks how it stands now. */
  readonly look: () => Promise<void>;
  /** Asks the person where they were not asked yet: only upon their press. */
  readonly turnOn: (words: NoticeWords) => Promise<void>;
  readonly turnOff: () => Promise<void>;
  /** Ends it on this device, with no network too, and takes away what is shown. @returns has the server know it */
  readonly leave: () => Promise<() => Promise<unknown>>;
  /** The language is another one. */
  readonly speak: (words: NoticeWords) => Promise<void>;
  /** Subscribes anew where the browser forgot, and tells the server; ends what this person did not ask for. */
  readonly renew: () => Promise<void>;
}

/** What the screens may ask for on behalf of a signed-in person. Everything they show comes from `db`. */
export interface UserServices {
  readonly user: ActiveUser;
  readonly db: UserDatabase;
  readonly commands: Commands;
  readonly activity: Observable<SyncActivity>;
  /** Whether the last request reached the server; a hint for words, never a gate. */
  readonly online: Observable<boolean>;
  /** The server no longer accepts this session: show one banner, go on working. */
  readonly sessionExpired: Observable<boolean>;
  /** The server takes what this version of the app sends, and can no longer tell it of changes. */
  readonly tooOld: Observable<boolean>;
  /** Whether changes at the server are heard of as they happen; `off` while nobody looks or nobody is signed in. */
  readonly live: Observable<'connected' | 'connecting' | 'off'>;
  /** 0..1 by generation, for those that are running and watched. */
  readonly progress: Observable<ReadonlyMap<GenerationId, number>>;
  /** Cached on the device, so that Create works offline. */
  readonly models: Observable<readonly ModelView[]>;
  readonly syncNow: () => void;
  /** Null until it is known, and where the browser does not say. */
  readonly storage: Observable<StorageView | null>;
  /** What goes over the network unasked, and what waits. */
  readonly traffic: Observable<Traffic>;
  /** Chooses what this device keeps by itself, and over which networks. */
  readonly choose: (change: Partial<Keeping>) => Promise<void>;
  /** Drops the copies of this device that the server has as well, but for those that a person pinned or plays. */
  readonly freeSpace: () => Promise<void>;
  /** The first picture stands: what would have held it up may begin. */
  readonly shown: () => void;
  /** A person plays a video. */
  readonly played: (id: VideoId) => void;
  /** Keeps the bytes of a video on this device, or drops this device's copy of a synced one. */
  readonly keepOffline: (id: VideoId) => Promise<void>;
  readonly removeOfflineCopy: (id: VideoId) => Promise<void>;
  /** What was imported since the app was opened, oldest first; in memory only. */
  readonly imports: Observable<readonly ImportItem[]>;
  readonly importFiles: (files: readonly GivenFile[]) => void;
  readonly pictures: Pictures;
  /** Writes videos with their bytes and all that is known of them into one archive. */
  readonly exportLibrary: (request: ExportRequest) => void;
  /** Takes imports and exports off the list; an import that waits for room on this device is given up, an export that is being written stopped. A picture that was shared stays for later. */
  readonly dismissImports: (keys: readonly number[]) => void;
  /** What becomes of a picture that was shared: the form's, or nobody's. */
  readonly settlePicture: (key: number, how: 'use' | 'discard') => void;
  /** The file itself, where it is all on this device. */
  readonly localFile: (id: VideoId) => Promise<Blob | null>;
  /** A URL that plays the video right now: same-origin, or a blob where no worker controls the page. Call `release` when done. */
  readonly playable: (id: VideoId) => Promise<{ readonly url: string; readonly release: () => void }>;
  /** Null where this person is leaving already. */
  readonly notifications: () => Promise<Notifications | null>;
  /** Keeps unsaved work for its owner on this device. */
  readonly signOut: () => Promise<void>;
  /** Null where this person is leaving already. */
  readonly account: () => Promise<AccountActs | null>;
  /** Deletes the account and all that is in it: on the server, then on this device. Where the server does not, nothing is. */
  readonly deleteAccount: (password: string) => Promise<AuthResult>;
}

/** An installed update that waits for a reload, and the browser's install prompt. */
export interface ShellServices {
  readonly updateReady: Observable<boolean>;
  readonly applyUpdate: () => void;
  /** Looks for an update and, since a person asked for it, reloads with it as soon as it is here. */
  readonly findUpdate: () => void;
  readonly canInstall: Observable<boolean>;
  readonly install: () => Promise<void>;
}

export const UserServicesContext = createContext<UserServices | null>(null);
export const AccountServicesContext = createContext<AccountServices | null>(null);
export const ShellServicesContext = createContext<ShellServices | null>(null);

/** The services of the signed-in person. @throws outside the signed-in part of the app */
export function useServices(): UserServices {
  const services = use(UserServicesContext);
  if (!services) throw new Error('no one is signed in here');
  return services;
}

export function useAccountServices(): AccountServices {
  const services = use(AccountServicesContext);
  if (!services) throw new Error('the account services are missing');
  return services;
}

export function useShellServices(): ShellServices {
  const services = use(ShellServicesContext);
  if (!services) throw new Error('the shell services are missing');
  return services;
}
