import { Dexie } from 'dexie';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCycle } from '../../sync/engine.ts';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  DeviceIdSchema,
  EpochSchema,
  RevSchema,
  type UserId,
  UserIdSchema,
  uuidv7,
  type VideoId,
  VideoIdSchema,
} from '../../sync/ids.ts';
import { newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import { SyncReplySchema, type SyncRequest } from '../../sync/protocol.ts';
import { VideoCreateSchema, VideoServerSchema } from '../../sync/records.ts';
import { createCommands } from './commands.ts';
import { databaseName, type UserDatabase } from './database.ts';
import { readLog } from './event-log.ts';
import { readLineage } from './lineage.ts';
import { generationRecord, videoRecord } from './records.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { openUserDatabase } from './session.ts';
import { createSyncStore, readMeta } from './sync-store.ts';

/** Schemas as they were shipped, and that of a version that is yet to come. */
const V1 = {
  videos: 'id, dirty, saveState, [deleted+createdAt], [deleted+saveState+createdAt], [deleted+favorite+createdAt]',
  generations: 'id, dirty, open, createdAt',
  aliases: 'from',
  meta: 'key',
  copies: 'copyId, state',
  segments: '[copyId+offset]',
  posters: 'videoId',
};
const V6 = { videos: `${V1.videos}, create.params.similarTo.id`, aliases: 'from, to' };
const NEWER = {
  videos: `${V6.videos}, [deleted+rating+createdAt]`,
  copies: 'copyId, state, etag',
  posters: 'videoId, unsent',
  albums: 'id, name',
};

const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
const device = v.parse(DeviceIdSchema, '0123456789abcdef');

let user: UserId;
let opened: Dexie[];
beforeEach(() => {
  user = v.parse(UserIdSchema, crypto.randomUUID());
  opened = [];
});
afterEach(() => {
  for (const db of opened) db.close();
});

describe('an upgrade of the local schema', () => {
  test('version 1 with pending rows: they are carried along, and are pushed', async () => {
    const old = await openAs(1);
    const [never, edited, stored] = [video(1), editedTitle(received(video(2))), received(video(3))];
    await old.table('videos').bulkAdd([never, edited, stored].map(asShipped));
    await old.table('meta').add({ key: 'sync', ...META, epoch, cursor: 'c.aaaaaaaaaaaaaaaa.3', lastSyncAt: 5 });
    await old.table('copies').add({ copyId: never.id, state: 'partial', total: 9, received: 3 });
    old.close();

    const db = await open();
    expect(db.backendDB().version).toBe(SCHEMA_VERSION * 10);
    const states = (await db.videos.orderBy(':id').toArray()).map(({ dirty, saveState }) => [dirty, saveState]);
    expect(states).toEqual([
      [1, 'pending'],
      [1, 'pending'],
      [undefined, 'synced'],
    ]);
    expect(await db.copies.get(never.id)).toMatchObject({ received: 3 });
    expect(await readMeta(db)).toMatchObject({ device, lastSyncAt: 5 });
    expect(await pushedBy(db)).toEqual([
      { id: never.id, set: {}, create: true },
      { id: edited.id, set: edited.fields, create: false },
    ]);
  });

  test('what older code received is found by what it was made similar to', async () => {
    const old = await openAs(5);
    const params = { similarTo: { id: videoId(1) } };
    const create = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 2, params });
    await old.table('videos').bulkAdd([video(1), received(newVideoRow(videoId(2), create))].map(asShipped));
    await old.table('aliases').add({ from: videoId(3), to: videoId(1) });
    old.close();
    const { variations } = await readLineage(await open(), videoId(1));
    expect(variations.map(({ id }) => id)).toEqual([videoId(2)]);
  });

  test('is in the log of the device, a new database is not', async () => {
    const old = await openAs(1);
    await old.table('meta').add({ key: 'sync', ...META });
    old.close();
    expect((await readLog(await open())).map(({ kind, details }) => [kind, details])).toEqual([
      ['schema', { from: 1, to: SCHEMA_VERSION }],
    ]);
    user = v.parse(UserIdSchema, crypto.randomUUID());
    expect(await readLog(await open())).toEqual([]);
  });

  test('under an open tab: the old one lets go and is told, the new one waits for nobody', async () => {
    const told: string[] = [];
    const old = await openUserDatabase(user, ({ kind }) => told.push(kind));
    opened.push(old);
    const id = await createCommands(old, () => {}).generate(INPUT);
    const newer = await openAs(SCHEMA_VERSION + 1);
    expect(await newer.table('generations').get(id)).toMatchObject({ dirty: 1 });
    expect([told, old.isOpen()]).toEqual([['outdated'], false]);
    await expect(createCommands(old, () => {}).generate(INPUT)).rejects.toMatchObject({ reason: 'closed' });
    expect(old.isOpen()).toBe(false);
  });

  test('under a tab that does not let go: the new one says so, and goes on when that is closed', async () => {
    const native = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(databaseName(user), 10);
      request.onupgradeneeded = () => request.result.createObjectStore('meta', { keyPath: 'key' });
      request.onsuccess = () => resolve(request.result);
    });
    const told: string[] = [];
    const opening = openUserDatabase(user, ({ kind }) => {
      told.push(kind);
      native.close();
    });
    opened.push(await opening);
    expect(told).toEqual(['blocked']);
  });

  test('under a page that rests: it blocks nobody, and is told when it wakes', async () => {
    const resting = await open();
    await createCommands(resting, () => {}).generate(INPUT);
    resting.rest();
    const newer = await openAs(SCHEMA_VERSION + 1);
    newer.close();
    expect(await resting.generations.count()).toBe(1);
  });
});

describe('rollback of the app opens a newer schema (dexie#2097)', () => {
  test('newer → this → newer: nothing is lost or hidden, rows are pushed, what is new stays', async () => {
    const newer = await openAs(SCHEMA_VERSION + 1);
    const [pending, stored] = [video(1), received(video(2))];
    await newer.table('meta').add({ key: 'sync', ...META, epoch, cursor: 'c.aaaaaaaaaaaaaaaa.3' });
    await newer.table('meta').add({ key: 'derived', by: SCHEMA_VERSION + 1 });
    await newer.table('albums').add({ id: 'a', name: 'Foxes' });
    // A column of its own, members of its own, and others left to columns that it no longer keeps.
    const rows = [pending, stored].map((row) => ({ ...row, ...columns(row), rating: 4, note: { by: 'newer' } }));
    await newer.table('videos').bulkAdd(rows.map(({ dirty: _, favorite: _favorite, ...row }) => row));
    newer.close();

    const db = await open();
    const commands = createCommands(db, () => {});
    expect(db.backendDB().version).toBe((SCHEMA_VERSION + 1) * 10);
    for (const row of await db.videos.toArray()) expect(row).toEqual(videoRecord(row, epoch));
    expect(await db.videos.where('dirty').equals(1).primaryKeys()).toEqual([pending.id]);
    await commands.setTitle(stored.id, 'Renamed in between');
    const generation = await commands.generate(INPUT);
    expect((await pushedBy(db)).map(({ id }) => id)).toEqual([pending.id, stored.id, generation]);
    // What the server answers is merged into the row as well.
    await acknowledge(db);
    expect(await db.videos.where('dirty').equals(1).count()).toBe(0);
    db.close();

    const again = await openAs(SCHEMA_VERSION + 1);
    expect(await again.table('albums').toArray()).toEqual([{ id: 'a', name: 'Foxes' }]);
    const kept: readonly unknown[] = await again.table('videos').toArray();
    expect(kept).toHaveLength(2);
    for (const row of kept) expect(row).toMatchObject({ rating: 4, note: { by: 'newer' } });
    expect(
      await again.table('videos').where('[deleted+rating+createdAt]').between([0, 4, 0], [0, 4, Infinity]).count(),
    ).toBe(2);
    expect(await again.table('generations').get(generation)).toBeTruthy();
    expect(await again.table('meta').get('derived')).toEqual({ key: 'derived', by: SCHEMA_VERSION });
  });

  test('this → older → this: rows that the older code wrote are derived again', async () => {
    const db = await open();
    const id = await createCommands(db, () => {}).generate(INPUT);
    db.close();
    // The older code derives less: it knows of no `open`, and marks the database as its own.
    const older = await openAs(1);
    await older.table('generations').toCollection().modify({ open: undefined, dirty: undefined });
    await older.table('meta').put({ key: 'derived', by: SCHEMA_VERSION - 1 });
    older.close();
    const again = await open();
    expect(await again.generations.where('open').equals(1).primaryKeys()).toEqual([id]);
    for (const row of await again.generations.toArray()) {
      expect(row).toEqual(generationRecord(row, (await readMeta(again)).epoch));
    }
  });

  test('a library of several pages is derived again whole, and what is right is not rewritten', async () => {
    const db = await open();
    await db.videos.bulkAdd(
      Array.from({ length: 4_500 }, (_, n) => ({ ...videoRecord(video(n + 1), null), dirty: undefined })),
    );
    await db.table('meta').put({ key: 'derived', by: SCHEMA_VERSION + 5 });
    db.close();
    const again = await open();
    expect(await again.videos.where('dirty').equals(1).count()).toBe(4_500);
    await again.table('meta').put({ key: 'derived', by: SCHEMA_VERSION + 5 });
    again.close();
    const put = vi.spyOn(IDBObjectStore.prototype, 'put');
    await open();
    const written = put.mock.contexts.map((store) => (store instanceof IDBObjectStore ? store.name : store));
    expect(written).toEqual(['meta']);
    put.mockRestore();
  });

  test('the same version derives nothing again', async () => {
    const db = await open();
    await db.videos.add({ ...videoRecord(video(1), null), dirty: undefined });
    db.close();
    expect(await (await open()).videos.where('dirty').equals(1).count()).toBe(0);
  });
});

const INPUT = { prompt: 'A fox', provider: 'local', model: 'm', params: {} };
const META = {
  user: '',
  device,
  epoch: null,
  cursor: null,
  head: null,
  lastStamp: ZERO_STAMP,
  clockOffset: 0,
  lastSyncAt: null,
};

async function open(): Promise<UserDatabase> {
  const db = await openUserDatabase(user);
  opened.push(db);
  return db;
}

/** The database as another version of the app declares it. */
async function openAs(version: number): Promise<Dexie> {
  const db = new Dexie(databaseName(user));
  db.version(1).stores(V1);
  if (version > 1) db.version(2).stores({ events: '++seq' });
  if (version > 2) db.version(3).stores({ uploads: 'copyId' });
  if (version > 3) db.version(4).stores({ sources: 'id, addedAt' });
  if (version > 4) db.version(5).stores({ changes: '++seq', catalogue: '++block' });
  if (version > 5) db.version(6).stores(V6);
  if (version > SCHEMA_VERSION) db.version(version).stores(NEWER);
  opened.push(db);
  return db.open();
}

function videoId(n: number): VideoId {
  return v.parse(VideoIdSchema, uuidv7(n, new Uint8Array(10)));
}

function video(n: number): VideoRow {
  return newVideoRow(videoId(n), v.parse(VideoCreateSchema, { origin: 'generated', createdAt: n }));
}

function received(row: VideoRow): VideoRow {
  const unmeasured = { width: null, height: null, durationMs: null, codec: null };
  const server = { mediaState: 'stored', mediaError: null, bytes: 1, sha256: 'x', posterAt: null, storedAt: 1 };
  const rev = v.parse(RevSchema, 1);
  return {
    ...row,
    received: { epoch, rev, stamps: {}, server: v.parse(VideoServerSchema, { ...server, ...unmeasured }) },
  };
}

function editedTitle(row: VideoRow): VideoRow {
  const stamp = nextStamp({ nowMs: 5, device, last: ZERO_STAMP, seen: ZERO_STAMP });
  return { ...row, fields: { title: ['Mine', stamp] } };
}

function columns(row: VideoRow) {
  const { saveState, dirty, deleted, favorite, createdAt } = videoRecord(row, epoch);
  return { saveState, dirty, deleted, favorite, createdAt };
}

/** A row as version 1 wrote it: members that came later are not there, and a column is 0 or 1. */
function asShipped(row: VideoRow) {
  const { known: _, ...shipped } = row;
  const { dirty = 0, favorite = 0, ...others } = columns(row);
  return { ...shipped, ...others, dirty, favorite };
}

/** What the engine sends first of all. */
async function pushedBy(db: UserDatabase) {
  const requests: SyncRequest[] = [];
  await cycle(db, (request) => {
    requests.push(request);
    return null;
  });
  const { videos = [], generations = [] } = requests[0]?.push ?? {};
  return [...videos, ...generations].map(({ id, set, create }) => ({ id, set, create: create !== undefined }));
}

/** Lets a server take everything that is pending. */
async function acknowledge(db: UserDatabase): Promise<void> {
  await cycle(db, (request) => {
    const results = request.push.videos.map(({ id, set, create }) => {
      const row = received(video(1));
      return {
        kind: 'video',
        id,
        status: 'ok',
        row: { id, rev: 9, create: create ?? row.create, fields: set, server: row.received?.server },
      };
    });
    const generations = request.push.generations.map(({ id }) => {
      return { kind: 'generation', id, status: 'rejected', code: 'invalid', message: 'not here' };
    });
    return v.parse(SyncReplySchema, {
      protocol: 1,
      epoch,
      head: '9.',
      serverTime: Date.now(),
      results: [...results, ...generations],
      changes: { videos: [], generations: [] },
      cursor: 'c.aaaaaaaaaaaaaaaa.9',
      more: false,
    });
  });
}

async function cycle(
  db: UserDatabase,
  answer: (request: SyncRequest) => v.InferOutput<typeof SyncReplySchema> | null,
): Promise<void> {
  await runCycle({
    store: createSyncStore(db),
    clock: Date.now,
    shouldStop: () => false,
    transport: {
      exchange: async (request) => {
        const reply = answer(request);
        return reply ? { kind: 'reply', reply } : { kind: 'unavailable', status: null, retryAfterMs: null };
      },
    },
  });
}
