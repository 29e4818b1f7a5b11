import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { VideoCreateSchema } from '../../sync/records.ts';
import { BAD_NAMES, badFilms, UNSAFE_IN_A_TITLE } from '../../tests/support/bad-films.ts';
import { createCommands } from '../data/commands.ts';
import { databaseName } from '../data/database.ts';
import { createImportTables, importLock, STAGED } from '../data/import-video.ts';
import { dropOrphans } from '../data/media-orphans.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { openUserDatabase } from '../data/session.ts';
import { capturePoster } from './capture-poster.page.ts';
import { type ImportDeps, type ImportOutcome, importFile } from './import-file.ts';
import { measureFile } from './measure-file.page.ts';
import { createMediaServer } from './serve.ts';
import { createSha256 } from './sha256.ts';
import { film, tone } from './testing/films.page.ts';
import { hevc } from './testing/hevc-film.ts';
import { createMediaWorld, etagOf, type MediaWorld, newVideoId, randomBytes, seeded } from './testing/media-world.ts';

type Bytes = Uint8Array<ArrayBuffer>;

let world: MediaWorld;
beforeEach(async () => {
  world = await createMediaWorld();
});
afterEach(() => world.destroy());

function depsOf(deps: Partial<ImportDeps> = {}): ImportDeps {
  return {
    tables: world.tables,
    imports: createImportTables(world.db),
    sha256: createSha256,
    measure: measureFile,
    capture: capturePoster,
    estimate: async () => null,
    onStored: () => undefined,
    signal: new AbortController().signal,
    ...deps,
  };
}

const given = (bytes: Bytes, name = 'film.mp4', lastModified = 1_700_000_000_000) => ({
  name,
  lastModified,
  data: new File([bytes], name, { lastModified }),
});

const importBytes = (bytes: Bytes, deps: Partial<ImportDeps> = {}, name?: string) =>
  importFile(depsOf(deps), given(bytes, name));

async function imported(outcome: Promise<ImportOutcome>) {
  const settled = await outcome;
  if (settled.kind !== 'imported') throw new Error(JSON.stringify(settled));
  return settled;
}

const counts = async () => {
  const { videos, copies, segments, posters } = world.db;
  return [await videos.count(), await copies.count(), await segments.count(), await posters.count()];
};
const NOTHING = [0, 0, 0, 0];

/** Nothing may so much as be tried to be written for it. */
const untouched = (deps: Partial<ImportDeps> = {}): Partial<ImportDeps> => ({
  tables: { ...world.tables, begin: () => Promise.reject(new Error('a byte was stored')) },
  ...deps,
});

async function tiny(): Promise<Bytes> {
  return new Uint8Array(await (await fetch(new URL('../../tests/fixtures/tiny.mp4', import.meta.url))).arrayBuffer());
}

describe('a video', () => {
  test('becomes a pending row with verified bytes and a poster in one go, and plays from this device', async () => {
    const bytes = await film('mp4', { seconds: 2 });
    const { id, playable } = await imported(importBytes(bytes, {}, 'C:\\films\\Holiday in Rome.final.MP4'));
    const row = await world.db.videos.get(id);
    expect(playable).toBe(true);
    expect(row).toMatchObject({ saveState: 'pending', dirty: 1, deleted: 0, received: null, copyId: id });
    expect(row?.create).toMatchObject({
      origin: 'imported',
      width: 160,
      height: 90,
      durationMs: 2_000,
      contentType: expect.stringMatching(/^video\/mp4; codecs="vp09/),
      thumbhash: expect.stringMatching(/.{20,}/),
      capturedAt: 1_700_000_000_000,
      prompt: null,
    });
    expect(row?.fields.title?.[0]).toBe('Holiday in Rome.final');
    const etag = await etagOf(bytes);
    expect(await world.tables.copy(id)).toMatchObject({ state: 'verified', etag, total: bytes.length });
    const server = createMediaServer({
      tables: async () => world.tables,
      network: () => Promise.reject(new TypeError('Failed to fetch')),
      onStorageError: () => undefined,
    });
    const answer = await server.media(id, new Request(`/media/${id}`));
    expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes);
    const poster = await world.tables.poster(id);
    expect(poster?.contentType).toBe('image/webp');
  });

  test('[ROW-1] its title is stamped, as a person gave it; nothing else is', async () => {
    const { id } = await imported(importBytes(await tiny(), {}, 'First.mp4'));
    const row = await world.db.videos.get(id);
    expect(Object.keys(row?.fields ?? {})).toEqual(['title']);
    const stamp = row?.fields.title?.[1] ?? '';
    expect((await world.db.meta.get('sync'))?.lastStamp).toBe(stamp);
    await createCommands(world.db, () => undefined).setTitle(id, 'Second');
    expect(String((await world.db.videos.get(id))?.fields.title?.[1]) > stamp).toBe(true);
    const nameless = await imported(importBytes(await film('webm'), {}, '.webm'));
    expect((await world.db.videos.get(nameless.id))?.fields).toEqual({});
  });

  test.each(['mp4', 'slow', 'mov', 'webm', 'mkv'] as const)(
    '%s is known by its content, not by its name',
    async (as) => {
      const { id, playable } = await imported(importBytes(await film(as), {}, 'notes.txt'));
      expect((await world.db.videos.get(id))?.create).toMatchObject({ width: 160, height: 90 });
      expect([playable, (await world.db.posters.get(id))?.contentType]).toEqual([true, 'image/webp']);
    },
  );

  test('its poster is the first frame that is not black', async () => {
    const { id } = await imported(importBytes(await film('webm', { seconds: 3, blackFor: 0.9 })));
    const poster = await world.db.posters.get(id);
    const bitmap = await createImageBitmap(new Blob([poster?.data ?? '']));
    const context = new OffscreenCanvas(160, 90).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const [red = 0, green = 0, blue = 0] = context?.getImageData(10, 10, 1, 1).data ?? [];
    expect(red).toBeGreaterThan(green + 60);
    expect(green).toBeGreaterThan(blue);
  });

  test('that this browser has no decoder for is kept whole, and that is said', async () => {
    const bytes = await hevc();
    const { id, playable } = await imported(importBytes(bytes));
    expect(playable).toBe(false);
    expect((await world.db.videos.get(id))?.create).toMatchObject({
      width: 320,
      height: 180,
      durationMs: 1_000,
      contentType: expect.stringMatching(/h(vc|ev)1/),
      thumbhash: null,
    });
    expect(await world.tables.copy(id)).toMatchObject({ state: 'verified', etag: await etagOf(bytes) });
  });

  test('is in segments of a bounded size, and progress is told', async () => {
    const bytes = await film('webm', { seconds: 2 });
    const told: number[] = [];
    const { id } = await imported(
      importBytes(bytes, { maxSegmentBytes: 1_000, onStored: (stored) => told.push(stored) }),
    );
    const sizes = (await world.db.segments.toArray()).map(({ length }) => length);
    expect(Math.max(...sizes)).toBe(1_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
    expect(told.at(-1)).toBe(bytes.length);
    expect((await world.tables.copy(id))?.state).toBe('verified');
  });
});

describe('what is no video is refused with the reason, before a byte is stored', () => {
  const text = (content: string): Bytes => new TextEncoder().encode(content);
  const picture = async () => {
    const canvas = new OffscreenCanvas(8, 8);
    canvas.getContext('2d');
    return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
  };

  test.each<[string, () => Bytes | Promise<Bytes>, string]>([
    ['text as .mp4', () => text('Dear diary, today nothing moved. '.repeat(40)), 'not_video'],
    ['a page as .mp4', () => text('<!doctype html><title>Sign in</title>'), 'not_video'],
    ['text that begins like a film', () => text('Too wide for a film, and then some more of it.'), 'not_video'],
    ['a 0-byte file', () => new Uint8Array(), 'empty'],
    ['a picture', picture, 'picture'],
    ['audio only, in a container of films', tone, 'audio'],
    ['a WAVE file', () => text('RIFF....WAVEfmt ....'), 'audio'],
    ['an AVI', () => text('RIFF....AVI LIST....'), 'other_video'],
    [
      'random bytes behind the head of an MP4',
      async () => join(text('\0\0\0\x18ftypisom\0\0\0\0isommp42'), 5_000),
      'damaged',
    ],
    ['random bytes behind the head of a WebM', async () => join((await film('webm')).slice(0, 40), 5_000), 'damaged'],
    ['an MP4 cut in its index', async () => (await tiny()).slice(0, 400), 'truncated'],
    ['an MP4 cut in its pictures', async () => (await tiny()).slice(0, 1_300), 'truncated'],
    ['an MP4 cut in an index at its end', async () => (await film('slow')).slice(0, -100), 'truncated'],
    ['an MP4 without the index at its end', async () => (await film('slow')).slice(0, -700), 'damaged'],
    ['a WebM cut in half', async () => half(await film('webm', { seconds: 2 })), 'truncated'],
    ['a Matroska file cut in half', async () => half(await film('mkv', { seconds: 2 })), 'truncated'],
  ])('%s', async (_, make, reason) => {
    expect(await importBytes(await make(), untouched())).toEqual({ kind: 'refused', reason });
    expect(await counts()).toEqual(NOTHING);
  });

  test('the same bad films that the server meets: refused with a reason, or kept as they are', {
    timeout: 60_000,
  }, async () => {
    for (const { name, bytes, isFilm } of badFilms(await tiny())) {
      const before = await counts();
      const since = performance.now();
      const outcome = await importBytes(bytes, { capture: async () => ({ kind: 'none' }) }, `${name}.mp4`);
      expect({ name, ms: performance.now() - since < 5_000 }).toEqual({ name, ms: true });
      if (outcome.kind === 'imported') expect({ name, isFilm }).toEqual({ name, isFilm: true });
      else
        expect({ name, outcome, left: await counts() }).toMatchObject({ outcome: { kind: 'refused' }, left: before });
    }
  });

  test('names with paths and control characters: a title that is safe, or none', async () => {
    const whole = await tiny();
    for (const [index, name] of BAD_NAMES.entries()) {
      // With a box behind it that players pass over, or it would be the same film each time.
      const bytes = new Uint8Array([...whole, 0, 0, 0, 8 + index, ...text('free'), ...new Uint8Array(index)]);
      const { id } = await imported(importBytes(bytes, { capture: async () => ({ kind: 'none' }) }, name));
      const title = (await world.db.videos.get(id))?.fields.title?.[0] ?? '';
      expect({ name, isSafe: !UNSAFE_IN_A_TITLE.test(String(title)) }).toEqual({ name, isSafe: true });
    }
  });

  test('a file whose length lies: the size in its box reaches far beyond it', async () => {
    const bytes = await tiny();
    new DataView(bytes.buffer).setUint32(719, 0x7fffffff);
    expect(await importBytes(bytes, untouched())).toEqual({ kind: 'refused', reason: 'truncated' });
  });

  test('a file that cannot be read', async () => {
    expect(await importFile(depsOf(untouched()), { ...given(await tiny()), data: unreadable(1_354) })).toEqual({
      kind: 'refused',
      reason: 'unreadable',
    });
  });

  test('any prefix of a film and any byte changed ends in an outcome, and leaves nothing or a video', async () => {
    const random = seeded(7);
    const whole = await tiny();
    for (let round = 0; round < 60; round++) {
      const bytes = whole.slice(0, round % 2 === 0 ? whole.length : Math.floor(random() * whole.length));
      const at = Math.floor(random() * bytes.length);
      if (round % 2 === 0) bytes[at] = (bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      const before = await world.db.videos.count();
      const { kind } = await importBytes(bytes, { capture: async () => ({ kind: 'none' }) });
      const after = await world.db.videos.count();
      expect(['imported', 'refused', 'duplicate']).toContain(kind);
      expect(after - before).toBe(kind === 'imported' ? 1 : 0);
    }
    expect(await world.db.copies.count()).toBe(await world.db.videos.count());
  });
});

describe('the same file twice', () => {
  test('is said and not doubled, and its bytes are freed', async () => {
    const bytes = await film('webm');
    const { id } = await imported(importBytes(bytes));
    const before = await counts();
    expect(await importBytes(bytes, {}, 'another name.webm')).toEqual({ kind: 'duplicate', id, inTrash: false });
    expect(await counts()).toEqual(before);
    await createCommands(world.db, () => undefined).moveToTrash([id]);
    expect(await importBytes(bytes)).toEqual({ kind: 'duplicate', id, inTrash: true });
  });

  test('of a video that was made here and downloaded counts as well, under whatever id it has now', async () => {
    const bytes = await film('webm');
    const etag = await etagOf(bytes);
    const [copyId, id] = [newVideoId(), await world.addVideo()];
    await world.db.videos.update(id, { copyId });
    await world.db.aliases.put({ from: copyId, to: id });
    await world.tables.begin({ copyId, etag, total: bytes.length, contentType: 'video/webm' });
    await world.tables.append({ copyId, etag, offset: 0 }, new Blob([bytes]));
    expect((await importBytes(bytes)).kind).toBe('imported');
    await world.db.videos.where('dirty').equals(1).delete();
    await world.db.copies.where('state').equals('verified').delete();
    await world.tables.setVerified({ copyId, etag });
    expect(await importBytes(bytes)).toEqual({ kind: 'duplicate', id, inTrash: false });
  });

  test('in two tabs at once: one video', async () => {
    const bytes = await film('webm');
    const outcomes = await Promise.all([importBytes(bytes), importBytes(bytes), importBytes(bytes)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['duplicate', 'duplicate', 'imported']);
    expect((await counts()).slice(0, 2)).toEqual([1, 1]);
  });
});

describe('no room', () => {
  test('known before: refused with the numbers, and nothing is written', async () => {
    const bytes = await film('webm');
    const estimate = async () => ({ usage: 900, quota: 1_000 });
    expect(await importBytes(bytes, untouched({ estimate }))).toEqual({
      kind: 'no_room',
      needed: bytes.length,
      free: 50,
    });
  });

  test('met in the middle: what was written is removed again, and what was here before stays', async () => {
    const { id } = await imported(importBytes(await film('webm')));
    const before = await counts();
    let writes = 0;
    const tables: ImportDeps['tables'] = {
      ...world.tables,
      append: async (at, data) => (++writes > 2 ? 'quota' : world.tables.append(at, data)),
    };
    const bytes = await film('mp4', { seconds: 2 });
    expect(await importBytes(bytes, { tables, maxSegmentBytes: 500 })).toEqual({
      kind: 'filled_up',
      needed: bytes.length,
      written: 1_000,
    });
    expect(writes).toBe(3);
    expect(await counts()).toEqual(before);
    expect((await world.tables.copy(id))?.state).toBe('verified');
  });
});

describe('blobs vanish or come back empty (dexie#1305, dexie#1638, uppy#3343)', () => {
  test.each<[string, (copyId: string) => Promise<unknown>]>([
    ['empty', (copyId) => world.db.segments.update([copyId, 0], { data: new Blob() })],
    ['gone', (copyId) => world.db.segments.delete([copyId, 500])],
    ['changed', (copyId) => world.db.segments.update([copyId, 500], { data: new Blob([new Uint8Array(500)]) })],
  ])('a segment comes back %s: no video of it, nothing left, and the next try is whole', async (_, spoil) => {
    const bytes = await film('webm');
    const imports = createImportTables(world.db);
    const twin: typeof imports.twin = async (sha256) => {
      await spoil((await world.db.copies.toCollection().primaryKeys())[0] ?? '');
      return imports.twin(sha256);
    };
    const spoiled = { imports: { ...imports, twin }, maxSegmentBytes: 500 };
    expect(await importBytes(bytes, spoiled)).toEqual({ kind: 'not_kept' });
    expect(await counts()).toEqual(NOTHING);
    await imported(importBytes(bytes));
  });

  test('a file that is taken away while it is read leaves nothing', async () => {
    const data = new File([join(new TextEncoder().encode('\0\0\0\x18ftypisom'), 1_500_000)], 'gone.mp4');
    const slice: Blob['slice'] = (from = 0, ...rest) =>
      from > 600_000 ? unreadable(9).slice() : data.slice(from, ...rest);
    const vanishing = new Proxy(data, {
      get: (file, name) => (name === 'slice' ? slice : Reflect.get(file, name, file)),
    });
    const told: number[] = [];
    const measure: ImportDeps['measure'] = async () => ({ kind: 'video', measures: MEASURES });
    const deps = depsOf({ measure, onStored: (stored) => told.push(stored), maxSegmentBytes: 300_000 });
    const outcome = await importFile(deps, { name: 'gone.mp4', lastModified: 1, data: vanishing });
    expect([outcome, told.length]).toEqual([{ kind: 'refused', reason: 'unreadable' }, 3]);
    expect(await counts()).toEqual(NOTHING);
  });
});

describe('killed in the middle', () => {
  /** An import that stands still after its bytes are staged, with its lock still held. */
  async function standing(bytes: Bytes) {
    let goOn = () => {};
    const reached = Promise.withResolvers<void>();
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const capture: ImportDeps['capture'] = async () => {
      reached.resolve();
      await held;
      return { kind: 'none' };
    };
    const outcome = importBytes(bytes, { capture });
    await reached.promise;
    return { outcome, goOn };
  }

  test('an import under way, in whatever tab, is no orphan', async () => {
    const { outcome, goOn } = await standing(await film('webm'));
    const other = await openUserDatabase(world.db.user);
    await dropOrphans(other);
    other.close();
    goOn();
    const { id } = await imported(outcome);
    await dropOrphans(world.db);
    expect((await world.tables.copy(id))?.state).toBe('verified');
  });

  test('before the end there is no video; what is left without its tab is freed, and nothing else', async () => {
    const kept = await imported(importBytes(await film('mp4')));
    const before = await counts();
    const copyId = newVideoId();
    await world.tables.begin({ copyId, etag: STAGED, total: 9, contentType: 'video/mp4' });
    await world.tables.append({ copyId, etag: STAGED, offset: 0 }, new Blob(['abc']));
    // The lock of a tab that lives protects its bytes; that of one that died is the browser's to give back.
    await navigator.locks.request(importLock(copyId), () => dropOrphans(world.db));
    expect(await world.tables.offsets(copyId)).toEqual([0]);
    await dropOrphans(world.db);
    expect(await world.tables.copy(copyId)).toBeUndefined();
    expect(await counts()).toEqual(before);
    expect((await world.tables.copy(kept.id))?.state).toBe('verified');
  });

  test('an import that begins while orphans are looked for is none of them', async () => {
    const stage = (copyId: string) => world.tables.begin({ copyId, etag: STAGED, total: 9, contentType: 'video/mp4' });
    const [orphan, late] = [newVideoId(), newVideoId()];
    await stage(orphan);
    const query = navigator.locks.query.bind(navigator.locks);
    const asked = vi.spyOn(navigator.locks, 'query').mockImplementation(async () => {
      const before = await query();
      await stage(late);
      return before;
    });
    await dropOrphans(world.db);
    asked.mockRestore();
    expect(await world.db.copies.toCollection().primaryKeys()).toEqual([late]);
  });

  test('what is not staged whole, or not any more, becomes no video', async () => {
    const id = newVideoId();
    const create = v.parse(VideoCreateSchema, { origin: 'imported', createdAt: 1_000 });
    const video = { id, create, fields: {}, from: 'file' as const, sha256: 'a'.repeat(64), poster: null };
    const { commit } = createImportTables(world.db);
    expect(await commit(video)).toEqual({ kind: 'superseded' });
    await world.tables.begin({ copyId: id, etag: STAGED, total: 9, contentType: 'video/mp4' });
    await world.tables.append({ copyId: id, etag: STAGED, offset: 0 }, new Blob(['abc']));
    expect(await commit(video)).toEqual({ kind: 'superseded' });
    expect(await world.db.videos.count()).toBe(0);
  });

  test('staged bytes are served to nobody and downloaded by nobody', async () => {
    const { outcome, goOn } = await standing(await film('webm'));
    const [copyId = ''] = await world.db.copies.toCollection().primaryKeys();
    expect(await world.db.videos.count()).toBe(0);
    expect(await world.tables.withoutCopy()).toEqual([]);
    expect((await world.tables.copy(copyId))?.state).toBe('partial');
    goOn();
    await imported(outcome);
  });

  test('stopped by its page: nothing is left', async () => {
    const stop = new AbortController();
    const outcome = importBytes(await film('webm'), {
      signal: stop.signal,
      onStored: () => stop.abort(),
    });
    expect(await outcome).toEqual({ kind: 'stopped' });
    expect(await counts()).toEqual(NOTHING);
  });

  test('after the last transaction it is there for good: a reopened database has row, bytes and poster', async () => {
    const bytes = await film('webm');
    const { id } = await imported(importBytes(bytes));
    const { user } = world.db;
    world.db.close();
    const again = await openUserDatabase(user);
    expect(again.name).toBe(databaseName(user));
    const tables = createMediaTables(again);
    expect(await tables.video(id)).toMatchObject({ saveState: 'pending' });
    expect(await tables.copy(id)).toMatchObject({ state: 'verified', etag: await etagOf(bytes) });
    expect(await tables.poster(id)).toBeDefined();
    again.close();
  });
});

describe('the only copy', () => {
  test('of an import is never removed, and a damaged one is left as it is', async () => {
    const { id } = await imported(importBytes(await film('webm', { seconds: 2 }), { maxSegmentBytes: 300 }));
    expect(await world.keep.remove(id)).toBe(false);
    await world.db.segments.delete([id, 300]);
    const left = await world.db.segments.count();
    const server = createMediaServer({
      tables: async () => world.tables,
      network: async () => new Response(null, { status: 404 }),
      onStorageError: () => undefined,
    });
    expect((await server.media(id, new Request(`/media/${id}`))).status).toBe(404);
    expect(await world.db.segments.count()).toBe(left);
    expect(left).toBeGreaterThan(1);
  });
});

const MEASURES = { width: 1, height: 1, durationMs: 1, contentType: 'video/mp4' };

function join(head: Bytes, length: number): Bytes {
  const bytes = new Uint8Array(head.length + length);
  bytes.set(head);
  bytes.set(randomBytes(length, seeded(9)), head.length);
  return bytes;
}

function half(bytes: Bytes): Bytes {
  return bytes.slice(0, bytes.length / 2);
}

/** A file that was moved away since it was chosen. */
function unreadable(size: number): Blob {
  const gone = { size, slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) };
  return new Proxy(new Blob([]), { get: (blob, name) => Reflect.get(gone, name) ?? Reflect.get(blob, name) });
}
