import { createHash, type Hash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { chooseFile, expectPlays, installed, newAccount, readTable, signUpIn, syncCursor } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { isSoak } from '../support/soak.ts';

const TINY = readFileSync(join(import.meta.dirname, '../fixtures/tiny.mp4'));
const SEGMENT = 8 * 1024 * 1024;
const MB = 1_000_000;
const SIZE = isSoak ? 1000 * MB : 250 * MB;
const PATIENCE = { timeout: 120_000, interval: 500 };

let server: TestServer;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'vidfab-large-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** A film, with the hash of all of it and of each of its segments. */
function newFilm(name: string, size: number) {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  const box = Buffer.alloc(8);
  box.writeUInt32BE(size - TINY.length);
  box.write('free', 4);
  const [whole, hashes]: [Hash, string[]] = [createHash('sha256'), []];
  for (let at = 0; at < size; at += SEGMENT) {
    const bytes = randomBytes(Math.min(SEGMENT, size - at));
    if (at === 0) Buffer.concat([TINY, box]).copy(bytes);
    writeSync(file, bytes);
    whole.update(bytes);
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
  closeSync(file);
  return { path, hashes, sha256: whole.digest('hex') };
}

const statesOf = async (page: Page) =>
  (await readTable<{ readonly state: string }>(page, 'copies')).map(({ state }) => state);

async function newcomer(phone: Device): Promise<Page> {
  const page = await phone.page();
  await signUpIn(page, newAccount());
  await installed(page);
  await expect.poll(() => syncCursor(page)).not.toBeNull();
  return page;
}

test(`blobs vanish or come back empty (dexie#1305, dexie#1638, uppy#3343): ${SIZE / MB} MB are whole after the browser is killed`, {
  timeout: 300_000,
}, async () => {
  const { path, hashes } = newFilm('one.mp4', SIZE);
  await using phone = await openDevice(server.url);
  await newcomer(phone);
  // Cookies are written out when the browser quits.
  await phone.quit();
  await phone.reopen();
  await phone.offline(true);
  const page = await phone.page();
  await chooseFile(page, path);
  await expect.poll(() => statesOf(page), PATIENCE).toEqual(['verified']);
  await expect.poll(async () => (await readTable(page, 'videos')).length, PATIENCE).toBe(1);

  await phone.kill();
  await phone.reopen();
  await phone.offline(true);
  const again = await phone.page();
  await again.getByTestId('video-tile').first().click();
  await expectPlays(again);
  const found = await again.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const { name = '' } =
      (await indexedDB.databases()).find((each) => /^vidfab-[\w-]{20,}$/.test(each.name ?? '')) ?? {};
    const db = await done(indexedDB.open(name));
    const segments = () => db.transaction('segments').objectStore('segments');
    const found: string[] = [];
    for (const key of await done(segments().getAllKeys())) {
      const { data } = await done<{ readonly data: Blob }>(segments().get(key));
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await data.arrayBuffer()));
      found.push(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
    }
    db.close();
    return found;
  });
  expect(found).toEqual(hashes);
});

test.runIf(isSoak)(
  'a library of 2.25 GB is one archive, and the same in another account',
  { timeout: 1_200_000 },
  async () => {
    const films = ['one.mp4', 'two.mp4', 'three.mp4'].map((name) => newFilm(name, 750 * MB));
    const hashes = films.map(({ sha256 }) => `"${sha256}"`).sort();
    const etagsOf = async (page: Page) =>
      (await readTable<{ readonly etag: string }>(page, 'copies')).map(({ etag }) => etag).sort();
    const outcomes = (page: Page) => page.getByTestId('imports').getByRole('listitem').allTextContents();
    await using ada = await openDevice(server.url);
    const page = await newcomer(ada);
    // As if a person had chosen a file: a picker cannot be driven, the file behind it is a real one.
    await page.evaluate(() => {
      const pick = async () => (await navigator.storage.getDirectory()).getFileHandle('library.zip', { create: true });
      Reflect.set(window, 'showSaveFilePicker', pick);
    });
    await ada.offline(true);
    for (const [index, { path }] of films.entries()) {
      await chooseFile(page, path);
      await expect.poll(() => statesOf(page), PATIENCE).toEqual(Array.from({ length: index + 1 }, () => 'verified'));
    }
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await page.getByRole('button', { name: 'Export…' }).click();
    const exporting = performance.now();
    await page.getByRole('button', { name: 'Save archive' }).click();
    await expect.poll(() => outcomes(page), LONG).toContainEqual(expect.stringContaining('Videos exported: 3'));
    say(`exported in ${seconds(exporting)}`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate(async () => {
        const handle = await (await navigator.storage.getDirectory()).getFileHandle('library.zip');
        const link = document.createElement('a');
        link.href = URL.createObjectURL(await handle.getFile());
        link.download = 'library.zip';
        link.click();
      }),
    ]);
    const archive = join(folder, 'library.zip');
    await download.saveAs(archive);
    await ada.close();
    say(`archive: ${statSync(archive).size} bytes`);

    await using bob = await openDevice(server.url);
    const other = await newcomer(bob);
    await bob.offline(true);
    const importing = performance.now();
    await chooseFile(other, archive);
    await expect.poll(() => outcomes(other), LONG).toEqual([expect.stringContaining('Videos added: 3')]);
    say(`imported in ${seconds(importing)}`);
    expect(await etagsOf(other)).toEqual(hashes);
    expect(await statesOf(other)).toEqual(['verified', 'verified', 'verified']);
  },
);

const LONG = { timeout: 400_000, interval: 500 };
const seconds = (since: number) => `${Math.round((performance.now() - since) / 1000)} s`;
const say = (line: string) => process.stdout.write(`${line}\n`);
