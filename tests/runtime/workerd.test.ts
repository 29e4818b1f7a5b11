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
import { NODE, PROJECT } from '../support/server.ts';
import { type Sqld, startSqld } from '../support/sqld.ts';

let sqld: Sqld;
let workerd: TestHarness;

/** wrangler.toml as it is deployed, in the real workerd, on a real sqld that scripts/migrate.ts has set up. */
beforeAll(async () => {
  process.env.WRANGLER_SEND_METRICS = 'false';
  mkdirSync(join(PROJECT, 'dist/client'), { recursive: true });
  sqld = await startSqld();
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: sqld.url };
  await promisify(execFile)(NODE, ['scripts/migrate.ts'], { cwd: PROJECT, env });
  workerd = createTestHarness({
    root: PROJECT,
    workers: [
      {
        configPath: 'wrangler.toml',
        vars: { PUBLIC_URL: '' },
        secrets: { DATABASE_URL: sqld.url, BETTER_AUTH_SECRET: 'a secret of the tests, long enough' },
      },
    ],
  });
  await workerd.listen();
});
afterAll(async () => {
  await workerd?.close();
  await sqld?.[Symbol.asyncDispose]();
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
