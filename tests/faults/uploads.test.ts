import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UploadRecord, VideoRecord } from '../../client/data/database.ts';
import { type Fault, type FaultPlan, PASS, type Seen } from '../support/fault-proxy.ts';
import { installed, keptOffline, readTable } from '../support/library.ts';
import { storedVideos } from '../support/server-files.ts';
import { until } from '../support/until.ts';
import { newBackup } from './backup.ts';
import { type HeldFilm, holdFilm, importFilm, importRubbish } from './importing.ts';
import { libraryIn } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';
import { openWorld, type Station, type World } from './world.ts';

const MIB = 1024 * 1024;

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const uploadsSeen = ({ proxy }: Station) => proxy.seen().filter(({ path }) => path.startsWith('/api/uploads'));
const bytesOf = (requests: readonly Seen[]) =>
  requests.reduce((sum, { headers }) => sum + Number(headers['content-length'] ?? 0), 0);
const videoOf = async ({ page }: Station, id: string) =>
  (await readTable<VideoRecord>(page, 'videos')).find((row) => row.id === id);

/** Synced here, and the same bytes there, once. */
async function expectSaved(station: Station, films: readonly HeldFilm[]): Promise<void> {
  for (const { id } of films) {
    await kickUntil(
      station.page,
      () => videoOf(station, id),
      (row) => row?.saveState === 'synced',
      60_000,
    );
  }
  const hashes = films.map(({ sha256 }) => sha256).sort();
  const rows = (await libraryIn(world.server)).videos.filter(({ id }) => films.some((film) => film.id === id));
  expect(rows.map(({ server }) => server.sha256).sort()).toEqual(hashes);
  expect(
    storedVideos(world.server.dataDir)
      .map(({ sha256 }) => sha256)
      .sort(),
  ).toEqual(hashes);
}

describe('bytes that only one device has', () => {
  test('an import is pending, and then synced with equal hashes', async () => {
    const film = await importFilm(world.phone.page, 3 * MIB);
    await expectSaved(world.phone, [film]);
    expect(bytesOf(uploadsSeen(world.phone))).toBe(film.size);
    await until(
      () => readTable(world.phone.page, 'uploads'),
      (records) => records.length === 0,
    );
  });

  test('provider link expired before it was saved (openchat#107, grok2api#655): the device that has the bytes rescues it', async () => {
    const { page } = world.phone;
    const id = await page.evaluate(async () => {
      const body = JSON.stringify({
        wavespeed_request_id: 'expired',
        original_url: 'https://127.0.0.1/expired.mp4',
        prompt: 'Gone',
      });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch('/api/video/store', { method: 'POST', headers, body });
      return String((await answer.json()).data.id);
    });
    await kickUntil(
      page,
      () => videoOf(world.phone, id),
      (row) => row?.saveState === 'failed',
      60_000,
    );
    await page.goto(new URL(`/video/${id}`, page.url()).href);
    await page.getByText('If another of your devices has it, it is sent from there.').first().waitFor();
    const film = await holdFilm(page, id, MIB);
    await expectSaved(world.phone, [film]);
    await page.getByText('Saved on the server, and checked there.').waitFor();
    await page.getByRole('button', { name: 'Remove offline copy' }).waitFor();
  });

  test('[PULL-5] a server put back from a copy, its files lost: the device that has them brings them back', async () => {
    const { server, phone } = world;
    await using backup = await newBackup();
    await backup.take(server);
    const prompt = { ...FILM, prompt: 'Lost at sea' };
    await (await runningApp(phone.page)).evaluate(({ commands }, asked) => commands.generate(asked), prompt);
    await keptOffline(phone.page, 1);
    const [before] = storedVideos(server.dataDir);
    await server.kill();
    await backup.putBack(server);
    for (const lost of ['media', 'renders']) await rm(join(server.dataDir, lost), { recursive: true });
    await server.restart();
    const row = async () => (await libraryIn(server)).videos[0]?.server;
    await kickUntil(phone.page, row, (now) => now?.mediaState === 'stored', 90_000);
    expect((await row())?.sha256).toBe(before?.sha256);
    expect(bytesOf(uploadsSeen(phone))).toBeGreaterThan(0);
    expect(storedVideos(server.dataDir).map(({ sha256 }) => sha256)).toEqual([before?.sha256]);
  });

  test('on a device that lacks them the video says so, while and after they are sent', async () => {
    const { phone } = world;
    let release = () => {};
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    phone.proxy.inject(({ method }) => (method === 'PATCH' ? { kind: 'hold', at: 'request', until } : PASS));
    const film = await importFilm(phone.page, MIB);
    const other = await world.another();
    await other.page.goto(new URL(`/video/${film.id}`, other.page.url()).href);
    await other.page.getByText('Being uploaded from another device.').waitFor();
    release();
    await expectSaved(phone, [film]);
    await other.page.getByText('Saved on the server, and checked there.').waitFor();
  });
});

describe('what the server does not take', () => {
  test('is sent once, says why, and is sent again only when a person asks', async () => {
    const { page } = world.phone;
    const { id, size } = await importRubbish(page, MIB);
    await kickUntil(
      page,
      () => videoOf(world.phone, id),
      (row) => row?.saveState === 'failed',
      60_000,
    );
    await page.goto(new URL(`/video/${id}`, page.url()).href);
    await page.getByText('The server could not store its copy: The file is not a video').waitFor();
    expect(await page.getByRole('button', { name: 'Remove offline copy', disabled: false }).count()).toBe(0);
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByText('The server did not take the file: The file is not a video').waitFor();
    expect(bytesOf(uploadsSeen(world.phone))).toBe(size);
    expect(storedVideos(world.server.dataDir)).toEqual([]);
  });
});

describe('upload starts over at 95 % (immich#4292, tusd#234)', () => {
  /** The first parts come through, of 256 KiB and then of up to 8 MiB; none after them. */
  const breaksAfter =
    (parts: number, fault: Fault): FaultPlan =>
    ({ method, n }) =>
      method === 'PATCH' && n >= parts ? fault : PASS;

  test('the browser killed in mid-upload: after the restart it goes on, with at most one part again', async () => {
    const { phone } = world;
    // Chromium writes cookies out every half minute or when it quits: the session is an old one here.
    await phone.device.quit();
    await phone.device.reopen();
    const page = await phone.device.page();
    phone.proxy.inject(breaksAfter(2, { kind: 'stall', at: 'request', ms: 60_000 }));
    const film = await importFilm(page, 12 * MIB);
    await until(
      () => uploadsSeen(phone).length,
      (count) => count === 4,
      60_000,
    );
    const [before] = await readTable<UploadRecord>(page, 'uploads');
    expect(before?.offset).toBeGreaterThan(MIB);
    await phone.device.kill();
    phone.proxy.inject(null);
    const count = uploadsSeen(phone).length;
    await phone.device.reopen();
    const again = { ...phone, page: await phone.device.page() };
    await expectSaved(again, [film]);
    const later = uploadsSeen(phone).slice(count);
    expect(later.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(bytesOf(later)).toBeLessThanOrEqual(film.size - (before?.offset ?? 0));
  });

  test('the page closed in mid-upload: the service worker alone goes on', async () => {
    const { phone } = world;
    await installed(phone.page);
    phone.proxy.inject(breaksAfter(1, { kind: 'reset_before' }));
    const film = await importFilm(phone.page, 3 * MIB);
    await until(
      () => uploadsSeen(phone).length,
      (count) => count >= 3,
      60_000,
    );
    const sent = bytesOf(uploadsSeen(phone).slice(0, 2));
    await phone.page.goto('about:blank');
    await phone.page.close();
    phone.proxy.inject(null);
    const count = uploadsSeen(phone).length;
    await phone.device.fireSync('vidfab-sync');
    await until(
      () => storedVideos(world.server.dataDir).length,
      (stored) => stored === 1,
      90_000,
    );
    const later = uploadsSeen(phone).slice(count);
    expect(later.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(bytesOf(later)).toBe(film.size - sent);
  });
});

describe('one uploader', () => {
  test('three tabs and the worker upload once', async () => {
    const { phone } = world;
    await installed(phone.page);
    await Promise.all([phone.device.page(), phone.device.page()]);
    const films = [await importFilm(phone.page, 12 * MIB), await importFilm(phone.page, 2 * MIB)];
    await phone.device.fireSync('vidfab-sync');
    await expectSaved(phone, films);
    const seen = uploadsSeen(phone);
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(bytesOf(seen)).toBe(films.reduce((sum, { size }) => sum + size, 0));
  });
});

describe('upload stops at a proxy’s body limit (immich PR#26026)', () => {
  test('413 halves the part until it gets through', async () => {
    const { phone } = world;
    const body = '<html>413 Request Entity Too Large</html>';
    const headers = { 'content-type': 'text/html' };
    phone.proxy.inject(({ method, body: { length } }) =>
      method === 'PATCH' && length > 400_000 ? { kind: 'answer', name: '413', status: 413, headers, body } : PASS,
    );
    await expectSaved(phone, [await importFilm(phone.page, 3 * MIB)]);
  });
});

describe('a captive portal’s HTML 200, a 401 or a 500 counts as sent (workbox, pwa-bundle#241)', () => {
  test.each([
    ['a portal', 200, 'text/html', '<html>Sign in to the Wi-Fi</html>'],
    ['a server that fails', 500, 'text/plain', 'oops'],
    ['a session that ended, until the next sign-in', 401, 'application/json', '{"success":false}'],
  ])('%s in the middle of an upload: nothing is lost', async (name, status, type, body) => {
    const { phone } = world;
    let left = 3;
    phone.proxy.inject(({ path, n }) =>
      path.startsWith('/api/uploads/') && n > 0 && left-- > 0
        ? { kind: 'answer', name, status, headers: { 'content-type': type }, body }
        : PASS,
    );
    await expectSaved(phone, [await importFilm(phone.page, 2 * MIB)]);
  });
});
