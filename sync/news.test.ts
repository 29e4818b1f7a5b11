import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { DeviceIdSchema, EpochSchema, UserIdSchema, uuidv7 } from './ids.ts';
import { applyNews } from './news.ts';
import { NewsSchema } from './protocol.ts';
import { createMemoryStore, type MemoryStore } from './simulation/memory-store.ts';

const user = v.parse(UserIdSchema, 'alice');
const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
const NOW = 1_800_000_000_000;
const id = uuidv7(NOW, new Uint8Array(10));

let store: MemoryStore;
beforeEach(async () => {
  store = createMemoryStore(user, v.parse(DeviceIdSchema, 'd'.repeat(16)));
  const { from } = news();
  await store.transact(async (tx) => tx.putMeta({ ...(await tx.meta()), ...from, epoch, clockOffset: 500 }));
});

function news(over: object = {}) {
  return v.parse(NewsSchema, {
    epoch,
    from: { head: '1.a', cursor: 'c.1' },
    to: { head: '2.b', cursor: 'c.2' },
    changes: { videos: [{ id, rev: 2, create: CREATE, fields: {}, server: SERVER }], generations: [] },
    ...over,
  });
}

const CREATE = { origin: 'imported', createdAt: NOW };
const SERVER = {
  mediaState: 'stored',
  mediaError: null,
  bytes: 1,
  sha256: 'ab',
  posterAt: null,
  storedAt: NOW,
  width: 1,
  height: 1,
  durationMs: 1,
  codec: 'avc1',
};

const hear = (over?: object) => applyNews({ store, clock: () => NOW }, { user, news: news(over) });

test('[PULL-6] rows, cursor and head are written together, and once', async () => {
  expect(await hear()).toBe(true);
  const { meta, videos } = store.disk();
  expect(meta).toMatchObject({ cursor: 'c.2', head: '2.b', lastSyncAt: NOW });
  expect([...videos.values()]).toMatchObject([{ id, saveState: 'synced', received: { epoch, rev: 2 } }]);
  expect(await hear()).toBe(false);
});

test.each([
  ['[PULL-6] after another place of the same history', { from: { head: '1.a', cursor: 'c.0' } }],
  ['[PULL-5] after a head that another history has in its place', { from: { head: '1.z', cursor: 'c.1' } }],
  ['[PULL-5] of another epoch', { epoch: 'bbbbbbbbbbbbbbbb' }],
])('nothing of news is taken that begins %s', async (_, over) => {
  const before = store.disk();
  expect(await hear(over)).toBe(false);
  expect([store.disk().meta, store.disk().videos.size]).toEqual([before.meta, 0]);
});

test('[HLC-2] news says nothing of the time: it may have waited in a frozen tab', async () => {
  await hear();
  expect(store.disk().meta.clockOffset).toBe(500);
});

test('[PURGE-1] a purge that is told drops the video', async () => {
  await hear();
  const purge = { videos: [{ id, rev: 3, purged: true }], generations: [] };
  const over = { from: { head: '2.b', cursor: 'c.2' }, to: { head: '3.c', cursor: 'c.3' }, changes: purge };
  expect(await hear(over)).toBe(true);
  expect(store.disk().videos.size).toBe(0);
});
