import { execFile } from 'node:child_process';
import { createHash, getRandomValues, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createClient } from '@libsql/client';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { createTestHarness } from 'wrangler';
import { createSha256 } from '../../server/entry/sha256.ts';
import { after } from '../../server/entry/timers.ts';
import { createS3BlobStore } from '../../server/media/blob-store/s3.ts';
import { UserIdSchema, VideoIdSchema } from '../../sync/ids.ts';
import { signUp } from '../support/person.ts';
import { MiB, newFilm } from '../support/public-client.ts';
import { startS3Server } from '../support/s3/s3-server.ts';
import { NODE, PROJECT } from '../support/server.ts';
import { startSqld } from '../support/sqld.ts';
import { tusOf } from '../support/tus.ts';

test('on workerd too a bucket of S3 may take the place of R2', async () => {
  process.env.WRANGLER_SEND_METRICS = 'false';
  mkdirSync(join(PROJECT, 'dist/client'), { recursive: true });
  await using s3 = await startS3Server();
  await using sqld = await startSqld();
  const env = { PATH: process.env.PATH ?? '', DATABASE_URL: sqld.url };
  await promisify(execFile)(NODE, ['scripts/migrate.ts'], { cwd: PROJECT, env });
  const config = await s3.newBucket();
  const secrets = { DATABASE_URL: sqld.url, BETTER_AUTH_SECRET: 'a secret of the tests, long enough' };
  const workerd = createTestHarness({
    root: PROJECT,
    workers: [{ configPath: 'wrangler.toml', vars: { PUBLIC_URL: '', ...s3.env(config) }, secrets }],
  });
  try {
    const { url } = await workerd.listen();
    const request = (path: string, init?: RequestInit) => fetch(new URL(path, url), init);
    const ready = await request('/readyz');
    expect(await ready.json()).toEqual({ status: 'ok', checks: { database: 'ok', blobStore: 'ok' } });
    const person = await signUp(request);
    const id = '01a20a45-28cd-7a45-b87d-65f4a5106370';
    const sent = await person.send('POST', '/api/sync', {
      protocol: 1,
      user: person.id,
      device: 'd'.repeat(16),
      cursor: null,
      head: null,
      limit: 100,
      push: {
        videos: [{ id, create: { origin: 'imported', prompt: 'a fox', createdAt: 1_700_000_000_000 }, set: {} }],
        generations: [],
      },
    });
    expect(sent.status).toBe(200);

    const bytes = randomBytes(300_000);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const blobs = createS3BlobStore({
      config,
      fetch: (target, init) => fetch(target, init),
      sha256: createSha256,
      random: (count) => getRandomValues(new Uint8Array(count)),
      clock: Date.now,
      after,
    });
    const place = { user: v.parse(UserIdSchema, person.id), video: v.parse(VideoIdSchema, id) };
    await blobs.put(place, new Blob([bytes]).stream(), 1_000_000);
    const client = createClient({ url: sqld.url });
    const sql = `UPDATE video SET media_state = 'stored', sha256 = ?, bytes = ?, stored_at = 1 WHERE id = ?`;
    await client.execute({ sql, args: [sha256, bytes.byteLength, id] });
    client.close();

    const part = await person.fetch(`/media/${id}`, { headers: { range: 'bytes=100000-199999' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100000-199999/300000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(100_000, 200_000))).toBe(true);
    const poster = new Uint8Array(Buffer.from('RIFF\x04\0\0\0WEBP', 'latin1'));
    expect((await person.fetch(`/media/${id}/poster`, { method: 'PUT', body: poster })).status).toBe(201);
    expect(Buffer.from(await (await person.fetch(`/media/${id}/poster`)).arrayBuffer()).equals(poster)).toBe(true);

    const film = newFilm(9 * MiB);
    const upload = await tusOf(person).begin(film.length, { filetype: 'video/mp4' });
    for (const [start, end] of [
      [0, 5 * MiB],
      [5 * MiB, film.length],
    ] as const) {
      const part = new Uint8Array(film.subarray(start, end));
      expect((await tusOf(person).patch(upload, start, part)).status).toBe(204);
    }
    await expect
      .poll(
        async () => {
          await workerd.getWorker().scheduled({});
          return (await tusOf(person).state(upload)).state;
        },
        { timeout: 60_000, interval: 500 },
      )
      .toBe('done');
    const { video_id: uploaded } = await tusOf(person).state(upload);
    const whole = await person.fetch(`/media/${uploaded}`);
    expect(whole.status).toBe(200);
    expect(Buffer.from(await whole.arrayBuffer()).equals(film)).toBe(true);
  } finally {
    await workerd.close();
  }
});
