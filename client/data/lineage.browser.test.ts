import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GenerationIdSchema, UserIdSchema, uuidv7, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import { newGenerationRow, newVideoRow } from '../../sync/local-row.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import { type Commands, createCommands } from './commands.ts';
import type { UserDatabase } from './database.ts';
import { readLineage } from './lineage.ts';
import { liveRead } from './live-query.ts';
import { generationRecord, videoRecord } from './records.ts';
import { openUserDatabase } from './session.ts';

let db: UserDatabase;
let commands: Commands;
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  commands = createCommands(db, () => undefined);
});
afterEach(() => db.close());

/** Each newer than the one before. */
const root = id(0);
const parent = id(1);
const other = id(2);
const self = id(3);
const twin = id(4);
const child = id(5);
const grandchild = id(6);
const stranger = id(7);
const gone = id(8);

test('where it came from, nearest first, as far as it is here', async () => {
  await add(root, gone);
  await add(parent, root);
  await add(self, parent);
  expect(await seen(self)).toEqual({ origins: [parent, root], isCut: true, variations: [] });
  expect(await seen(parent)).toEqual({ origins: [root], isCut: true, variations: [self] });
  await add(gone);
  expect(await seen(self)).toEqual({ origins: [parent, root, gone], isCut: false, variations: [] });
});

test('what was made of it, and of these; of what it came from; and its generation, newest first', async () => {
  await add(parent);
  await add(other, parent);
  const generation = v.parse(GenerationIdSchema, id(50));
  await add(self, parent, generation);
  await add(twin, parent, generation);
  await add(child, self);
  await add(grandchild, child);
  await add(stranger);
  const create = { prompt: 'A fox', model: 'm', provider: 'local', videoIds: [self, twin], createdAt: 1 };
  const row = newGenerationRow(generation, v.parse(GenerationCreateSchema, create));
  await db.generations.add(generationRecord(row, null));
  const family = { origins: [parent], isCut: false, variations: [grandchild, child, twin, other] };
  expect(await seen(self)).toEqual(family);
  expect((await seen(parent)).variations).toEqual([grandchild, child, twin, self, other]);
  // A generation knows its own, also where nobody says what they are similar to.
  for (const one of [self, twin]) await add(one, null, generation);
  expect((await seen(twin)).variations).toEqual([self]);
  expect(await seen(stranger)).toEqual({ origins: [], isCut: false, variations: [] });
});

test('what is in the trash is no variation, but what was made of it is; of an origin it is said', async () => {
  await add(parent);
  await add(self, parent);
  await add(child, self);
  await add(grandchild, child);
  await commands.moveToTrash([parent, child]);
  expect(await seen(self)).toEqual({ origins: [parent], isCut: false, variations: [grandchild] });
  const { origins } = await readLineage(db, self);
  expect(origins).toMatchObject([{ inTrash: true }]);
});

test('[ID-1] a video is found by the name that it had before, in both directions', async () => {
  await add(parent);
  await add(child, gone);
  await db.aliases.add({ from: gone, to: parent });
  expect((await seen(child)).origins).toEqual([parent]);
  expect((await seen(parent)).variations).toEqual([child]);
});

test('a circle ends, and what nobody can read is nothing', async () => {
  await add(parent, child);
  await add(child, parent);
  await add(self, self);
  expect(await seen(child)).toEqual({ origins: [parent], isCut: false, variations: [] });
  expect(await seen(self)).toEqual({ origins: [], isCut: false, variations: [] });
  for (const similarTo of [null, 7, 'x', { id: null }, { id: 7 }, { id: 'nobody' }, []]) {
    await db.videos.put(record(other, { similarTo }));
    expect(await seen(other)).toEqual({ origins: [], isCut: false, variations: [] });
  }
});

test('of very many it shows the newest, and reads no more of the library for it', async () => {
  await add(root);
  await db.videos.bulkAdd(
    Array.from({ length: 400 }, (_, n) => record(id(100 + n), n < 200 ? { similarTo: { id: root } } : {})),
  );
  const all = vi.spyOn(IDBObjectStore.prototype, 'getAll');
  const cursor = vi.spyOn(IDBObjectStore.prototype, 'openCursor');
  const keys = vi.spyOn(IDBObjectStore.prototype, 'openKeyCursor');
  let stepped = 0;
  const step = vi.spyOn(IDBCursor.prototype, 'continue').mockImplementation(function (this: IDBCursor, ...key) {
    stepped += 1;
    return Reflect.apply(next, this, key);
  });
  const { variations } = await seen(root);
  const whole = [all, cursor, keys].flatMap(({ mock }) => mock.contexts).filter((store) => isNamed(store, 'videos'));
  for (const spy of [all, cursor, keys, step]) spy.mockRestore();
  expect(variations).toEqual(Array.from({ length: 24 }, (_, n) => id(299 - n)));
  expect(whole).toEqual([]);
  expect(stepped).toBeLessThan(150);
});

test('it is told of what is made, deleted and restored meanwhile', async () => {
  await add(parent);
  await add(self, parent);
  let now: readonly VideoId[] | undefined;
  const end = liveRead(db, () => seen(self)).subscribe(({ variations }) => {
    now = variations;
  });
  await expect.poll(() => now).toEqual([]);
  await add(child, self);
  await expect.poll(() => now).toEqual([child]);
  await add(grandchild, child);
  await expect.poll(() => now).toEqual([grandchild, child]);
  await add(other, parent);
  await expect.poll(() => now).toEqual([grandchild, child, other]);
  await commands.moveToTrash([child]);
  await expect.poll(() => now).toEqual([grandchild, other]);
  await commands.restore([child]);
  await expect.poll(() => now).toEqual([grandchild, child, other]);
  end();
});

const next = IDBCursor.prototype.continue;

function id(n: number): VideoId {
  return v.parse(VideoIdSchema, uuidv7(1_000_000 + n, new Uint8Array(10)));
}

async function add(video: VideoId, similarTo: VideoId | null = null, generationId: string | null = null) {
  await db.videos.put(record(video, similarTo ? { similarTo: { id: similarTo } } : {}, generationId));
}

function record(video: VideoId, params: Readonly<Record<string, unknown>>, generationId: string | null = null) {
  // The first digits of such an id are its time.
  const createdAt = Number.parseInt(video.replaceAll('-', '').slice(0, 12), 16);
  const create = v.parse(VideoCreateSchema, { origin: 'generated', generationId, params, createdAt });
  return videoRecord(newVideoRow(video, create), null);
}

async function seen(video: VideoId) {
  const { origins, isCut, variations } = await readLineage(db, video);
  const ids = (relatives: typeof origins) => relatives.map((relative) => relative.id);
  return { origins: ids(origins), isCut, variations: ids(variations) };
}

function isNamed(store: unknown, name: string): boolean {
  return store instanceof IDBObjectStore && store.name === name;
}
