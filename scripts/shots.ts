// Every screen at both sizes in both themes, of the real app on the real server, into a folder.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openDevice } from '../tests/support/device.ts';
import { newAccount, signUpIn } from '../tests/support/library.ts';
import { startServer } from '../tests/support/server.ts';

const PROMPTS = [
  'A lighthouse in a storm at night',
  'Whales under the northern lights',
  'Desert dunes at sunset, a lone rider',
  'A neon city in the rain',
  'A balloon over a misty valley at dawn',
  'A fox among fireflies in a pine forest',
  'Cherry petals over a quiet lake',
  'A red train through deep snow',
];
const SIZES = [
  { width: 390, height: 844 },
  { width: 1440, height: 900 },
];
const THEMES = ['dark', 'light'] as const;

const folder = process.argv[2] ?? 'docs/shots';
mkdirSync(folder, { recursive: true });
const server = await startServer();
const device = await openDevice(server.url);
const account = newAccount();

await shoot('sign-up', '/sign-up');
await shoot('sign-in', '/sign-in');
const page = await device.page();
await signUpIn(page, account);
await shoot('assets-empty', '/');
await shoot('create', '/create');

for (const [index, prompt] of PROMPTS.entries())
  await order(page, { prompt, params: { duration: 3, seed: index + 1 } });
await page.goto(server.url);
await page
  .locator('[data-testid=video-tile]')
  .nth(PROMPTS.length - 1)
  .waitFor({ timeout: 120_000 });
await page.locator('[data-save-state=pending]').first().waitFor({ state: 'detached', timeout: 60_000 });
await allPictures(page);
const video = await page.getByTestId('video-tile').nth(2).getAttribute('data-video-id');
await shoot('assets', '/');
await shoot('video', `/video/${video}`);
await shoot('create-similar', `/create?similar=${video}`);
await shoot('settings', '/settings');
await order(page, { prompt: 'Horses on a beach at dawn', params: { duration: 8 } });
await order(page, { prompt: 'A robot watering flowers', params: { duration: 8 } });
await shoot('assets-rendering', '/');
await shoot('activity', '/activity');
await shoot('activity-log', '/activity', (shot) => shot.getByText('Log of this device').click());
await device.offline(true);
await shoot('assets-offline', '/');
await shoot('create-offline', '/create');

await device.close();
await server.stop();

async function order(from: Page, request: object): Promise<void> {
  await from.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch('/api/generations', { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(await response.text());
  }, request);
}

async function allPictures(shown: Page): Promise<void> {
  await shown.waitForFunction(() => [...document.images].every((image) => image.complete && image.naturalWidth > 0));
}

async function shoot(name: string, path: string, open?: (shot: Page) => Promise<void>): Promise<void> {
  for (const size of SIZES) {
    const shot = await device.page(path);
    await shot.setViewportSize(size);
    await shot.locator('h1').first().waitFor();
    await open?.(shot);
    await allPictures(shot);
    for (const colorScheme of THEMES) {
      await shot.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await shot.waitForTimeout(900);
      await shot.screenshot({ path: join(folder, `${name}-${size.width}-${colorScheme}.png`) });
    }
    await shot.close();
  }
  process.stdout.write(`${name}\n`);
}
