import { retryDelay } from '../../sync/backoff.ts';
import type { GenerationId, VideoId } from '../../sync/ids.ts';
import type { ExportRequest, GivenFile, ImportItem, StorageView, SyncActivity, UserServices } from '../app/services.ts';
import { createCommands } from '../data/commands.ts';
import { createLog } from '../data/event-log.ts';
import type { Keeping } from '../data/keeping.ts';
import type { Traffic } from '../data/network.ts';
import { type ActiveUser, openUserDatabase, type SessionStore } from '../data/session.ts';
import { localFile, playable } from '../media/playable.ts';
import { wait } from '../media/ports.ts';
import type { LiveState } from '../sync/live.ts';
import { revokeSession } from './account-services.ts';
import { tellOfDatabase } from './database-events.ts';
import { loadModels } from './models.ts';
import { createSource, type Source } from './observable.ts';
import { createPictures } from './pictures.ts';
import { removeDue } from './remove-due.ts';
import { createRetry } from './retry.ts';

/** What runs for a signed-in person on this page, and how it is ended. */
export interface RunningServices {
  readonly services: UserServices;
  readonly end: () => Promise<void>;
}

/** A screen that does not say that it stands is not waited for longer. */
const SHOWN_MS = 1_000;
/** How long who signs out waits for a browser that does not end a subscription. */
const LEAVING_MS = 4_000;

/** Opens a person's database and keeps it in step with the server until it is ended. */
export async function createUserServices(options: {
  readonly user: ActiveUser;
  readonly expired: boolean;
  readonly session: SessionStore;
  readonly onSignedOut: () => void;
  /** Another tab with an older schema is in the way; it goes on once that is closed. */
  readonly onBlocked: () => void;
  /** Another tab has a newer schema; only a reload helps. */
  readonly onOutdated: () => void;
}): Promise<RunningServices> {
  const { user, session, onSignedOut, onBlocked, onOutdated } = options;
  const ended = new AbortController();
  const { signal } = ended;
  const db = await openUserDatabase(user.id, ({ kind }) => kind === 'blocked' && onBlocked());
  const signs = {
    activity: createSource<SyncActivity>({ kind: 'idle' }),
    online: createSource(navigator.onLine),
    sessionExpired: createSource(options.expired),
    tooOld: createSource(false),
    live: createSource<LiveState>('off'),
    progress: createSource<ReadonlyMap<GenerationId, number>>(new Map()),
    imports: createSource<readonly ImportItem[]>([]),
    storage: createSource<StorageView | null>(null),
    traffic: createSource<Traffic>({ saveData: false, type: null, wifiOnly: false }),
  };
  const log = createLog(db, 'page');
  tellOfDatabase({ db, log, activity: signs.activity, onOutdated });

  const pictures = createPictures(db);

  // What the first picture does not wait for, and what would have it wait: both ask the same database.
  const isShown = new AbortController();
  const inStep = wait(SHOWN_MS, AbortSignal.any([signal, isShown.signal]))
    .then(() => loadInStep(signs.activity, signal))
    .then((keepInStep) => (signal.aborted ? null : keepInStep({ db, session, log, signs, pictures, signal })));
  const onWrite = () => void inStep.then((running) => running?.onWrite());
  const commands = createCommands(db, onWrite);

  const sendBytes = async (id: VideoId) => (await (await inStep)?.sendBytes(id)) ?? false;

  const end = async () => {
    ended.abort();
    // What has arrived of a download is still written.
    await (await inStep)?.stop();
    db.close();
  };
  const services = {
    user,
    db,
    commands: { ...commands, retry: createRetry({ db, commands, signal, sendBytes, onAsked: onWrite }) },
    ...signs,
    shown: () => isShown.abort(),
    models: loadModels(signal),
    syncNow: () => void inStep.then((running) => running?.syncNow()),
    choose: async (change: Partial<Keeping>) => (await inStep)?.choose(change),
    freeSpace: async () => (await inStep)?.freeSpace(),
    played: (id: VideoId) => void inStep.then((running) => running?.played(id)),
    keepOffline: async (id: VideoId) => (await inStep)?.keepOffline(id),
    removeOfflineCopy: async (id: VideoId) => (await inStep)?.removeCopy(id),
    pictures,
    importFiles: (files: readonly GivenFile[]) => void inStep.then((running) => running?.importer.add(files)),
    exportLibrary: (request: ExportRequest) => void inStep.then((running) => running?.exporter.begin(request)),
    dismissImports: (keys: readonly number[]) => void inStep.then((running) => running?.dismiss(keys)),
    settlePicture: (key: number, how: 'use' | 'discard') =>
      void inStep.then((running) => running?.importer.pictures[how](key)),
    localFile: (id: VideoId) => localFile(db, id),
    playable: async (id: VideoId) => {
      const held = inStep.then((running) => running?.hold(id));
      const { url, release } = await playable(db, id);
      const end = () => {
        release();
        void held.then((letGo) => letGo?.());
      };
      return { url, release: end };
    },
    notifications: async () => (await inStep)?.notifications ?? null,
    signOut: async () => {
      // While somebody is signed in whom it concerns; a page that ends here leaves nothing to be shown later.
      const leaving = inStep.then((running) => running?.notifications.leave());
      await Promise.race([leaving, wait(LEAVING_MS, signal)]);
      // First on this device, so that nothing that happens on the way leaves the person signed in here.
      await session.signOut();
      await end();
      onSignedOut();
      await (await leaving)?.();
      if (await revokeSession()) await session.revoked();
    },
    account: async () => (await inStep)?.account ?? null,
    deleteAccount: async (password: string) => {
      const answer = (await (await inStep)?.account.deleteOnServer(password)) ?? ({ kind: 'offline' } as const);
      if (answer.kind !== 'ok') return answer;
      await end();
      onSignedOut();
      // A tab that stands still may hold on to the database; what is not removed now is at the next start.
      await Promise.race([removeDue(session).catch(() => undefined), wait(LEAVING_MS, new AbortController().signal)]);
      return answer;
    },
  };
  return { services, end };
}

/** A network that fails between the page and this part of it is waited out like any other failure. */
async function loadInStep(activity: Source<SyncActivity>, signal: AbortSignal) {
  for (let attempt = 1; ; attempt++) {
    try {
      return (await import('./in-step.ts')).keepInStep;
    } catch {
      const ms = retryDelay({ attempt, retryAfterMs: null, random: Math.random() });
      activity.set({ kind: 'waiting', nextAt: Date.now() + ms });
      await wait(ms, signal);
      if (signal.aborted) return () => null;
    }
  }
}
