import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import { expectTiles, generate, installed, newAccount, signInTo, signUpIn } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const row = (page: Page, name: string) => page.getByRole('list', { name, exact: true }).getByRole('link');
const tile = (page: Page, prompt: string) =>
  page.getByTestId('video-tile').filter({ hasText: prompt }).locator('a[href^="/video/"]');

test('a film made similar to another says so, and that one shows it: after a reload, offline, on another device', {
  timeout: 240_000,
}, async () => {
  await using phone = await openDevice(server.url);
  await using laptop = await openDevice(server.url);
  const account = newAccount();
  const page = await phone.page();
  await signUpIn(page, account);
  await installed(page);
  await generate(page, 'A fox');
  await expectTiles(page, ['synced']);

  await tile(page, 'A fox').click();
  const details = page.getByRole('heading', { name: 'Details' });
  await details.waitFor();
  expect(await row(page, 'Variations').count()).toBe(0);
  await page.getByRole('link', { name: 'Create similar' }).click();
  await page.getByText('Similar to A fox').waitFor();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A fox at night');
  // What was changed and what it is similar to are there after a reload.
  await page.reload();
  await page.getByText('Similar to A fox').waitFor();
  expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe('A fox at night');
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await expectTiles(page, ['synced', 'synced']);

  const look = async (device: Page) => {
    await tile(device, 'A fox at night').click();
    await row(device, 'Similar to').waitFor();
    expect(await row(device, 'Similar to').allInnerTexts()).toEqual([expect.stringMatching(/^A fox\b(?! at night)/)]);
    expect(await row(device, 'Variations').count()).toBe(0);
    await row(device, 'Similar to').click();
    await device.getByRole('list', { name: 'Variations', exact: true }).waitFor();
    expect(await row(device, 'Variations').allInnerTexts()).toEqual([expect.stringMatching(/^A fox at night/)]);
    expect(await row(device, 'Similar to').count()).toBe(0);
  };
  await look(page);

  await phone.offline(true);
  await page.reload();
  await row(page, 'Variations').waitFor();
  await row(page, 'Variations').click();
  await row(page, 'Similar to').waitFor();
  await phone.offline(false);

  const other = await laptop.page();
  await signInTo(other, account);
  await expectTiles(other, ['synced', 'synced']);
  await look(other);

  // In the trash it is no variation; restored it is one again.
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => row(other, 'Variations').count(), { timeout: 20_000 }).toBe(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => row(other, 'Variations').count(), { timeout: 20_000 }).toBe(1);
});
