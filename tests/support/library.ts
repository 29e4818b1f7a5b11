/** What a person does and sees in the app, in the words of the tests. */

import type { Page } from 'playwright-core';
import { expect } from 'vitest';

export interface Account {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

export function newAccount(): Account {
  return { name: 'Ada', email: `${crypto.randomUUID()}@example.com`, password: 'correct horse battery' };
}

export async function signUpIn(page: Page, account: Account): Promise<void> {
  await page.goto(new URL('/sign-up', page.url()).href);
  await page.getByRole('textbox', { name: 'Name' }).fill(account.name);
  await fillCredentials(page, account);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('link', { name: 'Create', exact: true }).first().waitFor();
}

export async function signInTo(page: Page, account: Account): Promise<void> {
  await page.goto(new URL('/sign-in', page.url()).href);
  await fillCredentials(page, account);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: 'Create', exact: true }).first().waitFor();
}

async function fillCredentials(page: Page, { email, password }: Account): Promise<void> {
  await page.getByRole('textbox', { name: 'Email' }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
}

/** Asks for a film, the shortest there is, and returns once it is queued on the device. */
export async function generate(page: Page, prompt: string): Promise<void> {
  await openCreate(page);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill(prompt);
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.getByTestId('generation-tile').or(page.getByTestId('video-tile')).first().waitFor();
}

/** Once it was open, it is there without a network in a page that has no worker too. */
export async function openCreate(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Create', exact: true }).first().click();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).waitFor();
}

/** Waits for the tiles of the gallery to have exactly these save states, in any order. */
export async function expectTiles(page: Page, states: readonly string[], timeout = 60_000): Promise<void> {
  await expect.poll(() => tileStates(page), { timeout, interval: 200 }).toEqual([...states].sort());
}

export async function tileStates(page: Page): Promise<string[]> {
  const states = await page
    .getByTestId('video-tile')
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-save-state') ?? ''));
  return states.sort();
}

/** Chooses a file by its path, however large it is. */
export async function chooseFile(page: Page, path: string): Promise<void> {
  await page.getByLabel('Choose videos to import').first().waitFor({ state: 'attached' });
  const cdp = await page.context().newCDPSession(page);
  const { root } = await cdp.send('DOM.getDocument', {});
  const { nodeId } = await cdp.send('DOM.querySelector', { nodeId: root.nodeId, selector: 'input[type=file]' });
  await cdp.send('DOM.setFileInputFiles', { files: [path], nodeId });
}

/** The video on the screen plays, shows pixels and can be sought in. */
export async function expectPlays(page: Page): Promise<void> {
  const video = page.locator('video').first();
  await video.waitFor();
  await expect
    .poll(() => video.evaluate((element: HTMLVideoElement) => element.readyState), { timeout: 15_000 })
    .toBeGreaterThanOrEqual(2);
  const played = await video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    await element.play();
    await new Promise((resolve) => element.addEventListener('timeupdate', resolve, { once: true }));
    element.pause();
    element.currentTime = element.duration / 2;
    await new Promise((resolve) => element.addEventListener('seeked', resolve, { once: true }));
    return { at: element.currentTime / element.duration, width: element.videoWidth };
  });
  expect(played.at).toBeCloseTo(0.5, 1);
  expect(played.width).toBeGreaterThan(0);
}

/** What a table of the signed-in person's database holds, read past the app. */
export async function readTable<Row>(page: Page, table: string): Promise<Row[]> {
  return page.evaluate(rowsHere<Row>, table);
}

/** The same inside of a page; uses nothing but what a page has. */
export async function rowsHere<Row>(table: string): Promise<Row[]> {
  const open = (database: string) =>
    new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(database);
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const all = (db: IDBDatabase, store: string) =>
    new Promise<never[]>((resolve, reject) => {
      const request = db.transaction(store).objectStore(store).getAll();
      request.onsuccess = () => resolve(request.result as never[]);
      request.onerror = () => reject(request.error);
    });
  const names = (await indexedDB.databases()).map(({ name: found }) => found ?? '');
  const app = await open('vidfab');
  const [active] = (await all(app, 'session')) as { user?: { id: string } }[];
  app.close();
  const mine = names.find((found) => found === `vidfab-${active?.user?.id}`);
  if (!mine) return [];
  const db = await open(mine);
  const rows = await all(db, table);
  db.close();
  return rows;
}

/** What this device will ask the server for next; null before its first exchange. */
export async function syncCursor(page: Page): Promise<string | null> {
  const meta = await readTable<{ key: string; cursor?: string | null }>(page, 'meta');
  return meta.find(({ key }) => key === 'sync')?.cursor ?? null;
}

/** The page is controlled by the service worker: from now on it works without a network. */
export async function installed(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
}

/** Every video here has its bytes on the device, verified. */
export async function keptOffline(page: Page, count: number): Promise<void> {
  await expect
    .poll(
      async () =>
        (await readTable<{ state: string }>(page, 'copies')).filter(({ state }) => state === 'verified').length,
      {
        timeout: 60_000,
        interval: 300,
      },
    )
    .toBe(count);
}
