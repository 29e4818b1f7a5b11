import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { newLibrary } from '../support/fill-library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const VIDEOS = 2_000;
const SOON = { timeout: 30_000 };
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };

let server: TestServer;
let device: Device;
let page: Page;
beforeAll(async () => {
  server = await startServer();
  device = await openDevice(server.url, { viewport: PHONE });
  page = await device.page('/');
  await newLibrary(page, VIDEOS);
  // Nothing that is asked for here needs anybody else.
  await device.offline(true);
}, 120_000);
afterAll(async () => {
  await device.close();
  await server[Symbol.asyncDispose]();
});

const tiles = () => page.getByTestId('video-tile');
const focused = () => page.evaluate(() => document.activeElement?.closest('[data-place]')?.getAttribute('data-place'));
const press = async (...keys: readonly string[]) => {
  for (const key of keys) await page.keyboard.press(key);
};
/** The names of those over whose middle lies something else. */
const covered = (selector: string) =>
  page.evaluate((wanted) => {
    const isCovered = (element: Element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return !element.contains(document.elementFromPoint(left + width / 2, top + height / 2));
    };
    return [...document.querySelectorAll(wanted)].filter(isCovered).map((each) => each.getAttribute('aria-label'));
  }, selector);

test('two thousand videos: only those in sight are in the document, the last is one key away', async () => {
  await page.goto(server.url);
  await tiles().nth(3).waitFor();
  expect(await tiles().count()).toBeLessThan(60);
  await tiles().first().getByRole('link').focus();
  await press('End');
  await expect.poll(focused, SOON).toBe(String(VIDEOS));
  expect(await tiles().count()).toBeLessThan(60);
  await press('ArrowUp', 'ArrowLeft');
  await expect.poll(focused, SOON).toBe(String(VIDEOS - 3));
  await press('Home');
  await expect.poll(focused, SOON).toBe('0');
});

test('by keyboard alone: a range is chosen, deleted, and taken back', async () => {
  await page.goto(server.url);
  await tiles().nth(3).waitFor();
  const ids = await tiles().evaluateAll((all) => all.slice(0, 4).map((tile) => tile.getAttribute('data-video-id')));
  await tiles().first().getByRole('link').focus();
  await press('Space', 'ArrowRight', 'Shift+ArrowRight');
  await expect.poll(() => page.getByRole('status').filter({ hasText: 'chosen' }).textContent(), SOON).toBe('3 chosen');
  await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).focus();
  await press('Enter');
  await page.getByText('3 moved to the trash').waitFor();
  const first = () => tiles().first().getAttribute('data-video-id');
  await expect.poll(first, SOON).toBe(ids[3]);
  await tiles().first().getByRole('link').focus();
  await press('Space');
  await page.getByRole('toolbar').waitFor();
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    expect(await covered('[role=toolbar] button'), `${size.width} px`).toEqual([]);
  }
  await page.setViewportSize(PHONE);
  await press('Escape');
  await page.getByRole('button', { name: 'Undo' }).focus();
  await press('Enter');
  await expect.poll(first, SOON).toBe(ids[0]);
  await expect.poll(() => page.getByRole('toolbar').count(), SOON).toBe(0);
});

test('all of them at once become favourites, and stop being so', async () => {
  await page.goto(`${server.url}/?q=needle`);
  await expect.poll(() => tiles().count(), SOON).toBe(2);
  await tiles().first().getByRole('link').focus();
  await press('Control+a');
  await page.getByRole('toolbar').getByRole('button', { name: 'Add to favourites' }).click();
  await page.getByText('2 in your favourites').waitFor();
  await page.getByRole('button', { name: 'Favourites' }).click();
  await expect.poll(() => tiles().count(), SOON).toBe(2);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Nothing matches').waitFor();
});

test('what is searched, sorted and filtered stands in the address, and is there after a reload with no network', async () => {
  await page.goto(server.url);
  await page.getByRole('searchbox').fill('狐狸 needle');
  await page.getByRole('button', { name: 'Order and size' }).click();
  await page.getByText('Oldest', { exact: true }).click();
  await press('Escape');
  const shown = async () => (await tiles().allTextContents()).map((text) => /take (\d+)/.exec(text)?.[1]);
  await page.getByRole('searchbox').fill('needle');
  await expect.poll(shown, SOON).toEqual(['1500', '500']);
  expect(new URL(page.url()).search).toBe('?sort=oldest&q=needle');
  await page.reload();
  await expect.poll(shown, SOON).toEqual(['1500', '500']);
  await tiles().first().click();
  await page.goBack();
  await expect.poll(shown, SOON).toEqual(['1500', '500']);
  await page.getByRole('button', { name: 'Offline', exact: true }).click();
  await page.getByText('Nothing matches').waitFor();
  await page.getByRole('button', { name: 'Show all' }).click();
  await expect.poll(() => tiles().count(), SOON).toBe(1);
});
