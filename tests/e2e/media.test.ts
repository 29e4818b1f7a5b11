import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CopyRecord } from '../../client/data/database.ts';
import { openLine } from '../support/bad-line.ts';
import { type Device, openDevice } from '../support/device.ts';
import { type FaultProxy, PASS, type Seen, startFaultProxy } from '../support/fault-proxy.ts';
import { FILM, FILM_SHA256 } from '../support/jobs-world.ts';
import {
  chooseFile,
  expectPlays,
  expectTiles,
  installed,
  newAccount,
  readTable,
  signUpIn,
} from '../support/library.ts';
import { personOf } from '../support/page-person.ts';
import { newFilm } from '../support/public-client.ts';
import { asText, expectedReply, type RangeReply, rangeRequests, readRangeReply } from '../support/range-oracle.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { slowFilm } from '../support/slow-film.ts';
import { tusOf } from '../support/tus.ts';

const MB = 1_000_000;
const SOON = { timeout: 30_000, interval: 100 };

let server: TestServer;
let proxy: FaultProxy;
let phone: Device;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'vidfab-media-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  proxy = await startFaultProxy(server.url);
  phone = await openDevice(proxy.url);
});
afterEach(async () => {
  await phone.close();
  await proxy[Symbol.asyncDispose]();
});

async function signedIn(): Promise<Page> {
  const page = await phone.page();
  await signUpIn(page, newAccount());
  await installed(page);
  return page;
}

/** Stored on the server, and this page's person's. @returns its id */
async function putOnServer(page: Page, bytes: Buffer): Promise<string> {
  const person = await personOf(page, server);
  const tus = tusOf(person);
  const url = await tus.begin(bytes.length, { filename: 'film.mp4' });
  expect((await tus.patch(url, 0, new Uint8Array(bytes))).status).toBe(204);
  await expect.poll(async () => (await tus.state(url)).state, SOON).toBe('done');
  return String((await tus.state(url)).video_id);
}

const copiesOf = (page: Page) => readTable<CopyRecord>(page, 'copies');

async function choose(page: Page, bytes: Buffer): Promise<void> {
  const path = join(folder, `${crypto.randomUUID()}.mp4`);
  writeFileSync(path, bytes);
  await chooseFile(page, path);
}

async function openFirst(page: Page): Promise<void> {
  await page.getByTestId('video-tile').first().click();
  await page.getByRole('region', { name: 'Where this video is' }).waitFor();
}

/** SHA-256 of what a page gets at `/media/:id`. */
function hashIn(page: Page, id: string): Promise<string> {
  return page.evaluate(async (video) => {
    const bytes = await (await fetch(`/media/${video}`)).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }, id);
}

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const startOf = (range: string | readonly string[] | undefined) =>
  Number(/^bytes=(\d+)-/.exec(String(range))?.[1] ?? 0);

describe('a video that is not faststart plays by range', () => {
  const film = slowFilm(16 * MB);

  test('from the server: its end is asked for, and most of it is never sent', async () => {
    // A page of this origin that runs nothing of the app, and so has no worker.
    const app = await phone.page();
    await signUpIn(app, newAccount());
    await app.close();
    const page = await phone.page('/healthz');
    await page.evaluate(async () => {
      for (const worker of await navigator.serviceWorker.getRegistrations()) await worker.unregister();
    });
    await page.reload();
    const id = await putOnServer(page, film);
    const before = proxy.seen().length;
    await page.evaluate((video) => {
      const element = document.createElement('video');
      element.src = `/media/${video}`;
      document.body.append(element);
    }, id);
    await expectPlays(page);
    const asked = proxy
      .seen()
      .slice(before)
      .filter(({ path }) => path === `/media/${id}`);
    expect(asked.some(({ headers }) => startOf(headers.range) > 14 * MB)).toBe(true);
  });

  test('from the worker, with the network off and the server dead to it', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await choose(page, film);
    await expectTiles(page, ['pending']);
    const ranges: number[] = [];
    page.on('response', (response) => {
      if (!new URL(response.url()).pathname.startsWith('/media/') || response.status() !== 206) return;
      if (response.fromServiceWorker()) ranges.push(startOf(response.request().headers().range));
    });
    await openFirst(page);
    await expectPlays(page);
    expect(ranges.some((start) => start > 14 * MB)).toBe(true);
  });
});

test('[RFC 9110] any request for a range is answered as the RFC has it: by server and worker alike', async () => {
  const page = await signedIn();
  const id = await putOnServer(page, Buffer.from(FILM));
  const judged = { bytes: asText(FILM), etag: `"${FILM_SHA256}"` };
  const requests = fc.sample(rangeRequests(FILM.length, judged.etag), 400);

  const { fetch: fromServer } = await personOf(page, server);
  for (const request of requests) {
    const reply = await readRangeReply(await fromServer(`/media/${id}`, request));
    expect({ ...request, ...reply }).toMatchObject(expectedReply(request, judged));
  }

  await expect.poll(() => copiesOf(page), SOON).toMatchObject([{ state: 'verified' }]);
  await phone.offline(true);
  const replies = await page.evaluate(
    async ([path, all]) => {
      const found: RangeReply[] = [];
      for (const request of all) {
        const { status, headers, ...response } = await fetch(path, request).then(async (answer) => ({
          status: answer.status,
          headers: answer.headers,
          body: new TextDecoder('latin1').decode(await answer.arrayBuffer()),
        }));
        const read = (name: string) => headers.get(name);
        found.push({
          status,
          contentRange: read('content-range'),
          contentLength: read('content-length'),
          etag: read('etag'),
          acceptRanges: read('accept-ranges'),
          ...response,
        });
      }
      return found;
    },
    [`/media/${id}`, requests] as const,
  );
  for (const [index, request] of requests.entries()) {
    expect({ ...request, ...replies[index] }).toMatchObject(expectedReply(request, judged));
  }
});

test('a partly downloaded video plays and is sought in, and is then downloaded from where it was', async () => {
  const page = await signedIn();
  const film = slowFilm(16 * MB);
  // The download gets no more than the first part of it; a player gets all.
  let isHeldBack = true;
  const isResumed = ({ range, 'if-range': ifRange }: Seen['headers']) =>
    ifRange !== undefined && /^bytes=\d+-$/.test(String(range)) && startOf(range) < 10 * MB;
  proxy.inject(({ path, headers }) => {
    if (!isHeldBack || !/^\/media\/[^/]+$/.test(path)) return PASS;
    if (headers.range === undefined) return { kind: 'cut', bytes: 9 * MB };
    return isResumed(headers) ? { kind: 'reset_before' } : PASS;
  });
  const id = await putOnServer(page, film);
  await expect.poll(async () => (await copiesOf(page))[0]?.received ?? 0, SOON).toBeGreaterThan(0);
  await openFirst(page);
  await expectPlays(page);
  const [partial] = await copiesOf(page);
  expect(partial?.state).toBe('partial');
  isHeldBack = false;
  // What was held back is asked for again after a wait that grows.
  await expect
    .poll(() => copiesOf(page), { ...SOON, timeout: 90_000 })
    .toMatchObject([{ state: 'verified', total: film.length }]);
  const resumed = proxy.seen().filter(({ path, headers }) => path === `/media/${id}` && isResumed(headers));
  expect(resumed.at(-1)?.headers.range).toBe(`bytes=${partial?.received}-`);
  await phone.offline(true);
  expect(await hashIn(page, id)).toBe(sha256Of(film));
});

test('a download that stands still lets the others go on before a freeze, and begins anew when the network is back', async () => {
  const page = await signedIn();
  const film = newFilm(MB);
  let isStalled = true;
  proxy.inject(({ path }) =>
    isStalled && /^\/media\/[^/]+$/.test(path) ? { kind: 'stall', at: 'body', ms: 600_000 } : PASS,
  );
  const id = await putOnServer(page, film);
  const asked = () => proxy.seen().filter(({ path }) => path === `/media/${id}`).length;
  const isHeld = () =>
    page.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      return held.some(({ name }) => name?.startsWith('vidfab-media-'));
    });
  const tell = (target: 'document' | 'window', event: string) =>
    page.evaluate(([to, type]) => void (to === 'document' ? document : window).dispatchEvent(new Event(type)), [
      target,
      event,
    ] as const);
  await expect.poll(asked, SOON).toBe(1);
  await expect.poll(isHeld, SOON).toBe(true);
  // Less than the silence after which a connection counts as dead.
  const atOnce = { timeout: 10_000, interval: 100 };
  await tell('document', 'freeze');
  await expect.poll(isHeld, atOnce).toBe(false);
  await tell('document', 'resume');
  await expect.poll(asked, atOnce).toBe(2);
  await expect.poll(isHeld, atOnce).toBe(true);
  isStalled = false;
  await tell('window', 'online');
  await expect.poll(() => copiesOf(page), atOnce).toMatchObject([{ state: 'verified', total: film.length }]);
});

test('a download killed at random points, with the whole browser, resumes and is verified', async () => {
  await using line = await openLine(server.url);
  await using device = await openDevice(line.url);
  const first = await device.page();
  await signUpIn(first, newAccount());
  // Chromium writes cookies out every half minute or when it quits.
  await device.quit();
  await device.reopen();
  let page = await device.page();
  const film = newFilm(45 * MB);
  const id = await putOnServer(page, film);
  line.turn({ bytesPerSecond: 4 * MB, cutEveryMs: 3_600_000 });
  const received: number[] = [];
  const receivedOn = async () => (await copiesOf(page))[0]?.received ?? 0;
  for (let kill = 0; kill < 2; kill++) {
    await expect.poll(receivedOn, SOON).toBeGreaterThan(received.at(-1) ?? 0);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1_500));
    received.push(await receivedOn());
    await device.kill();
    await device.reopen();
    page = await device.page();
  }
  await expect.poll(() => copiesOf(page), SOON).toMatchObject([{ state: 'verified', total: film.length }]);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(received.at(-1)).toBeGreaterThan(0);
  await device.offline(true);
  expect(await hashIn(page, id)).toBe(sha256Of(film));
});
