import { createHash, randomBytes } from 'node:crypto';
import { openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import { chooseFile, expectPlays, installed, newAccount, readTable, signUpIn, syncCursor } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { isSoak } from '../support/soak.ts';

const TINY = readFileSync(join(import.meta.dirname, '../fixtures/tiny.mp4'));
const SEGMENT = 8 * 1024 * 1024;
const MB = 1_000_000;
const SIZE = isSoak ? 1000 * MB : 250 * MB;
const PATIENCE = { timeout: 120_000, interval: 500 };

const path = join(tmpdir(), `vidfab-large-film-${process.pid}.mp4`);
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(path, { force: true });
});

/** @returns the hash of each of its segments */
function writeFilm(): string[] {
  const file = openSync(path, 'w');
  const box = Buffer.alloc(8);
  box.writeUInt32BE(SIZE - TINY.length);
  box.write('free', 4);
  const hashes: string[] = [];
  for (let at = 0; at < SIZE; at += SEGMENT) {
    const bytes = randomBytes(Math.min(SEGMENT, SIZE - at));
    if (at === 0) Buffer.concat([TINY, box]).copy(bytes);
    writeSync(file, bytes);
    hashes.push(createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

test(`blobs vanish or come back empty (dexie#1305, dexie#1638, uppy#3343): ${SIZE / MB} MB are whole after the browser is killed`, {
  timeout: 300_000,
}, async () => {
  const hashes = writeFilm();
  await using phone = await openDevice(server.url);
  const first = await phone.page();
  await signUpIn(first, newAccount());
  await installed(first);
  await expect.poll(() => syncCursor(first)).not.toBeNull();
  // Cookies are written out when the browser quits.
  await phone.quit();
  await phone.reopen();
  await phone.offline(true);
  const page = await phone.page();
  await chooseFile(page, path);
  const verified = async () => (await readTable<{ readonly state: string }>(page, 'copies')).map(({ state }) => state);
  await expect.poll(verified, PATIENCE).toEqual(['verified']);
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
