import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeVideo } from '../support/make-video.ts';
import { outcomeOfStart } from '../support/outcome.ts';
import { type Person, signUp } from '../support/person.ts';
import { MiB, newFilm } from '../support/public-client.ts';
import { type S3Server, startS3Server } from '../support/s3/s3-server.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { tusOf } from '../support/tus.ts';

let s3: S3Server;
let dataDir: string;
beforeAll(async () => {
  s3 = await startS3Server();
  dataDir = await mkdtemp(join(tmpdir(), 'vidfab-s3-'));
});
afterAll(async () => {
  await s3[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true, force: true });
});

test('a server on S3 keeps a video there, streams it from its own origin, and frees it', async () => {
  const bucket = await s3.newBucket();
  await using server = await startServer({ env: s3.env(bucket) });
  const ready = await fetch(`${server.url}/readyz`);
  expect(await ready.json()).toEqual({ status: 'ok', checks: { database: 'ok', blobStore: 'ok' } });
  const person = await signUpOn(server);

  const { id, sha256, size } = await makeVideo(person);
  const file = s3.fileOf(bucket, `${person.id}/${id}/${sha256}`);
  const film = await readFile(file);
  expect([film.length, createHash('sha256').update(film).digest('hex')]).toEqual([size, sha256]);
  expect(existsSync(join(server.dataDir, 'media'))).toBe(false);

  const whole = await person.fetch(`/media/${id}`, { redirect: 'manual' });
  expect([whole.status, whole.headers.get('content-length'), whole.headers.get('etag')]).toEqual([
    200,
    String(size),
    `"${sha256}"`,
  ]);
  expect(Buffer.from(await whole.arrayBuffer()).equals(film)).toBe(true);
  for (const [range, start, end] of [
    ['bytes=0-0', 0, 0],
    ['bytes=100-4099', 100, 4_099],
    ['bytes=-7', size - 7, size - 1],
    [`bytes=${size - 5}-`, size - 5, size - 1],
  ] as const) {
    const part = await person.fetch(`/media/${id}`, { headers: { range }, redirect: 'manual' });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${start}-${end}/${size}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(film.subarray(start, end + 1))).toBe(true);
  }
  const past = await person.fetch(`/media/${id}`, { headers: { range: `bytes=${size}-` } });
  expect([past.status, past.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
  const poster = await person.fetch(`/media/${id}/poster`);
  expect([poster.status, poster.headers.get('content-type')]).toEqual([200, 'image/webp']);

  expect((await person.fetch(`/api/video/${id}?permanent=1`, { method: 'DELETE' })).status).toBe(200);
  await expect.poll(() => existsSync(file), { timeout: 60_000 }).toBe(false);
  expect((await person.fetch(`/media/${id}`)).status).toBe(404);
});

test('a HEAD asks the store for nothing, and serves with the store away', async () => {
  const bucket = await s3.newBucket();
  await using server = await startServer({ env: s3.env(bucket) });
  const person = await signUpOn(server);
  const { id, size } = await makeVideo(person);
  await server.kill();
  await using away = await startServer({
    env: { ...s3.env({ ...bucket, endpoint: 'http://127.0.0.1:9' }), DATA_DIR: server.dataDir },
  });
  const head = await fetch(`${away.url}/media/${id}`, { method: 'HEAD', headers: { cookie: person.cookie } });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(size)]);
  expect(away.log()).toContain('media store not ready');
  const ready = await fetch(`${away.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unavailable', checks: { database: 'ok', blobStore: 'failed' } },
  ]);
  const get = await fetch(`${away.url}/media/${id}`, { headers: { cookie: person.cookie } });
  expect(get.status).toBe(500);
});

test('an upload to a server on S3 goes on after SIGKILL in the middle of a part, and becomes an object', async () => {
  const bucket = await s3.newBucket();
  await using server = await startServer({ env: s3.env(bucket) });
  const person = await signUpOn(server);
  const tus = tusOf(person);
  const bytes = newFilm(20 * MiB);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const url = await tus.begin(bytes.length, { sha256 });
  const offsetOf = async () => Number((await tus.head(url)).headers.get('upload-offset'));
  const send = (start: number, end?: number) => tus.patch(url, start, new Uint8Array(bytes.subarray(start, end)));

  expect((await send(0, 5 * MiB + 7)).status).toBe(204);
  const cut = send(5 * MiB + 7).catch(() => null);
  await new Promise((resolve) => setTimeout(resolve, 150));
  await server.kill();
  await cut;
  await server.restart();
  const kept = await offsetOf();
  expect(kept).toBeGreaterThanOrEqual(5 * MiB + 7);
  // The lease of the request that died has to run out.
  await expect.poll(async () => (await send(kept)).status, { timeout: 60_000, interval: 1_000 }).toBe(204);

  const { video_id: id } = await tus.state(url);
  const file = s3.fileOf(bucket, `${person.id}/${id}/${sha256}`);
  await expect.poll(async () => (await person.fetch(`/media/${id}`)).status, { timeout: 60_000 }).toBe(200);
  expect((await readFile(file)).equals(bytes)).toBe(true);
  const media = await person.fetch(`/media/${id}`, { headers: { range: 'bytes=8388600-8388620' } });
  expect(Buffer.from(await media.arrayBuffer()).equals(bytes.subarray(8_388_600, 8_388_621))).toBe(true);
  expect(existsSync(s3.fileOf(bucket, `uploads/${person.id}/${url.split('/').at(-1)}/000000`))).toBe(false);
});

test.each([
  [{ secretAccessKey: 'wrong' }, /^vidfab: cannot start: S3 answered 403 SignatureDoesNotMatch: .*\n$/],
  [
    { bucket: 'nowhere' },
    /^vidfab: cannot start: S3 answered 404 NoSuchBucket: The specified bucket does not exist\n$/,
  ],
  [{ region: '' }, /^vidfab: S3_REGION is required with MEDIA_STORE=s3\n$/],
])('a start with %j says one line and ends with 1', async (wrong, line) => {
  const { code, stdout, stderr } = await outcomeOfStart({
    PORT: '0',
    DATA_DIR: dataDir,
    ...s3.env({ ...(await s3.newBucket()), ...wrong }),
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(line);
});

function signUpOn({ url }: TestServer): Promise<Person> {
  return signUp((path, init) => fetch(url + path, init));
}
