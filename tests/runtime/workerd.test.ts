import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestHarness, type TestHarness } from 'wrangler';
import { readEvents } from '../support/events.ts';
import { signUp } from '../support/person.ts';
import { makePicture } from '../support/pictures.ts';
import { kindOf } from '../support/providers/each.ts';
import { FAL } from '../support/providers/fal.ts';
import { type StandIn, startStandIn } from '../support/providers/stand-in.ts';
import { createReader, TEST_VAPID } from '../support/push.ts';
import { NODE, PROJECT } from '../support/server.ts';
import { type Sqld, startSqld } from '../support/sqld.ts';

const kind = kindOf(FAL);

let sqld: Sqld;
let standIn: StandIn;
let workerd: TestHarness;

/** wrangler.toml as it is deployed, in the real workerd, on a real sqld that scripts/migrate.ts has set up. */
beforeAll(async () => {
  process.env.WRANGLER_SEND_METRICS = 'false';
  mkdirSync(join(PROJECT, 'dist/client'), { recursive: true });
  sqld = await startSqld();
  standIn = await startStandIn(FAL);
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: sqld.url };
  await promisify(execFile)(NODE, ['scripts/migrate.ts'], { cwd: PROJECT, env });
  workerd = createTestHarness({
    root: PROJECT,
    workers: [
      {
        configPath: 'wrangler.toml',
        vars: { PUBLIC_URL: '', ...kind.env(standIn.url) },
        secrets: {
          DATABASE_URL: sqld.url,
          BETTER_AUTH_SECRET: 'a secret of the tests, long enough',
          VAPID_PUBLIC_KEY: TEST_VAPID.publicKey,
          VAPID_PRIVATE_KEY: TEST_VAPID.privateKey,
          VAPID_SUBJECT: TEST_VAPID.subject,
        },
      },
    ],
  });
  await workerd.listen();
});
afterAll(async () => {
  await workerd?.close();
  await sqld?.[Symbol.asyncDispose]();
  await standIn?.[Symbol.asyncDispose]();
});

test('the same app runs on workerd with sqld and R2', async () => {
  const { url } = await workerd.listen();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  expect(await (await request('/readyz')).json()).toEqual({
    status: 'ok',
    checks: { database: 'ok', blobStore: 'ok' },
  });
  const person = await signUp(request);

  const id = '01a20a45-28cd-7a45-b87d-65f4a5106370';
  const create = { origin: 'imported', prompt: 'a fox', createdAt: 1_700_000_000_000 };
  const exchanged = await person.send('POST', '/api/sync', {
    protocol: 1,
    user: person.id,
    device: 'd'.repeat(16),
    cursor: null,
    head: null,
    limit: 100,
    push: { videos: [{ id, create, set: {} }], generations: [] },
  });
  expect(await exchanged.json()).toMatchObject({
    results: [{ id, status: 'ok' }],
    changes: { videos: [{ id }] },
    more: false,
  });

  const bytes = randomBytes(300_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { MEDIA } = await workerd.getWorker().getEnv();
  await MEDIA.put(`${person.id}/${id}/${sha256}`, bytes);
  const client = createClient({ url: sqld.url });
  const sql = `UPDATE video SET media_state = 'stored', sha256 = ?, bytes = ?, stored_at = 1 WHERE id = ?`;
  await client.execute({ sql, args: [sha256, bytes.byteLength, id] });
  client.close();

  const listed = await person.fetch('/api/user/videos?status=completed');
  expect(await listed.json()).toMatchObject({
    data: { videos: [{ id, sha256, size: 300_000 }], pagination: { total: 1 } },
  });

  const part = await person.fetch(`/media/${id}`, { headers: { range: 'bytes=100000-199999' } });
  expect(part.status).toBe(206);
  expect(part.headers.get('content-range')).toBe('bytes 100000-199999/300000');
  expect(part.headers.get('etag')).toBe(`"${sha256}"`);
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100_000, 200_000))).toBe(true);
  expect((await request(`/media/${id}`)).status).toBe(401);

  const uploads = await person.fetch('/api/uploads', { method: 'OPTIONS' });
  expect([uploads.status, (await uploads.json()).code]).toEqual([501, 'not_available']);

  expect((await request('/assets/gone.js')).status).toBe(404);
});

test('on workerd too a push message is signed and encrypted, and waits where its service is not reached', async () => {
  const { url } = await workerd.listen();
  const person = await signUp((path, init) => fetch(new URL(path, url), init));
  const { subscription } = createReader('https://push.invalid/phone');
  expect((await person.send('POST', '/api/push/subscriptions', subscription)).status).toBe(201);
  const now = Date.now();
  const client = createClient({ url: sqld.url });
  const sql = `INSERT INTO generation (user_id, id, rev, creation, fields, status, completed_at, updated_at)
    VALUES (?, '01a20a45-28cd-7a45-b87d-65f4a5106370', 1, '{}', '{}', 'failed', ?, ?)`;
  await client.execute({ sql, args: [person.id, now, now] });
  await workerd.getWorker().scheduled({ cron: '* * * * *', scheduledTime: new Date() });
  const sent = 'SELECT attempts, lease_until FROM push_message WHERE user_id = ?';
  await expect
    .poll(async () => (await client.execute({ sql: sent, args: [person.id] })).rows, { timeout: 30_000 })
    .toMatchObject([{ attempts: 1, lease_until: 0 }]);
  client.close();
});

test('a stream on workerd sees what was committed elsewhere', async () => {
  const { url } = await workerd.listen();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  const person = await signUp(request);
  const events = readEvents(await person.fetch('/api/sync/events'));
  expect(await events.next()).toEqual({ name: 'head', data: '0.' });
  const client = createClient({ url: sqld.url });
  const sql = `INSERT INTO user_head (user_id, rev, nonce) VALUES (?, 7, 'abc')`;
  await client.execute({ sql, args: [person.id] });
  client.close();
  expect(await events.next('head')).toEqual({ name: 'head', data: '7.abc' });
  await person.send('POST', '/api/video/store', { prompt: 'A fox', original_url: 'https://cdn.example/1.mp4' });
  expect((await events.next('head')).data).toMatch(/^8\./);
  await events.cancel();
});

test('a generation on workerd is submitted by a slice of its jobs, and ended by a signed delivery', async () => {
  const { url } = await workerd.listen();
  const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
  const person = await signUp(request);
  const made = await person.send('POST', '/api/generations', { prompt: 'A fox' });
  const { id, video_ids: videoIds } = (await made.json()).data;
  const find = async () => (await (await person.fetch(`/api/generations/${id}`)).json()).data;
  await workerd.getWorker().scheduled({});
  await expect.poll(async () => (await find()).status, { timeout: 20_000 }).toBe('running');
  const [job] = standIn.jobs.values();
  if (!job) throw new Error('nothing was taken');
  Object.assign(job, { state: 'succeeded', outputs: { video: { url: 'https://cdn.example/1.mp4' } } });
  const { headers, body } = await FAL.delivery(job, Date.now());
  const tell = (text: string) =>
    request(`/api/webhooks/fal/${person.id}/${id}`, { method: 'POST', headers, body: text });
  expect((await tell(`${body} `)).status).toBe(401);
  expect((await tell(body)).status).toBe(200);
  expect(await find()).toMatchObject({ status: 'succeeded', video_ids: videoIds });
  expect(standIn.jobs.size).toBe(1);
});

test('a picture on workerd is kept in R2, and a film asked for with it', async () => {
  const { url } = await workerd.listen();
  const person = await signUp((path, init) => fetch(new URL(path, url), init));
  const { source, bytes } = makePicture({ type: 'jpeg' });
  const model = 'fal-ai/kling-video/v2.5-turbo/pro/image-to-video';
  const asked = { prompt: 'It waves', model, params: { sourceImage: source } };
  const { id } = (await (await person.send('POST', '/api/generations', asked)).json()).data;
  const status = async () => (await (await person.fetch(`/api/generations/${id}`)).json()).data.status;
  expect(await status()).toBe('waiting_source');

  expect((await person.fetch(`/api/sources/${source.id}`, { method: 'PUT', body: bytes })).status).toBe(204);
  const kept = await person.fetch(`/api/sources/${source.id}`);
  expect(new Uint8Array(await kept.arrayBuffer())).toEqual(bytes);
  await workerd.getWorker().scheduled({});
  await expect.poll(status, { timeout: 20_000 }).toBe('running');
  const submitted = standIn.requests.filter(({ op }) => op === 'submit').at(-1);
  expect(submitted?.body).toMatchObject({
    prompt: 'It waves',
    image_url: `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`,
  });
});
