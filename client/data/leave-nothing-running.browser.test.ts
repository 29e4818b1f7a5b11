import * as v from 'valibot';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import type { UserDatabase } from './database.ts';
import { leaveNothingRunning } from './leave-nothing-running.page.ts';
import { openUserDatabase } from './session.ts';
import { createSyncStore, readMeta } from './sync-store.ts';

let db: UserDatabase;
beforeAll(leaveNothingRunning);
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
});
afterEach(() => db.close());

test('a write that is under way when the page is put aside ends at once, and is done as a whole once it goes on', async () => {
  let runs = 0;
  let begun = () => {};
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let isHeld = true;
  const writing = createSyncStore(db).transact(async (tx) => {
    runs += 1;
    await tx.putMeta({ ...(await tx.meta()), lastSyncAt: 7 });
    begun();
    // As long as it asks for something, it does not end.
    while (isHeld) await tx.videos.getMany([]).then(() => tx.stats(0));
  });
  await beginning;
  dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
  isHeld = false;
  const other = await rawConnection(db.name);
  const read = await done(other.transaction('meta', 'readwrite').objectStore('meta').get('sync'));
  expect(read).toMatchObject({ lastSyncAt: null });
  await writing;
  expect(runs).toBe(2);
  expect((await readMeta(db)).lastSyncAt).toBe(7);
  other.close();
});

test('a page that is only hidden, or goes for good, is left alone', async () => {
  let runs = 0;
  await db.resilient(() =>
    db.transaction('rw', db.meta, async () => {
      runs += 1;
      await readMeta(db);
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: false }));
      await readMeta(db);
    }),
  );
  expect(runs).toBe(1);
});

async function rawConnection(name: string): Promise<IDBDatabase> {
  return done(indexedDB.open(name));
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
