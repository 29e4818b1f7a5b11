import { createHash } from 'node:crypto';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { openLine } from '../support/bad-line.ts';
import { openDevice } from '../support/device.ts';
import { newAccount, readTable, signUpIn } from '../support/library.ts';
import { personOf } from '../support/page-person.ts';
import { newFilm } from '../support/public-client.ts';
import { startServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import { isSoak } from '../support/soak.ts';
import { tusOf } from '../support/tus.ts';
import { until } from '../support/until.ts';
import { importFilm } from './importing.ts';
import { runningApp } from './running-app.ts';

/** The short one is the same ten times as fast, with less to carry. */
const { size, bytesPerSecond, cutEveryMs } = isSoak
  ? { size: 50_000_000, bytesPerSecond: 100_000, cutEveryMs: 20_000 }
  : { size: 3_000_000, bytesPerSecond: 1_000_000, cutEveryMs: 2_000 };
const PATIENCE_MS = isSoak ? 30 * 60_000 : 100_000;
const WHAT = `connections cut every ${cutEveryMs / 1000} s at ${bytesPerSecond / 1000} KB/s: ${size / 1_000_000} MB`;

async function signedUp() {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startServer());
  const line = stack.use(await openLine(server.url));
  const device = stack.use(await openDevice(line.url));
  const page = await device.page();
  await signUpIn(page, newAccount());
  await runningApp(page);
  return { server, line, page, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const videosOf = (page: Page) => readTable<VideoRecord>(page, 'videos');

test.concurrent(`${WHAT} still arrives at the server`, { timeout: PATIENCE_MS + 60_000 }, async () => {
  await using world = await signedUp();
  const { server, line, page } = world;
  line.turn({ bytesPerSecond, cutEveryMs });
  const since = performance.now();
  const film = await importFilm(page, size);
  await until(
    () => videosOf(page),
    (rows) => rows.every(({ saveState }) => saveState === 'synced'),
    PATIENCE_MS,
  );
  report('up', since, line.passed());
  expect(storedVideos(server.dataDir).map(({ sha256 }) => sha256)).toEqual([film.sha256]);
  expect(line.passed().cuts).toBeGreaterThan(0);
});

test.concurrent(`${WHAT} still arrives on the device`, { timeout: PATIENCE_MS + 60_000 }, async () => {
  await using world = await signedUp();
  const { line, page } = world;
  line.turn({ bytesPerSecond, cutEveryMs });
  const bytes = newFilm(size);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const since = performance.now();
  await putOnServer(world, bytes);
  const copies = () => readTable<{ readonly state: string; readonly etag: string }>(page, 'copies');
  await until(copies, ([copy]) => copy?.state === 'verified', PATIENCE_MS);
  report('down', since, line.passed());
  expect(await copies()).toMatchObject([{ etag: `"${sha256}"`, total: bytes.length, received: bytes.length }]);
  expect(line.passed().cuts).toBeGreaterThan(0);
});

/** By this person and not through the line. */
async function putOnServer(
  { server, page }: { readonly server: { readonly url: string }; readonly page: Page },
  bytes: Buffer,
): Promise<void> {
  const tus = tusOf(await personOf(page, server));
  const url = await tus.begin(bytes.length, { filename: 'film.mp4' });
  expect((await tus.patch(url, 0, new Uint8Array(bytes))).status).toBe(204);
}

function report(way: string, since: number, passed: object): void {
  if (isSoak)
    process.stdout.write(`${way}: ${Math.round((performance.now() - since) / 1000)} s, ${JSON.stringify(passed)}\n`);
}
