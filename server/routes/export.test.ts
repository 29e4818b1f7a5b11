import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { answer, FILM, FILM_SHA256, POSTER } from '../../tests/support/jobs-world.ts';
import type { Person } from '../../tests/support/person.ts';
import { createJobLoop } from '../generation/jobs.ts';
import type { BlobStore } from '../media/blob-store/blob-store.ts';
import type { GuardedReply } from '../media/guarded-fetch.ts';

const web = new Map<string, () => GuardedReply>();
let world: TestApp;
let folder: string;
beforeAll(async () => {
  world = await createTestApp({ remote: async (url) => web.get(url)?.() ?? { kind: 'unreachable', message: 'No' } });
  folder = await mkdtemp(join(tmpdir(), 'vidfab-export-'));
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** A stored video of a person, or with no bytes one that nobody could fetch. */
async function addVideo(owner: Person, prompt: string, bytes: boolean = true): Promise<string> {
  const url = `https://cdn.example/${crypto.randomUUID()}.mp4`;
  if (bytes) web.set(url, answer(FILM));
  const stored = await owner.send('POST', '/api/video/store', { prompt, original_url: url, requestId: url });
  if (bytes) await createJobLoop(world.deps).runSlice(60_000);
  return (await stored.json()).data.id;
}

/** What a ZIP reader that is not ours finds in an archive. */
async function unpack(reply: Response) {
  expect(reply.status).toBe(200);
  const target = await mkdtemp(join(folder, 'a'));
  const archive = join(target, 'archive.zip');
  await writeFile(archive, new Uint8Array(await reply.arrayBuffer()));
  const said = JSON.parse(execFileSync('python3', ['-c', READ_ZIP, archive], { encoding: 'utf8' }));
  return { names: Object.keys(said.files), files: said.files, library: JSON.parse(said.library) };
}

const READ_ZIP = `
import hashlib, json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    files = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    print(json.dumps({'files': files, 'library': archive.read('library.json').decode()}))
`;

const hasPython = (() => {
  try {
    return execFileSync('python3', ['--version']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasPython)('the whole library', () => {
  test('is files as they were stored, posters, and a description of every video, the trash among them', async () => {
    const owner = await world.signUp();
    const [fox, lost, trashed] = [
      await addVideo(owner, 'A fox / in snow'),
      await addVideo(owner, 'Never fetched', false),
      await addVideo(owner, 'a FOX / in snow'),
    ];
    await owner.fetch(`/media/${fox}/poster`, { method: 'PUT', body: POSTER });
    await owner.send('PATCH', `/api/video/${fox}`, { favorite: true, tags: ['red'] });
    await owner.fetch(`/api/video/${trashed}`, { method: 'DELETE' });
    const reply = await owner.fetch('/api/export');
    expect(reply.headers.get('content-type')).toBe('application/zip');
    expect(reply.headers.get('content-disposition')).toMatch(/^attachment; filename="VidFab \d{4}-\d\d-\d\d\.zip"/);
    const { names, files, library } = await unpack(reply);
    expect(names).toEqual([
      'videos/A fox in snow.mp4',
      'posters/A fox in snow.mp4.webp',
      'videos/a FOX in snow (2).mp4',
      'library.json',
    ]);
    expect(files['videos/A fox in snow.mp4']).toBe(FILM_SHA256);
    expect(files['posters/A fox in snow.mp4.webp']).toBe(createHash('sha256').update(POSTER).digest('hex'));
    expect(library).toMatchObject({ format: 'vidfab-library', version: 1, exportedAt: expect.any(Number) });
    expect(library.videos).toMatchObject([
      {
        id: fox,
        file: 'videos/A fox in snow.mp4',
        poster: 'posters/A fox in snow.mp4.webp',
        sha256: FILM_SHA256,
        bytes: FILM.length,
        create: { prompt: 'A fox / in snow', origin: 'generated' },
        fields: { favorite: true, tags: ['red'] },
        server: { mediaState: 'stored', width: 64 },
      },
      { id: lost, file: null, missing: 'not_stored' },
      { id: trashed, fields: { deletedAt: expect.any(Number) } },
    ]);
  });

  test('of one whose file is gone from the store names it, and has the others', async () => {
    const owner = await world.signUp();
    const [gone, kept] = [await addVideo(owner, 'Gone'), await addVideo(owner, 'Kept')];
    const prefix = `${owner.id}/${gone}/`;
    for await (const { key } of world.deps.blobs.entries()) {
      if (key?.startsWith(prefix)) await world.deps.blobs.delete(key);
    }
    const { names, library } = await unpack(await owner.fetch('/api/export'));
    expect(names).toEqual(['videos/Kept.mp4', 'library.json']);
    expect(library.videos).toMatchObject([{ id: gone, file: null, missing: 'lost' }, { id: kept }]);
  });

  test('tells of the generations that its videos come from', async () => {
    const owner = await world.signUp();
    const made = await owner.send('POST', '/api/generations', { prompt: 'A lantern' });
    const generation = (await made.json()).data.id;
    const id = await addVideo(owner, 'A lantern');
    await world.deps.db.sql.execute({
      sql: `UPDATE video SET creation = json_set(creation, '$.generationId', ?) WHERE id = ?`,
      args: [generation, id],
    });
    const { library } = await unpack(await owner.fetch('/api/export'));
    expect(library.videos.map((video: { id: string }) => video.id)).toContain(id);
    expect(library.generations).toMatchObject([{ id: generation, create: { prompt: 'A lantern' } }]);
  });

  test('can be a part of it: the favourites, or those that are named, and never what is another person’s', async () => {
    const [owner, other] = [await world.signUp(), await world.signUp()];
    const [one, two, three] = [
      await addVideo(owner, 'One'),
      await addVideo(owner, 'Two'),
      await addVideo(owner, 'Three'),
    ];
    const foreign = await addVideo(other, 'Foreign');
    await owner.send('PATCH', `/api/video/${two}`, { favorite: true });
    const ids = async (path: string, person = owner) =>
      (await unpack(await person.fetch(path))).library.videos.map(({ id }: { id: string }) => id);
    expect(await ids('/api/export')).toEqual([one, two, three]);
    expect(await ids('/api/export?only=favorites')).toEqual([two]);
    expect(await ids(`/api/export?ids=${three},${one},${foreign}`)).toEqual([one, three]);
    expect(await ids(`/api/export?ids=${one}`, other)).toEqual([]);
    await owner.fetch(`/api/video/${one}?permanent=1`, { method: 'DELETE' });
    expect(await ids('/api/export')).toEqual([two, three]);
  });
});

test.each(['only=other', 'ids=', 'ids=nonsense', `ids=${'x'.repeat(99)}`, 'only=favorites&ids=x', 'page=1'])(
  'an export of %j is 400',
  async (query) => {
    const reply = await (await world.signUp()).fetch(`/api/export?${query}`);
    expect([reply.status, (await reply.json()).code]).toEqual([400, 'invalid']);
  },
);

describe('the stream', () => {
  /** A store whose every film is a gigabyte of nothing, and what was asked of it. */
  function endless() {
    const asked = { opened: 0, pulled: 0, canceled: 0 };
    const blobs: BlobStore = {
      ...world.deps.blobs,
      size: async () => 2 ** 30,
      read: async () => {
        asked.opened += 1;
        return new ReadableStream<Uint8Array<ArrayBuffer>>(
          {
            pull: (controller) => {
              asked.pulled += 1;
              controller.enqueue(new Uint8Array(2 ** 16));
            },
            cancel: () => {
              asked.canceled += 1;
            },
          },
          { highWaterMark: 0 },
        );
      },
    };
    return { blobs, asked };
  }

  test('reads no further than it is read, and closes what is open when nobody reads on', async () => {
    const { blobs, asked } = endless();
    await using app = await createTestApp({ blobs });
    const owner = await app.signUp();
    await storedRow(app, owner);
    const head = await owner.fetch('/api/export', { method: 'HEAD' });
    expect([head.status, asked.opened]).toEqual([200, 0]);
    const reader = (await owner.fetch('/api/export')).body?.getReader();
    for (let chunks = 0; chunks < 10; chunks++) await reader?.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.opened).toBe(1);
    expect(asked.pulled).toBeLessThan(15);
    await reader?.cancel();
    await expect.poll(() => asked.canceled).toBe(1);
    const pulled = asked.pulled;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(asked.pulled).toBe(pulled);
  });

  test('that ends before its file does is an error, not a shorter file', async () => {
    const blobs: BlobStore = { ...world.deps.blobs, size: async () => 9, read: async () => new Blob(['abc']).stream() };
    await using app = await createTestApp({ blobs });
    const owner = await app.signUp();
    await storedRow(app, owner);
    const reply = await owner.fetch('/api/export');
    await expect(reply.arrayBuffer()).rejects.toThrow();
  });

  async function storedRow(app: TestApp, owner: Person): Promise<void> {
    await owner.send('POST', '/api/video/store', { prompt: 'A fox', original_url: 'https://cdn.example/1.mp4' });
    await app.deps.db.sql.execute({
      sql: `UPDATE video SET media_state = 'stored', sha256 = ?, bytes = 1`,
      args: ['a'.repeat(64)],
    });
  }
});
