import { liveQuery } from 'dexie';
import * as v from 'valibot';
import type { UserServices } from '../../../client/app/services.ts';
import type { UserDatabase } from '../../../client/data/database.ts';
import { createSessionStore, openUserDatabase } from '../../../client/data/session.ts';
import { createSyncStore } from '../../../client/data/sync-store.ts';
import { createUserServices } from '../../../client/services/user-services.ts';
import { createHttpTransport } from '../../../client/sync/http-transport.ts';
import { runCycle } from '../../../sync/engine.ts';
import { UserIdSchema, VideoIdSchema } from '../../../sync/ids.ts';
import { fieldValue, newVideoRow } from '../../../sync/local-row.ts';
import { VideoCreateSchema } from '../../../sync/records.ts';
import { now } from '../../page-api.ts';
import { makeVideos } from '../../rows.ts';
import { creationOf } from './creation.ts';

let db: UserDatabase;
let services: UserServices;

/** The engine, the store and the transport of the app, put together as the app does it. */
async function cycle(): Promise<number> {
  const started = performance.now();
  const outcome = await runCycle({
    store: createSyncStore(db),
    transport: createHttpTransport({ signal: new AbortController().signal, silenceMs: 60_000 }),
    clock: Date.now,
    shouldStop: () => false,
  });
  if (outcome.kind !== 'done') throw new Error(`the cycle ended with ${JSON.stringify(outcome)}`);
  return performance.now() - started;
}

/** All that runs for a signed-in person on a page of the app. */
async function startServices(): Promise<UserServices> {
  const session = createSessionStore();
  const user = { id: db.user, email: 'bench@example.com', name: 'Bench' };
  await session.signIn(user);
  const nothing = () => {};
  const how = { onSignedOut: nothing, onBlocked: nothing, onOutdated: nothing };
  return (await createUserServices({ user, expired: false, session, ...how })).services;
}

window.bench = {
  open: async (user) => {
    db = await openUserDatabase(v.parse(UserIdSchema, user));
  },
  firstSync: () => cycle(),
  addPending: async (seed, count) => {
    const rows = makeVideos(seed, count).map((video) =>
      newVideoRow(v.parse(VideoIdSchema, video.id), v.parse(VideoCreateSchema, creationOf(video))),
    );
    await createSyncStore(db).transact((tx) => tx.videos.putMany(rows, null));
  },
  push: () => cycle(),
  count: () => db.videos.count(),
  has: async (id) => (await db.videos.get(v.parse(VideoIdSchema, id))) !== undefined,
  pending: () => db.videos.where('dirty').equals(1).count(),
  live: async () => {
    services = await startServices();
    await new Promise<void>((resolve) => {
      const look = () => {
        if (services.live.get() === 'connected' && services.activity.get().kind === 'idle') resolve();
      };
      services.live.subscribe(look);
      services.activity.subscribe(look);
      look();
    });
  },
  edit: async (id, title) => {
    const at = now();
    await services.commands.setTitle(v.parse(VideoIdSchema, id), title);
    return at;
  },
  seen: (id, title) =>
    new Promise((resolve) => {
      const video = v.parse(VideoIdSchema, id);
      const watching = liveQuery(() => db.videos.get(video)).subscribe((row) => {
        if (!row || fieldValue(row, 'title') !== title) return;
        resolve(now());
        queueMicrotask(() => watching.unsubscribe());
      });
    }),
};
