import type { GenerationId, VideoId } from '../../sync/ids.ts';
import { applyNews } from '../../sync/news.ts';
import type { News } from '../../sync/protocol.ts';
import type { ImportItem, Notifications, Pictures, StorageView, SyncActivity } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import type { Log } from '../data/event-log.ts';
import { createKeepTables } from '../data/keep-tables.ts';
import { type Keeping, writeKeeping } from '../data/keeping.ts';
import type { Traffic } from '../data/network.ts';
import { createNoticeStore } from '../data/notice-store.ts';
import { isAnythingDirty, isAnythingUnfinished } from '../data/reads.ts';
import type { SessionStore } from '../data/session.ts';
import { createSyncStore, readMeta } from '../data/sync-store.ts';
import { isAnythingToUpload } from '../data/upload-tables.ts';
import type { Turn } from '../media/in-turn.ts';
import { createMediaKeeper } from '../media/keeper.ts';
import { createPlaying } from '../media/playing.ts';
import { createMediaUploader } from '../media/uploader.ts';
import { createLive, type LiveState } from '../sync/live.ts';
import { createPokes } from '../sync/pokes.ts';
import { requestBackgroundSync, requestPeriodicSync } from '../sync/register-background-sync.page.ts';
import { createRunner } from '../sync/runner.ts';
import type { SyncOutcome } from '../sync/sync-once.ts';
import { createAccountActs } from './account-acts.ts';
import { badgeWhatIsPending } from './badge.ts';
import { createBrowserPush } from './browser-push.ts';
import { createExporter, type Exporter } from './exporter.ts';
import { createImporter, type Importer } from './importer.ts';
import { createNotifications } from './notifications.ts';
import { createSource, type Source } from './observable.ts';
import { createPatience } from './patience.ts';
import { createPersistence } from './persistence.ts';
import { watchProgress } from './progress.ts';
import { watchTraffic } from './traffic.ts';
import { createTransfers } from './transfers.ts';
import { listenForTriggers } from './triggers.ts';
import { keepAwake } from './wake-lock.ts';
import { startWatchdog } from './watchdog.ts';
import { listenToWorker } from './worker-asks.ts';

/** What the screens see of it. */
export interface Signs {
  readonly activity: Source<SyncActivity>;
  readonly online: Source<boolean>;
  readonly sessionExpired: Source<boolean>;
  readonly tooOld: Source<boolean>;
  readonly live: Source<LiveState>;
  readonly progress: Source<ReadonlyMap<GenerationId, number>>;
  readonly imports: Source<readonly ImportItem[]>;
  readonly storage: Source<StorageView | null>;
  readonly traffic: Source<Traffic>;
}

export interface InStep {
  /** Something was written here that the server does not have. */
  readonly onWrite: () => void;
  readonly syncNow: () => void;
  /** Sends the bytes of a video, whatever was in the way; false where they are not on this device. */
  readonly sendBytes: (id: VideoId) => Promise<boolean>;
  readonly keepOffline: (id: VideoId) => Promise<void>;
  readonly removeCopy: (id: VideoId) => Promise<void>;
  readonly choose: (change: Partial<Keeping>) => Promise<void>;
  readonly freeSpace: () => Promise<void>;
  readonly played: (id: VideoId) => void;
  /** A video is open in a player: its bytes stay. @returns ends it */
  readonly hold: (id: VideoId) => () => void;
  readonly importer: Importer;
  readonly exporter: Exporter;
  readonly notifications: Notifications;
  readonly account: ReturnType<typeof createAccountActs>;
  /** Takes imports and exports off their list. */
  readonly dismiss: (keys: readonly number[]) => void;
  /** Resolves when nothing is written any more. */
  readonly stop: () => Promise<void>;
}

/** Keeps a page's database in step with the server, and bytes on this device, until it is ended. */
export function keepInStep(deps: {
  readonly db: UserDatabase;
  readonly session: SessionStore;
  readonly log: Log;
  readonly signs: Signs;
  readonly pictures: Pictures;
  readonly signal: AbortSignal;
}): InStep {
  const { db, session, log, signal } = deps;
  const { activity, online, sessionExpired, tooOld, live, progress, storage } = deps.signs;
  const { user } = db;
  const isLive = () => live.get() === 'connected';
  const isVisible = () => document.visibilityState === 'visible';
  const patience = createPatience();
  const store = createSyncStore(db);
  const keep = createKeepTables(db);

  const onOutcome = (outcome: SyncOutcome) => {
    if (outcome.kind === 'stopped' || outcome.kind === 'storage_failed') return;
    online.set(outcome.kind !== 'unavailable');
    if (outcome.kind === 'unavailable') return leaveToWorker();
    const expired = outcome.kind === 'unauthorized' || outcome.kind === 'identity_changed';
    sessionExpired.set(expired);
    if (outcome.kind === 'done') tooOld.set(outcome.upgrade);
    void session.setExpired(expired).catch(() => undefined);
    if (!expired) onNewRows();
  };
  const onNewRows = () => {
    keeper.kick();
    uploader.kick();
    void watched.prune().catch(() => undefined);
  };
  // What is not sent now is the worker's as well, should this page be closed.
  const leaveToWorker = () =>
    void isAnythingDirty(db)
      .then(async (dirty) => dirty || (await isAnythingToUpload(db, Date.now())))
      .then((dirty) => (dirty ? requestBackgroundSync() : undefined))
      .catch(() => undefined);
  const runner = createRunner({
    user,
    store,
    signal,
    log,
    maySteal: isVisible,
    onOutcome,
    onState: activity.set,
    restMs: async () => patience.next({ isWaiting: await isAnythingUnfinished(db), isLive: isLive() }),
  });
  const onWrite = () => {
    patience.renew();
    runner.kick();
    leaveToWorker();
  };
  const playing = createPlaying(user);
  const persistence = createPersistence(db, signal);
  const turn: Turn = { maySteal: isVisible, onEvent: (what) => log({ kind: 'lock', details: { what } }) };
  const keeper = createMediaKeeper({
    db,
    user,
    signal,
    ...turn,
    playing: playing.now,
    onKept: persistence.ask,
    onState: (state) => {
      if (state.kind !== 'fetching') lookAtStorage(state.kind === 'full' && state.met === 'disk');
    },
    capture: async (file) => (await import('../media/capture-poster.page.ts')).capturePoster(file),
  });
  const lookAtStorage = (isFull: boolean) =>
    void keeper
      .estimate()
      .then((known) => storage.set(known && sameOr(storage.get(), { ...known, isFull })))
      .catch(() => undefined);
  const [isMaking, isSending] = [createSource(false), createSource(false)];
  progress.subscribe(() => isMaking.set(progress.get().size > 0));
  const uploader = createMediaUploader({
    db,
    user,
    signal,
    ...turn,
    // Should this page be closed, the worker goes on.
    onDue: () => {
      isSending.set(true);
      void requestBackgroundSync();
    },
    onEnd: () => isSending.set(false),
  });
  const transfers = createTransfers(deps.signs.imports);
  const importer = createImporter({
    db,
    pictures: deps.pictures,
    transfers,
    onImported: () => {
      onWrite();
      // The only copy there is lies here now.
      persistence.ask();
    },
    signal,
  });
  const exporter = createExporter({
    db,
    transfers,
    isOnline: () => online.get() && !sessionExpired.get(),
    signal,
  });
  const watched = watchProgress({ db, progress, signal, isLive, onRecorded: onWrite });

  const write = async (news: News) => {
    if (!(await applyNews({ store, clock: Date.now }, { user, news }))) return;
    log({ kind: 'news', details: { pulled: news.changes.videos.length + news.changes.generations.length } });
    onNewRows();
    if (await isAnythingDirty(db)) runner.kick();
  };
  const pokes = createPokes({
    readHead: async () => (await readMeta(db)).head,
    write,
    isSyncing: () => activity.get().kind === 'syncing',
    kick: () => {
      runner.kick();
      log({ kind: 'trigger', details: { what: 'poke' } });
    },
  });
  activity.subscribe(pokes.look);
  const stream = createLive({
    user,
    signal,
    isSignedIn: () => !sessionExpired.get(),
    isVisible,
    onState: (state) => {
      live.set(state);
      log({ kind: 'live', details: { state } });
    },
    onHead: pokes.heard,
    onNews: pokes.told,
    onProgress: watched.heard,
    onLost: runner.kick,
  });
  sessionExpired.subscribe(stream.wake);

  listenForTriggers({
    runner: {
      kick: runner.kick,
      restart: () => {
        runner.restart();
        keeper.restart();
        uploader.restart();
      },
      pause: () => {
        runner.pause();
        keeper.pause();
        uploader.pause();
      },
    },
    live: stream,
    log,
    signal,
    onOffline: () => online.set(false),
    onFreeze: () => db.rest(),
  });
  startWatchdog({
    db,
    log,
    signal,
    isAwake: () => isVisible() && navigator.onLine && !sessionExpired.get(),
    onStuck: () => {
      db.rest();
      runner.restart({ steal: true });
      uploader.restart();
    },
  });
  const notifications = createNotifications({ user, store: createNoticeStore(), browser: createBrowserPush() });
  const readTraffic = watchTraffic({
    db,
    traffic: deps.signs.traffic,
    signal,
    onTurn: () => {
      keeper.restart();
      uploader.restart();
    },
  });
  void requestPeriodicSync();
  listenToWorker(signal);
  keepAwake([isMaking, isSending], signal);
  badgeWhatIsPending(db, signal);
  void notifications.renew();
  log({ kind: 'trigger', details: { what: 'start' } });
  onWrite();

  return {
    onWrite,
    syncNow: () => {
      if (activity.get().kind === 'syncing') return runner.kick();
      runner.restart();
      uploader.wish();
    },
    sendBytes: uploader.send,
    keepOffline: (id) => {
      persistence.ask();
      return keeper.keepOffline(id);
    },
    removeCopy: keeper.removeCopy,
    choose: async (change) => {
      await db.resilient(() => writeKeeping(db, change));
      await readTraffic();
      keeper.restart();
    },
    freeSpace: keeper.freeAll,
    // A play that is not noted is no trouble.
    played: (id) => void keep.played(id, Date.now()).catch(() => undefined),
    hold: playing.hold,
    importer,
    exporter,
    notifications,
    account: createAccountActs({ user, session, notifications, signal }),
    dismiss: (keys) => importer.dismiss(keys.filter((key) => !exporter.stop(key))),
    stop: async () => {
      await Promise.all([keeper.stop(), uploader.stop(), importer.stop()]);
    },
  };
}

/** The one there was where it says the same, so that nobody is told of nothing. */
function sameOr(before: StorageView | null, now: StorageView): StorageView {
  return JSON.stringify(before) === JSON.stringify(now) ? (before ?? now) : now;
}
