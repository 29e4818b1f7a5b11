import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import {
  expectTiles,
  generate,
  installed,
  keptOffline,
  newAccount,
  readTable,
  signUpIn,
  syncCursor,
} from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const TINY = readFileSync(fileURLToPath(new URL('../fixtures/tiny.mp4', import.meta.url)));
const SOON = { timeout: 30_000 };

let servers: readonly [TestServer, TestServer];
let devices: Device[];
let folder: string;
beforeAll(async () => {
  servers = [await startServer(), await startServer()];
  devices = [];
  folder = mkdtempSync(join(tmpdir(), 'vidfab-export-'));
});
afterAll(async () => {
  await Promise.all(devices.map((device) => device.close()));
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(folder, { recursive: true });
});

/** A new account on a new device, where the browser can only write into its downloads. */
async function newcomer(server: TestServer, width = 390): Promise<{ readonly device: Device; readonly page: Page }> {
  const device = await openDevice(server.url, { viewport: { width, height: 844 } });
  devices.push(device);
  const page = await device.page();
  await page.addInitScript(() => Reflect.set(window, 'showSaveFilePicker', undefined));
  await signUpIn(page, newAccount());
  await installed(page);
  await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
  return { device, page };
}

/** The same film as other bytes. */
function filmOf(padding: number): Buffer {
  const box = Buffer.alloc(padding, 7);
  box.writeUInt32BE(padding);
  box.write('free', 4);
  return Buffer.concat([TINY, box]);
}

const importButton = (page: Page) => page.getByLabel('Choose videos to import').first();
const outcomes = (page: Page) => page.getByTestId('imports').getByRole('listitem').allTextContents();

async function toSettings(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('heading', { name: 'Your library' }).waitFor();
}

/** @param chosen what of it; else everything */
async function exportTo(
  page: Page,
  to: string,
  chosen: readonly RegExp[] = [],
): Promise<{ readonly path: string; readonly from: string }> {
  await toSettings(page);
  await page.getByRole('button', { name: 'Export…' }).click();
  if (chosen.length > 0) await page.getByText('Chosen ones').click();
  for (const name of chosen) await page.getByRole('checkbox', { name }).check();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save archive' }).click(),
  ]);
  const path = join(folder, to);
  await download.saveAs(path);
  expect(download.suggestedFilename()).toMatch(/^VidFab \d{4}-\d\d-\d\d\.zip$/);
  return { path, from: download.url() };
}

interface Row {
  readonly id: string;
  readonly fields: Readonly<Record<string, readonly [unknown, string]>>;
  readonly create: Readonly<Record<string, unknown>>;
  readonly copyId: string;
}

/** The library as a person sees it, in its order, with what its files hash to here. */
async function libraryOf(page: Page) {
  const copies = await readTable<{ copyId: string; etag: string; state: string }>(page, 'copies');
  const hashes = new Map(copies.filter(({ state }) => state === 'verified').map(({ copyId, etag }) => [copyId, etag]));
  return (await readTable<Row>(page, 'videos')).map(({ id, fields, create, copyId }) => ({
    id,
    create,
    title: fields.title?.[0] ?? null,
    favorite: fields.favorite?.[0] ?? false,
    deletedAt: fields.deletedAt?.[0] ?? null,
    hash: hashes.get(copyId),
  }));
}

async function storedBy(page: Page) {
  const reply = await page.evaluate(async () => (await fetch('/api/user/videos?limit=100')).json());
  return reply.data.videos.map(({ id, title, favorite, sha256, status }: Record<string, unknown>) => {
    return { id, title, favorite, sha256, status };
  });
}

test('a library exported offline, and from its server, is the same in another account on another server', async () => {
  const [first, second] = servers;
  const ada = await newcomer(first);
  await generate(ada.page, 'A lantern on a quiet river');
  await expectTiles(ada.page, ['synced']);
  await keptOffline(ada.page, 1);
  await ada.device.offline(true);
  const mp4 = (name: string, buffer: Buffer) => ({ name, mimeType: 'video/mp4', buffer });
  await importButton(ada.page).setInputFiles([mp4('tiny.mp4', TINY), mp4('thrown.mp4', filmOf(1000))]);
  await expectTiles(ada.page, ['pending', 'pending', 'synced']);
  await onVideo(ada.page, /tiny/, 'Favourite', ({ favorite }) => favorite === true);
  await onVideo(ada.page, /thrown/, 'Delete', ({ deletedAt }) => deletedAt !== null);
  const library = await libraryOf(ada.page);
  expect(library.map(({ title, favorite }) => [title, favorite])).toEqual([
    [null, false],
    ['tiny', true],
    ['thrown', false],
  ]);

  const offline = await exportTo(ada.page, 'offline.zip');
  expect(offline.from).toMatch(/^blob:/);
  await expect.poll(() => outcomes(ada.page), SOON).toContainEqual(expect.stringContaining('Videos exported: 3'));
  expect(execFileSync('unzip', ['-t', offline.path], { encoding: 'utf8' })).toContain('No errors detected');

  const bob = await newcomer(second, 1440);
  await bob.device.offline(true);
  await importButton(bob.page).setInputFiles(offline.path);
  await expect.poll(() => outcomes(bob.page), SOON).toEqual([expect.stringContaining('Videos added: 3')]);
  expect(await libraryOf(bob.page)).toEqual(library);
  await importButton(bob.page).setInputFiles(offline.path);
  await expect
    .poll(() => outcomes(bob.page), SOON)
    .toContainEqual(expect.stringContaining('All 3 videos were in your library already'));
  expect(await libraryOf(bob.page)).toEqual(library);

  await ada.device.offline(false);
  await bob.device.offline(false);
  await ada.page.goto(first.url);
  await bob.page.goto(second.url);
  await expectTiles(ada.page, ['synced', 'synced']);
  await expectTiles(bob.page, ['synced', 'synced']);
  const stored = await storedBy(ada.page);
  expect(stored).toMatchObject([{ title: 'tiny', status: 'completed' }, { status: 'completed' }]);
  expect(await storedBy(bob.page)).toEqual(stored);

  await ada.page.getByTestId('video-tile').last().click();
  await ada.page.getByRole('button', { name: 'Remove offline copy' }).click();
  await ada.page.getByRole('button', { name: 'Keep offline' }).waitFor();
  await ada.page.goto(first.url);
  const served = await exportTo(ada.page, 'served.zip', [/tiny/, /lantern/]);
  const ids = [library[1], library[0]].map((video) => video?.id);
  expect(served.from).toBe(new URL(`/api/export?ids=${ids.join(',')}`, first.url).href);
  const eve = await newcomer(second);
  await importButton(eve.page).setInputFiles(served.path);
  await expect.poll(() => outcomes(eve.page), SOON).toEqual([expect.stringContaining('Videos added: 2')]);
  await expectTiles(eve.page, ['synced', 'synced']);
  expect(await libraryOf(eve.page)).toEqual(library.slice(0, 2));
  expect(await storedBy(eve.page)).toEqual(stored);

  const cut = join(folder, 'cut.zip');
  writeFileSync(cut, readFileSync(served.path).subarray(0, -100));
  await importButton(eve.page).setInputFiles(cut);
  await expect.poll(() => outcomes(eve.page), SOON).toContainEqual(expect.stringContaining('the archive is cut off'));
});

/** On the screen of a video, until it is written; then back among the others. */
async function onVideo(
  page: Page,
  name: RegExp,
  act: string,
  isDone: (video: Awaited<ReturnType<typeof libraryOf>>[number]) => boolean,
): Promise<void> {
  await page.getByRole('link', { name }).first().click();
  await page.getByRole('button', { name: act, exact: true }).click();
  await expect.poll(async () => (await libraryOf(page)).some(isDone)).toBe(true);
  await page.goto(new URL('/', page.url()).href);
  await page.getByTestId('video-tile').first().waitFor();
}
