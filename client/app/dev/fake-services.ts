import * as v from 'valibot';
import { type GenerationId, UserIdSchema } from '../../../sync/ids.ts';
import { createCommands } from '../../data/commands.ts';
import type { UserDatabase } from '../../data/database.ts';
import { createPictures } from '../../services/pictures.ts';
import type {
  AccountActs,
  AccountServices,
  ModelView,
  Observable,
  ShellServices,
  StorageView,
  SyncActivity,
  UserServices,
} from '../services.ts';
import { fakeImports } from './fake-imports.ts';
import { fakeSessions } from './fake-sessions.ts';
import type { Situation } from './situation.ts';

const MODELS: readonly ModelView[] = [
  {
    id: 'local/film',
    provider: 'local',
    label: 'VidFab Local',
    aspectRatios: ['16:9', '9:16', '1:1', '4:3', '21:9'],
    durations: [3, 5, 8],
    resolutions: ['360p', '720p'],
    seed: true,
    negativePrompt: false,
    sourceImage: 'none',
  },
  {
    id: 'local/motion',
    provider: 'local',
    label: 'VidFab Motion',
    aspectRatios: ['auto', '16:9', '9:16'],
    durations: [3, 5],
    resolutions: ['360p'],
    seed: true,
    negativePrompt: false,
    sourceImage: 'required',
  },
  {
    id: 'wan/2.6',
    provider: 'wavespeed',
    label: 'Wan 2.6',
    aspectRatios: ['16:9', '9:16'],
    durations: [5, 10, 15],
    price: {
      currency: 'USD',
      rates: [
        { resolution: '720p', fixed: 0, perSecond: 0.08, isLeast: false },
        { resolution: null, fixed: 0.6, perSecond: 0, isLeast: true },
      ],
    },
    resolutions: ['720p', '1080p'],
    seed: true,
    negativePrompt: true,
    sourceImage: 'optional',
  },
];

export function fakeShell({ update, install }: Situation): ShellServices {
  return {
    updateReady: constant(update),
    applyUpdate: () => location.reload(),
    findUpdate: () => location.reload(),
    canInstall: constant(install),
    install: async () => undefined,
  };
}

export function fakeAccount({ online }: Situation): AccountServices {
  const answer = async () =>
    online
      ? ({ kind: 'refused', code: 'INVALID_EMAIL_OR_PASSWORD', message: 'Invalid email or password' } as const)
      : ({ kind: 'offline' } as const);
  const done = async () => (online ? ({ kind: 'ok' } as const) : ({ kind: 'offline' } as const));
  return { signIn: answer, signUp: answer, changePassword: answer, signOutElsewhere: done };
}

export function fakeUser(options: {
  readonly db: UserDatabase;
  readonly situation: Situation;
  /** The generation that is seen to render. */
  readonly seeded: GenerationId | null;
}): UserServices {
  const { db, situation, seeded } = options;
  return {
    user: { id: v.parse(UserIdSchema, 'demo'), name: 'Ada Lovelace', email: 'ada@example.com' },
    db,
    commands: createCommands(db, () => undefined),
    activity: constant(activityOf(situation)),
    online: constant(situation.online),
    sessionExpired: constant(situation.expired),
    tooOld: constant(situation.tooOld),
    live: constant(situation.online ? 'connected' : 'connecting'),
    progress: constant(new Map(seeded ? [[seeded, 0.62]] : [])),
    models: situation.trouble === 'broken' ? broken : constant(situation.models ? MODELS : []),
    syncNow: () => undefined,
    storage: constant(storageOf(situation)),
    traffic: constant({ saveData: false, type: null, wifiOnly: false }),
    choose: async () => undefined,
    freeSpace: async () => undefined,
    shown: () => undefined,
    played: () => undefined,
    keepOffline: async () => undefined,
    removeOfflineCopy: async () => undefined,
    imports: constant(fakeImports(situation.imports)),
    importFiles: () => undefined,
    pictures: createPictures(db),
    exportLibrary: () => undefined,
    dismissImports: () => undefined,
    settlePicture: () => undefined,
    localFile: async () => null,
    playable: async (id) => ({ url: `/media/${id}`, release: () => undefined }),
    notifications: async () => ({
      state: constant(
        situation.notifications === 'unsupported'
          ? { kind: 'unsupported', by: 'browser' }
          : { kind: situation.notifications },
      ),
      look: async () => undefined,
      turnOn: async () => undefined,
      turnOff: async () => undefined,
      leave: async () => async () => undefined,
      speak: async () => undefined,
      renew: async () => undefined,
    }),
    signOut: async () => location.reload(),
    account: async () => fakeActs(situation),
    deleteAccount: async (password) => {
      if (!situation.online) return { kind: 'offline' };
      if (password !== 'correct horse') return { kind: 'refused', code: 'INVALID_PASSWORD', message: 'No' };
      location.reload();
      return { kind: 'ok' };
    },
  };
}

function fakeActs({ online, answers, otherDevices }: Situation): AccountActs {
  const sessions = async () =>
    online
      ? ({ kind: 'ok', sessions: fakeSessions().slice(0, otherDevices ? 5 : 1) } as const)
      : ({ kind: 'offline' } as const);
  return {
    sessions: answers ? sessions : () => new Promise(() => undefined),
    endSession: async () => (online ? { kind: 'ok' } : { kind: 'offline' }),
  };
}

function activityOf({ activity }: Situation): SyncActivity {
  if (activity === 'waiting') return { kind: 'waiting', nextAt: Date.now() + 6_000 };
  if (activity === 'storage_failed') return { kind: 'storage_failed', reason: 'quota', message: 'the disk is full' };
  return { kind: activity };
}

function storageOf({ disk }: Situation): StorageView | null {
  if (disk === 'untold') return null;
  const usage = { roomy: 1_400_000_000, filling: 9_100_000_000, full: 10_690_000_000 }[disk];
  return { usage, quota: 10_700_000_000, isFull: disk === 'full' };
}

const broken: Observable<never> = {
  get: () => {
    throw new Error('broken on purpose');
  },
  subscribe: () => () => undefined,
};

function constant<T>(value: T): Observable<T> {
  return { get: () => value, subscribe: () => () => undefined };
}
