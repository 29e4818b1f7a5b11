// `node scripts/record.ts [file]`: films the offline story in the real app on a phone-sized page, for the README.
// Needs ffmpeg, which nothing else here does.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openDevice } from '../tests/support/device.ts';
import { newAccount, openCreate, readTable, signUpIn } from '../tests/support/library.ts';
import { order } from '../tests/support/order.ts';
import { startServer } from '../tests/support/server.ts';
import { until } from '../tests/support/until.ts';

const FRAMES_PER_SECOND = 8;
const SIZE = { width: 390, height: 780 };
const WIDTH = 300;
const SEEN = [
  'A neon city in the rain',
  'A balloon over a misty valley at dawn',
  'Whales under the northern lights',
  'A red train through deep snow',
];
const OFFLINE = ['A lighthouse in a storm at night', 'A fox among fireflies in a pine forest'];

const file = process.argv[2] ?? 'docs/shots/offline.webp';
let count = 0;
const frames = mkdtempSync(join(tmpdir(), 'vidfab-frames-'));
const server = await startServer();
const phone = await openDevice(server.url, { viewport: SIZE });
let page = await open();
await signUpIn(page, newAccount());
await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
for (const [seed, prompt] of SEEN.entries()) await order(page, { prompt, params: { duration: 3, seed: seed + 1 } });
const tiles = () => page.getByTestId('video-tile');
await tiles()
  .nth(SEEN.length - 1)
  .waitFor({ timeout: 120_000 });
await page.locator('[data-save-state=pending]').first().waitFor({ state: 'detached', timeout: 60_000 });
await openCreate(page);
await page.getByRole('link', { name: 'My Assets', exact: true }).first().click();
await page.waitForTimeout(3_000);

let filming = film();
await page.waitForTimeout(1_200);
await phone.offline(true);
await page.getByRole('status').filter({ hasText: 'Offline' }).first().waitFor({ timeout: 60_000 });
await page.waitForTimeout(900);
await tiles().nth(1).click();
await page.waitForTimeout(2_600);
for (const prompt of OFFLINE) {
  await openCreate(page);
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).pressSequentially(prompt, { delay: 25 });
  await page.waitForTimeout(300);
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.waitForTimeout(1_100);
}
await filming.end();

// The app is killed; what it shows when it is opened again comes from the device alone.
await phone.kill();
await phone.reopen();
await phone.offline(true);
page = await open();
await tiles().first().waitFor();
filming = film();
await page.waitForTimeout(1_800);
await phone.offline(false);
await page.evaluate(() => dispatchEvent(new Event('online')));
await page.waitForTimeout(2_500);
await filming.end();
// Nobody watches while they are rendered.
const synced = async () =>
  (await readTable<{ saveState: string }>(page, 'videos')).filter(({ saveState }) => saveState === 'synced').length;
await until(synced, (videos) => videos === SEEN.length + OFFLINE.length, 180_000);
filming = film();
await page.waitForTimeout(2_500);
await filming.end();
await phone.close();
await server.stop();

const { status } = spawnSync(
  'ffmpeg',
  [
    ['-y', '-loglevel', 'error', '-framerate', String(FRAMES_PER_SECOND), '-i', join(frames, '%05d.jpg')],
    ['-vf', `scale=${WIDTH}:-2:flags=lanczos`, '-c:v', 'libwebp_anim', '-quality', '60', '-loop', '0', file],
  ].flat(),
  { stdio: 'inherit' },
);
rmSync(frames, { recursive: true });
process.exit(status ?? 1);

/** The app as it is on a phone that has it installed: nothing to install, and no bars to scroll by. */
async function open(): Promise<Page> {
  const opened = await phone.page('/favicon.svg');
  const session = await opened.context().newCDPSession(opened);
  await session.send('Emulation.setScrollbarsHidden', { hidden: true });
  await opened.emulateMedia({ colorScheme: 'dark' });
  await opened.addInitScript(() =>
    addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation()),
  );
  await opened.goto(server.url);
  return opened;
}

/** A picture of the page at even times, until it is ended. */
function film(): { readonly end: () => Promise<void> } {
  let isOver = false;
  const shown = page;
  const reel = (async () => {
    for (let next = Date.now(); !isOver; next += 1000 / FRAMES_PER_SECOND) {
      const taken = await shown.screenshot({ type: 'jpeg', quality: 85 }).catch(() => null);
      if (taken) writeFileSync(join(frames, `${String(count++).padStart(5, '0')}.jpg`), taken);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - Date.now())));
    }
  })();
  return {
    end: () => {
      isOver = true;
      return reel;
    },
  };
}
