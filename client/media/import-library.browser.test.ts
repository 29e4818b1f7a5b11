import { makeZip } from 'client-zip';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GenerationIdSchema, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { VideoRow } from '../../sync/local-row.ts';
import { VideoCreateSchema } from '../../sync/records.ts';
import { createCommands } from '../data/commands.ts';
import { createExportTables } from '../data/export-tables.ts';
import { createImportTables } from '../data/import-video.ts';
import { createLibraryTables } from '../data/library-tables.ts';
import { capturePoster } from './capture-poster.page.ts';
import { exportLibrary } from './export-library.page.ts';
import { type ImportDeps, type ImportedFile, type ImportOutcome, importFile } from './import-file.ts';
import { importLibrary, type LibraryOutcome } from './import-library.ts';
import { measureFile } from './measure-file.page.ts';
import { createSha256 } from './sha256.ts';
import { film } from './testing/films.page.ts';
import { createMediaWorld, etagOf, type MediaWorld, newVideoId } from './testing/media-world.ts';

let here: MediaWorld;
let there: MediaWorld;
beforeEach(async () => {
  [here, there] = [await createMediaWorld(), await createMediaWorld()];
});
afterEach(() => Promise.all([here.destroy(), there.destroy()]));

const signal = new AbortController().signal;
const importDeps = ({ db, tables }: MediaWorld): ImportDeps => ({
  tables,
  imports: createImportTables(db),
  sha256: createSha256,
  measure: measureFile,
  capture: capturePoster,
  estimate: async () => null,
  onStored: () => undefined,
  signal,
});

const give = (world: MediaWorld, file: ImportedFile) => importFile(importDeps(world), file);

async function imported(world: MediaWorld, bytes: Uint8Array<ArrayBuffer>, name: string): Promise<VideoId> {
  const outcome = await give(world, { name, lastModified: 1_700_000_000_000, data: new Blob([bytes]) });
  if (outcome.kind !== 'imported') throw new Error(JSON.stringify(outcome));
  return outcome.id;
}

async function exported({ db }: MediaWorld, target: FileSystemFileHandle | null = null) {
  const exports = createExportTables(db);
  const named: string[] = [];
  const outcome = await exportLibrary(
    { db, exports, signal },
    {
      ids: await exports.ids({ kind: 'all' }),
      target,
      onShare: () => undefined,
      onMissing: (name, reason) => void named.push(`${name}: ${reason}`),
    },
  );
  if (outcome.kind !== 'exported') throw new Error(outcome.reason);
  return { ...outcome, named };
}

async function archiveOf(world: MediaWorld): Promise<Blob> {
  const { archive } = await exported(world);
  if (!archive) throw new Error('it is in a file');
  return archive;
}

async function take(world: MediaWorld, archive: Blob, free: number | null = null) {
  const refused: (readonly [string, ImportOutcome])[] = [];
  const onWrite = vi.fn();
  const outcome: LibraryOutcome = await importLibrary(
    {
      tables: createLibraryTables(world.db),
      importFile: (file) => give(world, file),
      free: async () => free,
      onShare: () => undefined,
      onWrite,
      onRefused: (name, what) => refused.push([name, what]),
      signal,
    },
    archive,
  );
  return { outcome, refused, writes: onWrite.mock.calls.length };
}

const commands = ({ db }: MediaWorld) => createCommands(db, () => undefined);

async function change({ db }: MediaWorld, id: VideoId, to: Partial<Pick<VideoRow, 'create' | 'fields'>>) {
  const row = await db.videos.get(id);
  if (row) await db.videos.put({ ...row, ...to });
}

/** What makes a library the same: ids, creation, values of fields, bytes, posters, order. */
async function libraryOf({ db }: MediaWorld) {
  const rows = await db.videos.orderBy(':id').toArray();
  return Promise.all(
    rows.map(async ({ id, create, fields, deleted, favorite, copyId }) => {
      const { deletedAt, ...others } = Object.fromEntries(
        Object.entries(fields).map(([name, [value]]) => [name, value]),
      );
      const copy = await db.copies.get(copyId);
      const poster = await db.posters.get(id);
      const size = poster && (poster.data instanceof Blob ? poster.data.size : poster.data.byteLength);
      const bytes = { etag: copy?.etag, state: copy?.state, total: copy?.total };
      return { id, create, fields: { ...others, deletedAt: deletedAt ?? null }, deleted, favorite, bytes, size };
    }),
  );
}

/** Three films: one named and marked, one in the trash, one as it came. */
async function filled(): Promise<readonly VideoId[]> {
  const ids = [
    await imported(here, await film('mp4'), 'Holiday.mp4'),
    await imported(here, await film('webm', { colour: 'green' }), 'Thrown away.webm'),
    await imported(here, await film('mov', { colour: 'navy' }), '狐狸.mov'),
  ] as const;
  await commands(here).setFavorite([ids[0]], true);
  await commands(here).setTitle(ids[0], 'Rome / 2024: "the best"');
  await commands(here).moveToTrash([ids[1]]);
  return ids;
}

describe('an exported library', () => {
  test('imported into an empty one is the same: ids, titles, favourites, trash, order, hashes, posters', async () => {
    await filled();
    const archive = await archiveOf(here);
    expect(await take(there, archive)).toMatchObject({
      outcome: { kind: 'library', added: 3, here: 0, without: 0, refused: 0 },
      refused: [],
      writes: 3,
    });
    expect(await libraryOf(there)).toEqual(await libraryOf(here));
    expect(await there.db.videos.toArray()).toMatchObject([{ saveState: 'pending', dirty: 1 }, {}, {}]);
  });

  test('a second run adds and changes nothing; one that was stopped is completed', async () => {
    const [first] = await filled();
    const archive = await archiveOf(here);
    await take(there, archive);
    await there.db.videos.delete(first ?? newVideoId());
    await there.db.copies.delete(first ?? newVideoId());
    expect((await take(there, archive)).outcome).toMatchObject({ added: 1, here: 2 });
    const before = [await there.db.videos.toArray(), await there.db.segments.count()];
    expect(await take(there, archive)).toMatchObject({ outcome: { added: 0, here: 3, refused: 0 }, writes: 0 });
    expect([await there.db.videos.toArray(), await there.db.segments.count()]).toEqual(before);
  });

  test('written to a file that was chosen is the same library', async () => {
    await filled();
    const folder = await navigator.storage.getDirectory();
    const target = await folder.getFileHandle(`${crypto.randomUUID()}.zip`, { create: true });
    const { archive, bytes, videos } = await exported(here, target);
    expect([archive, videos]).toEqual([null, 3]);
    const file = await target.getFile();
    expect(file.size).toBe(bytes);
    expect((await take(there, file)).outcome).toMatchObject({ added: 3 });
    expect(await libraryOf(there)).toEqual(await libraryOf(here));
    await folder.removeEntry(target.name);
  });

  test('names what could not be had, and an import says so and adds no video without bytes', async () => {
    const id = await here.addVideo({ mediaState: 'none' });
    await imported(here, await film('mp4'), 'One.mp4');
    const { archive, named, missing } = await exported(here);
    expect([named, missing]).toEqual([[`${id}: not_stored`], 1]);
    expect((await take(there, archive ?? new Blob())).outcome).toMatchObject({ added: 1, without: 1 });
    expect(await there.db.videos.count()).toBe(1);
  });

  test('does not undo what was done here since: only what nobody has set is filled in', async () => {
    const [first = newVideoId(), second = newVideoId()] = await filled();
    const archive = await archiveOf(here);
    await commands(here).setTitle(first, 'Newer');
    await commands(here).restore([second]);
    const { title: _, ...untitled } = (await here.db.videos.get(second))?.fields ?? {};
    await change(here, second, { fields: untitled });
    expect((await take(here, archive)).outcome).toMatchObject({ added: 0, here: 3 });
    const rows = await here.db.videos.bulkGet([first, second]);
    expect(rows.map((row) => row?.fields.title?.[0])).toEqual(['Newer', 'Thrown away']);
    expect(rows.map((row) => row?.deleted)).toEqual([0, 0]);
  });
});

describe('[ID-1] the same video', () => {
  const generation = (seed: string) => v.parse(GenerationIdSchema, `01a20a45-28cd-7a45-b87d-${seed.repeat(12)}`);

  async function withRequest(world: MediaWorld, id: VideoId, create: Readonly<Record<string, unknown>>) {
    const row = await world.db.videos.get(id);
    const generated = { origin: 'generated', provider: 'wavespeed', outputIndex: 0, ...create };
    await change(world, id, { create: v.parse(VideoCreateSchema, { ...row?.create, ...generated }) });
  }

  test('is recognised by its request, under whatever id it is here', async () => {
    const bytes = await film('mp4');
    await withRequest(here, await imported(here, bytes, 'a.mp4'), { requestId: 'r1' });
    const known = await there.addVideo();
    await withRequest(there, known, { requestId: 'r1' });
    expect((await take(there, await archiveOf(here))).outcome).toMatchObject({ added: 0, here: 1 });
    expect(await there.db.videos.toCollection().primaryKeys()).toEqual([known]);
  });

  test('is recognised by its bytes where one of the two is a file that somebody imported', async () => {
    const bytes = await film('mp4');
    await imported(here, bytes, 'a.mp4');
    const own = await imported(there, bytes, 'b.mp4');
    expect((await take(there, await archiveOf(here))).outcome).toMatchObject({ added: 0, here: 1 });
    expect(await there.db.videos.toCollection().primaryKeys()).toEqual([own]);
  });

  test('outputs of different generations with equal bytes stay two', async () => {
    const bytes = await film('mp4');
    const first = await imported(here, bytes, 'a.mp4');
    await withRequest(here, first, { requestId: 'r1', generationId: generation('1') });
    await here.addCopy(await copyOfTwin(bytes), bytes);
    expect((await take(there, await archiveOf(here))).outcome).toMatchObject({ added: 2, here: 0 });

    async function copyOfTwin(of: Uint8Array<ArrayBuffer>): Promise<VideoId> {
      const etag = await etagOf(of);
      const id = await here.addVideo({ sha256: etag.slice(1, -1) });
      await withRequest(here, id, { requestId: 'r2', generationId: generation('2') });
      return id;
    }
  });

  test('[PURGE-1] one that was purged here comes back as one that its owner restored', async () => {
    await imported(here, await film('mp4'), 'a.mp4');
    await take(there, await archiveOf(here));
    const [row] = await there.db.videos.toArray();
    expect(row?.fields.deletedAt?.[0]).toBeNull();
    expect(row?.offer).toMatchObject({ failures: 0, refusal: null });
  });
});

describe('bad input', () => {
  const NOTHING = [0, 0, 0];
  const counts = async () => [
    await there.db.videos.count(),
    await there.db.copies.count(),
    await there.db.segments.count(),
  ];
  const zipped = (files: readonly { readonly name: string; readonly input: string | Uint8Array<ArrayBuffer> }[]) =>
    new Response(makeZip(files)).blob();
  const library = (videos: readonly unknown[], version = 1) =>
    JSON.stringify({ format: 'vidfab-library', version, videos });

  test('an archive that is cut off, or is not ours, is refused before anything is written', async () => {
    await filled();
    const archive = await archiveOf(here);
    const foreign = [
      await zipped([{ name: 'holiday.mp4', input: await film('mp4') }]),
      await zipped([{ name: 'library.json', input: 'Dear diary' }]),
      await zipped([{ name: 'library.json', input: '{"format":"other","version":1,"videos":[]}' }]),
    ];
    const reason = async (blob: Blob) => (await take(there, blob)).outcome;
    expect(await reason(archive.slice(0, archive.size - 9))).toEqual({ kind: 'refused', reason: 'zip_cut' });
    expect(await reason(archive.slice(0, archive.size / 2))).toEqual({ kind: 'refused', reason: 'zip_cut' });
    for (const one of foreign) expect(await reason(one)).toEqual({ kind: 'refused', reason: 'zip_foreign' });
    expect(await reason(await zipped([{ name: 'library.json', input: library([], 2) }]))).toEqual({
      kind: 'refused',
      reason: 'zip_newer',
    });
    expect(await counts()).toEqual(NOTHING);
  });

  test('what has no room is refused whole, before anything is written', async () => {
    await filled();
    const archive = await archiveOf(here);
    expect((await take(there, archive, 1000)).outcome).toMatchObject({ kind: 'no_room', free: 1000 });
    expect(await counts()).toEqual(NOTHING);
  });

  test('one bad video holds up no other: other bytes, no video, a name that leads elsewhere, no sense', async () => {
    const bytes = await film('mp4');
    const sha256 = (await etagOf(bytes)).slice(1, -1);
    const video = (more: Readonly<Record<string, unknown>>) => ({
      id: newVideoId(),
      create: { origin: 'imported', createdAt: 1_000, prompt: String(more.file) },
      fields: {},
      file: null,
      sha256: null,
      bytes: null,
      ...more,
    });
    const good = video({ file: 'videos/good.mp4', sha256 });
    const archive = await zipped([
      { name: 'videos/good.mp4', input: bytes },
      { name: 'videos/other.mp4', input: await film('mp4', { colour: 'navy' }) },
      { name: 'videos/text.mp4', input: 'only text' },
      { name: '../../etc/passwd', input: 'root' },
      {
        name: 'library.json',
        input: library([
          video({ file: 'videos/other.mp4', sha256 }),
          video({ file: 'videos/text.mp4' }),
          video({ file: '../../etc/passwd' }),
          video({ file: 'videos/absent.mp4' }),
          video({ file: 'videos/good.mp4', fields: { title: 5 } }),
          video({ file: 'videos/good.mp4', fields: { notes: 'x'.repeat(70_000) } }),
          { id: 'nonsense' },
          null,
          good,
        ]),
      },
    ]);
    const { outcome, refused } = await take(there, archive);
    expect(outcome).toMatchObject({ kind: 'library', added: 1, refused: 8 });
    expect(refused.map(([name, what]) => [name, what.kind === 'refused' && what.reason])).toEqual([
      ['videos/other.mp4', 'damaged'],
      ['videos/text.mp4', 'not_video'],
      ['../../etc/passwd', 'not_video'],
      ['videos/absent.mp4', 'damaged'],
    ]);
    const rows = await there.db.videos.toArray();
    expect(rows.map(({ id }) => id)).toEqual([v.parse(VideoIdSchema, good.id)]);
    expect((await counts()).slice(0, 2)).toEqual([1, 1]);
  });
});
