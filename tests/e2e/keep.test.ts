import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import {
  expectPlays,
  expectTiles,
  generate,
  installed,
  keptOffline,
  newAccount,
  readTable,
  signUpIn,
} from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TINY = readFileSync(fileURLToPath(new URL('../fixtures/tiny.mp4', import.meta.url)));
const SOON = { timeout: 30_000 };

let server: TestServer;
let phone: Device;
beforeAll(async () => {
  server = await startServer();
  phone = await openDevice(server.url);
});
afterAll(async () => {
  await phone.close();
  await server.stop();
});

test('a device that fills up: the least recent copy goes, plays from the server, and comes back at a wish', async () => {
  const page = await phone.page('/sign-up');
  await page.addInitScript(tellQuota);
  await signUpIn(page, newAccount());
  await installed(page);
  await generate(page, 'A fox in the snow');
  await generate(page, 'A whale under the ice');
  await page.goto(server.url);
  await expectTiles(page, ['synced', 'synced']);
  await keptOffline(page, 2);

  // The one that was played is not the one that goes.
  await open(page, /fox/);
  await expectPlays(page);
  await expect.poll(() => plays(page)).toBe(1);
  const [fox, whale] = [await idOf(page, /fox/), await idOf(page, /whale/)];
  const ledger = (await copies(page)).reduce((sum, { received }) => sum + received, 0);
  await page.evaluate((quota) => localStorage.setItem('test-quota', String(quota)), Math.round(ledger / 0.95));
  await page.goto(new URL('/settings', server.url).href);
  await expect.poll(async () => (await copyOf(page, whale))?.state, SOON).toBe('evicted');
  expect((await copyOf(page, fox))?.state).toBe('verified');

  await page.evaluate(() => localStorage.removeItem('test-quota'));
  await open(page, /whale/);
  await page.getByText('It plays from the server').waitFor();
  await expectPlays(page);
  await page.reload();
  await page.getByText('It plays from the server').waitFor();
  expect((await copyOf(page, whale))?.state).toBe('evicted');
  await page.getByRole('button', { name: 'Keep offline' }).click();
  await expect.poll(async () => (await copyOf(page, whale))?.state, SOON).toBe('verified');
  expect(await copyOf(page, whale)).toMatchObject({ pinned: true });
  await phone.offline(true);
  await page.reload();
  await expectPlays(page);
  await phone.offline(false);
});

test('Settings says what a choice frees and fetches before it does, and frees what may go', async () => {
  const page = await phone.page('/settings');
  await page.getByText('2 videos are kept here').waitFor();
  await page.getByText('does not tell Wi-Fi from other networks').waitFor();
  await page.getByText('Only what I keep offline').click();
  const dialog = page.getByRole('dialog');
  // The other is pinned since the last test.
  await dialog.getByText('1 video leaves this device').waitFor();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(await states(page)).toEqual(['verified', 'verified']);
  await page.getByText('Only what I keep offline').click();
  await dialog.getByRole('button', { name: 'Change' }).click();
  await expect.poll(() => states(page), SOON).toEqual(['verified']);
  await page.getByText('1 video is kept here').waitFor();
  await page.getByText('Nothing here may go').waitFor();

  await page.getByText('Everything', { exact: true }).click();
  await dialog.getByText('1 video is fetched').waitFor();
  await dialog.getByRole('button', { name: 'Change' }).click();
  await keptOffline(page, 2);
  await page.getByText('1 video may leave this device').waitFor();
  await page.getByRole('button', { name: 'Free up space now' }).click();
  await dialog.getByRole('button', { name: 'Free up space' }).click();
  await expect.poll(() => states(page), SOON).toEqual(['evicted', 'verified']);
  await page.reload();
  await page.getByText('1 video is kept here').waitFor();
  expect(await states(page)).toEqual(['evicted', 'verified']);
});

test('at 92 % every screen says so; where the browser tells its network, Wi-Fi only can be chosen', async () => {
  const page = await phone.page('/');
  await page.addInitScript(tellQuota);
  await page.addInitScript(tellNetwork, { type: 'cellular', saveData: false });
  const pinned = (await copies(page)).reduce((sum, { received }) => sum + received, 0);
  await page.evaluate((quota) => localStorage.setItem('test-quota', String(quota)), Math.round(pinned / 0.95));
  await page.reload();
  await page.getByText('This device is almost full').waitFor();
  await page.getByRole('link', { name: 'Storage' }).click();
  await page.getByText('Almost full.').waitFor();
  await page.getByText('On Wi-Fi only').click();
  await expect.poll(() => readTable(page, 'meta'), SOON).toContainEqual(expect.objectContaining({ wifiOnly: true }));
  await page.getByText('What you ask for yourself goes over any network.').waitFor();
  await expectAccessible(page);
  await page.getByText('简体中文').click();
  await page.getByText('仅 Wi-Fi').waitFor();
  await page.getByText('立即释放空间').waitFor();
});

test.each([
  ['Wi-Fi only', { type: 'cellular', saveData: false }, 'Waits for Wi-Fi to send'],
  ['data saver', { type: null, saveData: true }, 'Your browser saves data'],
])('%s: a video’s bytes stay here until a person has them sent now; so after a refusal', async (_, said, words) => {
  await using tablet = await openDevice(server.url);
  const page = await tablet.page('/sign-up');
  await page.addInitScript(tellNetwork, said);
  await signUpIn(page, newAccount());
  await installed(page);
  if (!said.saveData) {
    await page.goto(new URL('/settings', server.url).href);
    await page.getByText('On Wi-Fi only').click();
    await expect.poll(() => readTable(page, 'meta'), SOON).toContainEqual(expect.objectContaining({ wifiOnly: true }));
    await page.goto(server.url);
  }
  const sent: string[] = [];
  let refuses = false;
  await page.route('**/api/uploads**', async (route) => {
    sent.push(route.request().method());
    if (!refuses) return route.continue();
    const body = JSON.stringify({ success: false, code: 'refused_before', error: 'Not these bytes' });
    return route.fulfill({ status: 422, headers: { 'tus-resumable': '1.0.0' }, contentType: 'application/json', body });
  });
  const importNow = async (name: string) => {
    const file = { name, mimeType: 'video/mp4', buffer: padded(name) };
    await page.getByLabel('Choose videos to import').first().setInputFiles(file);
    await page
      .getByTestId('video-tile')
      .filter({ hasText: name.replace('.mp4', '') })
      .click();
    await page.getByText(words).waitFor();
  };
  const synced = () => page.getByText('Saved on the server, and checked there.').waitFor({ timeout: 30_000 });

  await importNow('first.mp4');
  await page.waitForTimeout(1_500);
  expect(sent).toEqual([]);
  await page.getByRole('button', { name: 'Send now' }).click();
  await synced();

  refuses = true;
  await page.goto(server.url);
  await importNow('second.mp4');
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.getByText('Not these bytes').waitFor();
  refuses = false;
  const before = sent.length;
  await page.waitForTimeout(1_500);
  expect(sent.slice(before)).toEqual([]);
  await page.getByRole('button', { name: 'Retry' }).click();
  await synced();
});

/** A film of more than goes over any network unasked. */
function padded(name: string): Buffer {
  const rest = Buffer.alloc(400 * 1024);
  rest.writeUInt32BE(rest.length);
  rest.write(`free${name}`, 4);
  return Buffer.concat([TINY, rest]);
}

/** What the browser would say of a network; the worker, which is asked apart, hears nothing to do. */
function tellNetwork(said: { readonly type: string | null; readonly saveData: boolean }): void {
  Object.defineProperty(navigator, 'connection', { value: Object.assign(new EventTarget(), said) });
  Object.defineProperty(ServiceWorkerRegistration.prototype, 'sync', { value: undefined });
}

/** What the browser would say on a smaller disk: the bytes of the copies, of a quota that the test sets. */
function tellQuota(): void {
  const { estimate } = StorageManager.prototype;
  StorageManager.prototype.estimate = async function (this: StorageManager) {
    const said = await estimate.call(this);
    const quota = localStorage.getItem('test-quota');
    return quota === null ? said : { quota: Number(quota), usage: Math.round(Number(quota) * 0.95) };
  };
}

interface Copy {
  readonly copyId: string;
  readonly state: string;
  readonly received: number;
  readonly pinned: boolean;
  readonly lastPlayedAt: number;
}

const copies = (page: Page) => readTable<Copy>(page, 'copies');
const states = async (page: Page) => (await copies(page)).map(({ state }) => state).sort();
const copyOf = async (page: Page, id: string) => (await copies(page)).find(({ copyId }) => copyId === id);
const plays = async (page: Page) => (await copies(page)).filter(({ lastPlayedAt }) => lastPlayedAt > 0).length;

async function idOf(page: Page, prompt: RegExp): Promise<string> {
  const rows = await readTable<{ id: string; create: { prompt: string } }>(page, 'videos');
  return rows.find(({ create }) => prompt.test(create.prompt))?.id ?? '';
}

async function open(page: Page, prompt: RegExp): Promise<void> {
  await page.goto(new URL(`/video/${await idOf(page, prompt)}`, server.url).href);
  await page.getByRole('region', { name: 'Where this video is' }).waitFor();
}

async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(300);
    await page.evaluate(axe);
    const { violations }: AxeResults = await page.evaluate(() => Reflect.get(window, 'axe').run());
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
  }
}
