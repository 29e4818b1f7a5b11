import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { UploadOptions } from 'tus-js-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FILM } from '../support/jobs-world.ts';
import { type Person, signUp } from '../support/person.ts';
import { publicClient as clientOf, MiB, newFilm, pushImported } from '../support/public-client.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import { startSqld } from '../support/sqld.ts';
import { checksumOf, tusOf } from '../support/tus.ts';

const SOON = { timeout: 20_000, interval: 50 };

let server: TestServer;
let person: Person;
beforeAll(async () => {
  server = await startServer();
  person = await signUp((path, init) => fetch(server.url + path, init));
});
afterAll(() => server.stop());

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const codeOf = async (reply: Response) => [reply.status, (await reply.json()).code];

const film = newFilm;
const imported = () => pushImported(person);
const publicClient = (bytes: Buffer, options: Partial<UploadOptions> = {}) =>
  clientOf({ url: server.url, person, bytes }, options);

async function videoOf(id: string): Promise<Record<string, unknown>> {
  const reply = await person.fetch(`/api/video/${id}`);
  return (await reply.json()).data;
}

async function expectStored(id: string, bytes: Buffer): Promise<void> {
  await expect.poll(async () => (await videoOf(id)).status, SOON).toBe('completed');
  expect(await videoOf(id)).toMatchObject({ sha256: sha256Of(bytes), size: bytes.length, width: 64 });
  const media = Buffer.from(await (await person.fetch(`/media/${id}`)).arrayBuffer());
  expect(media.equals(bytes)).toBe(true);
}

describe('tus-js-client', () => {
  test('uploads in parts, paused and resumed', async () => {
    const [id, bytes] = [await imported(), film(8 * MiB)];
    let paused = false;
    const { upload, ended, parts } = publicClient(bytes, {
      metadata: { videoId: id, filename: 'fox.mp4', filetype: 'video/mp4', sha256: sha256Of(bytes) },
      onChunkComplete: (_, accepted) => {
        if (paused || accepted < 3 * MiB) return;
        paused = true;
        void upload.abort().then(() => setTimeout(() => upload.start(), 200));
      },
    });
    upload.start();
    expect(await ended).toBe('success');
    expect(paused).toBe(true);
    expect(parts()).toBeLessThanOrEqual(10);
    await expectStored(id, bytes);
  });

  test('uploads a whole file in one request, and a video comes to be under its name', async () => {
    const bytes = film(3 * MiB);
    const metadata = { filename: 'A/../My "film".mp4', filetype: 'video/mp4' };
    const { upload, ended } = publicClient(bytes, { chunkSize: Number.POSITIVE_INFINITY, metadata });
    upload.start();
    expect(await ended).toBe('success');
    const { video_id } = await tusOf(person).state(new URL(upload.url ?? '').pathname);
    await expectStored(String(video_id), bytes);
    expect(await videoOf(String(video_id))).toMatchObject({ title: 'My "film"' });
  });

  test('goes on at 95 % after SIGKILL of the server: at most the part again', async () => {
    const [id, bytes] = [await imported(), film(20 * MiB)];
    let killed: Promise<void> | null = null;
    let acknowledged = 0;
    const sentAgain: number[] = [];
    const { upload, ended } = publicClient(bytes, {
      metadata: { videoId: id },
      onProgress: (sent) => {
        if (sent > 0.95 * bytes.length) killed ??= server.kill().then(() => server.restart());
      },
      onChunkComplete: (_, accepted) => {
        acknowledged = accepted;
      },
      onBeforeRequest: (made) => {
        const offset = Number(made.getHeader('Upload-Offset') ?? acknowledged);
        if (offset < acknowledged) sentAgain.push(offset);
      },
    });
    upload.start();
    expect(await ended).toBe('success');
    expect(killed).not.toBe(null);
    await killed;
    expect([sentAgain, acknowledged]).toEqual([[], bytes.length]);
    await expectStored(id, bytes);
  });

  test('terminates what it does not want to go on with', async () => {
    const id = await imported();
    const { upload } = publicClient(film(4 * MiB), {
      metadata: { videoId: id },
      onChunkComplete: () => void upload.abort(true),
    });
    upload.start();
    await expect.poll(async () => (await videoOf(id)).status, SOON).toBe('storing');
    await expect
      .poll(async () => upload.url && (await tusOf(person).head(new URL(upload.url).pathname)).status, SOON)
      .toBe(404);
  });

  test.each([
    ['text as .mp4', Buffer.from('<html>Sign in to the Wi-Fi</html>'), 'The file is not a video'],
    ['a truncated film', Buffer.from(FILM.subarray(0, 600)), /damaged|not a video|no picture/],
  ])('is believed to have sent %s, which is then refused with its message', async (_, bytes, message) => {
    const id = await imported();
    const { upload, ended } = publicClient(bytes, { metadata: { videoId: id } });
    upload.start();
    expect(await ended).toBe('success');
    await expect.poll(async () => (await videoOf(id)).status, SOON).toBe('failed');
    expect((await videoOf(id)).error).toMatch(message);
  });

  test('is told at once that a file is empty', async () => {
    const { upload, ended } = publicClient(Buffer.alloc(0), { retryDelays: [] });
    upload.start();
    expect(String(await ended)).toContain('The file is empty');
  });
});

describe('a part that breaks off', () => {
  /** A request whose body is still to be written. */
  function openPart(url: string, length: number, headers: Record<string, string> = {}) {
    const part = {
      cookie: person.cookie,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'content-length': String(length),
    };
    const sending = request(server.url + url, { method: 'PATCH', headers: { ...part, ...headers } });
    sending.on('error', () => undefined);
    return sending;
  }

  /** Sends half of a part and then breaks the connection. */
  async function sendHalf(url: string, half: Buffer, headers: Record<string, string> = {}): Promise<void> {
    const sending = openPart(url, half.length * 2, headers);
    sending.write(half);
    await new Promise((resolve) => setTimeout(resolve, 500));
    sending.destroy();
  }
  const offsetOf = async (url: string) => (await tusOf(person).head(url)).headers.get('upload-offset');

  test('is kept as far as it came, and the next one gets on at once', async () => {
    const [id, bytes] = [await imported(), film(2 * MiB)];
    const tus = tusOf(person);
    const url = await tus.begin(bytes.length, { videoId: id });
    await sendHalf(url, bytes.subarray(0, MiB));
    await expect.poll(() => offsetOf(url), SOON).toBe(String(MiB));
    expect((await tus.patch(url, MiB, new Uint8Array(bytes.subarray(MiB)))).status).toBe(204);
    await expectStored(id, bytes);
  });

  test('but stays open and silent: the next one gets on within seconds', async () => {
    const [id, bytes] = [await imported(), film(2 * MiB)];
    const url = await tusOf(person).begin(bytes.length, { videoId: id });
    const silent = openPart(url, MiB);
    silent.write(bytes.subarray(0, MiB / 2));
    await expect.poll(() => offsetOf(url), SOON).toBe(String(MiB / 2));
    const since = performance.now();
    const { upload, ended } = publicClient(bytes, { uploadUrl: server.url + url });
    upload.start();
    expect(await ended).toBe('success');
    expect(performance.now() - since).toBeLessThan(10_000);
    silent.destroy();
    await expectStored(id, bytes);
  });

  test('with a checksum is not kept at all', async () => {
    const bytes = film(2 * MiB);
    const url = await tusOf(person).begin(bytes.length);
    await sendHalf(url, bytes.subarray(0, MiB), checksumOf(bytes.subarray(0, MiB)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await offsetOf(url)).toBe('0');
  });

  test('with the wrong checksum is 460, and nothing of it is kept', async () => {
    const tus = tusOf(person);
    const url = await tus.begin(1000);
    const reply = await tus.patch(url, 0, new Uint8Array(500), checksumOf(new Uint8Array(499)));
    expect(await codeOf(reply)).toEqual([460, 'checksum_mismatch']);
    expect(await offsetOf(url)).toBe('0');
  });
});

test('two clients at once: each gets on where the other was, and the file is whole', async () => {
  const [id, bytes] = [await imported(), film(12 * MiB)];
  const url = server.url + (await tusOf(person).begin(bytes.length, { videoId: id, sha256: sha256Of(bytes) }));
  const clients = [1, 2, 3].map(() => publicClient(bytes, { uploadUrl: url }));
  for (const { upload } of clients) upload.start();
  expect(await Promise.all(clients.map(({ ended }) => ended))).toEqual(['success', 'success', 'success']);
  await expectStored(id, bytes);
});

test('two servers on one libSQL server and one directory: a part at a time, and any of them takes the next', async () => {
  await using sqld = await startSqld();
  const DATA_DIR = await mkdtemp(join(tmpdir(), 'vidfab-two-'));
  const env = { DATA_DIR, DATABASE_URL: sqld.url, BETTER_AUTH_SECRET: 'x'.repeat(32) };
  await using one = await startServer({ env });
  await using two = await startServer({ env });
  const ada = await signUp((path, init) => fetch(one.url + path, init));
  const [here, there] = [one, two].map(({ url }) =>
    tusOf({ fetch: (path, init) => fetch(url + path, { ...init, headers: { ...init?.headers, cookie: ada.cookie } }) }),
  );
  if (!here || !there) throw new Error('no servers');
  const bytes = new Uint8Array(film(2 * MiB));
  const upload = await here.begin(bytes.length, { filename: 'fox.mp4' });

  let finish = () => {};
  const slow = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(bytes.slice(0, MiB));
      finish = () => controller.close();
    },
  });
  const first = here.patch(upload, 0, slow);
  const offset = async () => (await there.head(upload)).headers.get('upload-offset');
  await expect.poll(offset, SOON).toBe(String(MiB));
  expect(await codeOf(await there.patch(upload, MiB, bytes.slice(MiB)))).toEqual([423, 'locked']);
  finish();
  expect((await first).status).toBe(204);
  expect((await there.patch(upload, MiB, bytes.slice(MiB))).status).toBe(204);
  await expect.poll(async () => (await here.state(upload)).state, SOON).toBe('done');
  expect(storedVideos(DATA_DIR).map(({ sha256 }) => sha256)).toEqual([sha256Of(Buffer.from(bytes))]);
  await rm(DATA_DIR, { recursive: true });
});

test('an upload that expired is 410, and a client then begins anew', async () => {
  const bytes = film(2 * MiB);
  const tus = tusOf(person);
  const url = await tus.begin(bytes.length);
  await tus.patch(url, 0, new Uint8Array(bytes.subarray(0, MiB)));
  const database = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  await database.execute({ sql: 'UPDATE upload SET expires_at = 1 WHERE id = ?', args: [url.split('/').at(-1) ?? ''] });
  database.close();
  expect((await tus.head(url)).status).toBe(410);
  const { upload, ended } = publicClient(bytes, { uploadUrl: server.url + url });
  upload.start();
  expect(await ended).toBe('success');
  const next = new URL(upload.url ?? '').pathname;
  expect(next).not.toBe(url);
  await expect.poll(async () => (await tus.state(next)).state, SOON).toBe('done');
});
