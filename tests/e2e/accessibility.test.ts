import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { expectTiles, generate, newAccount, signUpIn } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const THEMES = ['dark', 'light'] as const;

let server: TestServer;
let phone: Device;
let page: Page;
beforeAll(async () => {
  server = await startServer();
  phone = await openDevice(server.url);
  page = await phone.page('/sign-in');
});
afterAll(async () => {
  await phone.close();
  await server.stop();
});

describe('axe finds nothing', () => {
  test.each(['/sign-in', '/sign-up'])('on %s', async (path) => {
    await page.goto(new URL(path, server.url).href);
    await page.getByRole('textbox', { name: 'Email' }).waitFor();
    await expectAccessible(page);
  });

  test('in the app, empty and with a video, on any screen', async () => {
    await signUpIn(page, newAccount());
    await expectAccessible(page);
    await generate(page, 'A lantern on a quiet river');
    await expectTiles(page, ['synced']);
    await expectAccessible(page);
    const buffer = Buffer.from('Dear diary, nothing moved today.');
    await page
      .getByLabel('Choose videos to import')
      .first()
      .setInputFiles([{ name: 'diary.mp4', mimeType: 'video/mp4', buffer }]);
    await page.getByText('this is not a video').waitFor();
    await expectAccessible(page);
    const video = await page.getByTestId('video-tile').first().getAttribute('data-video-id');
    for (const path of ['/create', `/video/${video}`, '/activity', '/settings']) {
      await page.goto(new URL(path, server.url).href);
      await page.getByRole('heading').first().waitFor();
      if (path === '/activity') await page.getByText('Log of this device').click();
      await expectAccessible(page);
      if (!path.startsWith('/video')) continue;
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys of the player' }).waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
    }
    await page.getByRole('button', { name: 'Export…' }).click();
    await page.getByText('Chosen ones').click();
    await page.getByRole('checkbox', { name: /lantern/ }).check();
    await expectAccessible(page);
  });
});

async function expectAccessible(screen: Page): Promise<void> {
  for (const colorScheme of THEMES) {
    await screen.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await screen.waitForTimeout(300);
    await screen.evaluate(axe);
    const { violations }: AxeResults = await screen.evaluate(() => Reflect.get(window, 'axe').run());
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
    expect(found, `${screen.url()} ${colorScheme}`).toEqual([]);
  }
}
