import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Outside, startOutside } from '../support/outside.ts';
import { type Person, signUp } from '../support/person.ts';
import { MiB, newFilm, publicClient, pushImported } from '../support/public-client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import { tusOf } from '../support/tus.ts';

const SOON = { timeout: 30_000, interval: 100 };
const disk = smallDisk();

/** A disk of its own for a server; the reason where this process may not make one. */
function smallDisk(): { readonly path: string } | { readonly reason: string } {
  const path = mkdtempSync(join(tmpdir(), 'vidfab-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', path], { stdio: 'pipe' });
    return { path };
  } catch {
    rmSync(path, { recursive: true });
    return { reason: 'this process may not mount a disk' };
  }
}

const may = 'path' in disk;
const name = may ? 'disk full on the server' : `disk full on the server (skipped: ${disk.reason})`;

describe.skipIf(!may)(name, () => {
  const directory = may ? disk.path : '';
  const ballast = join(directory, 'ballast');
  const film = newFilm(6 * MiB);
  let outside: Outside;
  let server: TestServer;
  let person: Person;
  beforeAll(async () => {
    outside = await startOutside(() => ({ length: film.length, body: () => [film] }));
    server = await startServer({ env: { DATA_DIR: directory, ...outside.env } });
    person = await signUp((path, init) => fetch(server.url + path, init));
  });
  afterAll(async () => {
    await server.stop();
    await outside[Symbol.asyncDispose]();
    execFileSync('umount', [directory]);
    rmSync(directory, { recursive: true });
  });

  /** Leaves so much free. */
  function fill(left: number): void {
    const { bavail, bsize } = statfsSync(directory);
    writeFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - left)));
  }
  const makeRoom = () => rmSync(ballast, { force: true });
  const videoOf = async (id: string) => (await (await person.fetch(`/api/video/${id}`)).json()).data;
  const hashes = () => storedVideos(directory).map(({ sha256 }) => sha256);
  const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

  test('an upload is 507, keeps what it had, and is whole once there is room', async () => {
    const bytes = newFilm(12 * MiB);
    const [tus, id] = [tusOf(person), await pushImported(person)];
    const url = await tus.begin(bytes.length, { videoId: id, sha256: sha256Of(bytes) });
    expect((await tus.patch(url, 0, new Uint8Array(bytes.subarray(0, 2 * MiB)))).status).toBe(204);
    fill(3 * MiB);
    const full = await tus.patch(url, 2 * MiB, new Uint8Array(bytes.subarray(2 * MiB)));
    expect([full.status, await full.json()]).toMatchObject([507, { success: false, code: 'no_space' }]);
    const offset = Number((await tus.head(url)).headers.get('upload-offset'));
    expect(offset).toBeGreaterThanOrEqual(2 * MiB);
    expect((await person.fetch(`/media/${id}`)).ok).toBe(false);
    makeRoom();
    const { upload, ended } = publicClient({ url: server.url, person, bytes }, { uploadUrl: server.url + url });
    upload.start();
    expect(await ended).toBe('success');
    await expect.poll(() => videoOf(id), SOON).toMatchObject({ status: 'completed', sha256: sha256Of(bytes) });
    expect(hashes()).toEqual([sha256Of(bytes)]);
  });

  test('an ingest is tried again, leaves nothing half, and is stored once there is room', async () => {
    fill(4 * MiB);
    const sent = { prompt: 'Much', original_url: outside.urlOf('/film.mp4') };
    const { id } = (await (await person.send('POST', '/api/video/store', sent)).json()).data;
    await expect.poll(() => server.log(), SOON).toMatch(/ENOSPC/);
    expect(await videoOf(id)).toMatchObject({ status: 'storing', sha256: null });
    await expect.poll(() => readdirSync(join(directory, 'media', '.staging')), SOON).toEqual([]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    makeRoom();
    await expect.poll(() => videoOf(id), SOON).toMatchObject({ status: 'completed', sha256: sha256Of(film) });
    expect(hashes()).toContain(sha256Of(film));
  });

  test('with nothing left at all, for the database either: errors in words, and everything that was there still is', async () => {
    const before = hashes().sort();
    const { data } = await (await person.fetch('/api/user/videos')).json();
    fill(0);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        person.send('POST', '/api/video/store', {
          prompt: `No room ${n} ${'x'.repeat(8_000)}`,
          original_url: outside.urlOf(`/${n}`),
        }),
      ),
    );
    for (const answer of answers) {
      if (answer.ok) continue;
      expect(answer.status).toBeGreaterThanOrEqual(500);
      expect(await answer.json()).toMatchObject({
        success: false,
        error: expect.any(String),
        code: expect.any(String),
      });
    }
    for (const { id } of data.videos) expect((await person.fetch(`/media/${id}`)).status).toBe(200);
    makeRoom();
    const { success } = await (
      await person.send('PATCH', `/api/video/${data.videos[0].id}`, { title: 'Room again' })
    ).json();
    expect(success).toBe(true);
    await server.restart();
    expect(await videoOf(data.videos[0].id)).toMatchObject({ title: 'Room again', status: 'completed' });
    expect(hashes()).toEqual(expect.arrayContaining(before));
  });
});
