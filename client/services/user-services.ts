import type { VideoId } from '../../sync/ids.ts';
import type { SyncActivity, UserServices } from '../app/services.ts';
import { createCommands } from '../data/commands.ts';
import { isAnythingUnfinished } from '../data/reads.ts';
import { type ActiveUser, openUserDatabase, type SessionStore } from '../data/session.ts';
import { createSyncStore } from '../data/sync-store.ts';
import { createMediaKeeper } from '../media/keeper.ts';
import { playable } from '../media/playable.ts';
import { requestBackgroundSync } from '../media/register-sync.page.ts';
import { createRunner, type SyncOutcome } from '../sync/runner.ts';
import { revokeSession } from './account-services.ts';
import { loadModels } from './models.ts';
import { createSource } from './observable.ts';
import { createPatience } from './patience.ts';
import { watchProgress } from './progress.ts';
import { createRetry } from './retry.ts';

/** What runs for a signed-in person on this page, and how it is ended. */
export interface RunningServices {
  readonly services: UserServices;
  readonly end: () => Promise<void>;
}

/** Opens a person's database and keeps it in step with the server until it is ended. */
export async function createUserServices(options: {
  readonly user: ActiveUser;
  readonly expired: boolean;
  readonly session: SessionStore;
  readonly onSignedOut: () => void;
}): Promise<RunningServices> {
  const { user, session, onSignedOut } = options;
  const ended = new AbortController();
  const { signal } = ended;
  const db = await openUserDatabase(user.id);
  const activity = createSource<SyncActivity>({ kind: 'idle' });
  const online = createSource(navigator.onLine);
  const sessionExpired = createSource(options.expired);
  const patience = createPatience();

  const onOutcome = (outcome: SyncOutcome) => {
    if (outcome.kind === 'busy' || outcome.kind === 'stopped' || outcome.kind === 'storage_failed') return;
    online.set(outcome.kind !== 'unavailable');
    if (outcome.kind === 'unavailable') return;
    const expired = outcome.kind === 'unauthorized' || outcome.kind === 'identity_changed';
    sessionExpired.set(expired);
    void session.setExpired(expired);
    if (!expired) keeper.kick();
  };
  const runner = createRunner({
    user: user.id,
    store: createSyncStore(db),
    signal,
    onOutcome,
    onState: activity.set,
    restMs: async () => patience.next(await isAnythingUnfinished(db)),
  });
  const onWrite = () => {
    patience.renew();
    runner.kick();
    void requestBackgroundSync();
  };
  const commands = createCommands(db, onWrite);
  const keeper = createMediaKeeper({ db, user: user.id, signal });
  const { progress } = watchProgress({ db, commands, signal, onRecorded: onWrite });

  addEventListener('online', runner.kick, { signal });
  addEventListener('offline', () => online.set(false), { signal });
  document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && runner.kick(), {
    signal,
  });
  onWrite();

  const end = async () => {
    ended.abort();
    // What has arrived of a download is still written.
    await keeper.stop();
    db.close();
  };
  const services = {
    user,
    db,
    commands: { ...commands, retry: createRetry({ db, commands, signal, onAsked: onWrite }) },
    activity,
    online,
    sessionExpired,
    progress,
    models: loadModels(signal),
    syncNow: runner.kick,
    keepOffline: keeper.keepOffline,
    removeOfflineCopy: keeper.removeCopy,
    playable: (id: VideoId) => playable(db, id),
    signOut: async () => {
      // First on this device, so that nothing that happens on the way leaves the person signed in here.
      await session.signOut();
      await end();
      onSignedOut();
      if (await revokeSession()) await session.revoked();
    },
  };
  return { services, end };
}
