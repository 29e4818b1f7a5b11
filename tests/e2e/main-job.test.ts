import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import {
  expectPlays,
  expectTiles,
  generate,
  installed,
  keptOffline,
  newAccount,
  readTable,
  signInTo,
  signUpIn,
  syncCursor,
  tileStates,
} from '../support/library.ts';
import { startProxy } from '../support/proxy.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';

const SOON = { timeout: 30_000 };

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

describe('one device', () => {
  test('online: a prompt becomes a video, pending at once and then synced, one of it, with the right hash', async () => {
    // Exchanges are held back once the prompt is taken: what completes is then known by polling alone.
    let held: Promise<void> | undefined;
    let release = () => {};
    await using proxy = await startProxy({
      target: server.url,
      hold: (path) => (path === '/api/sync' ? held : undefined),
    });
    await using phone = await openDevice(proxy.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    const seen = await watchStates(page);
    await generate(page, 'A lighthouse in a storm');
    await running(page);
    held = new Promise((resolve) => {
      release = resolve;
    });
    await expectTiles(page, ['pending']);
    release();
    await expectTiles(page, ['synced']);
    expect(await seen()).toEqual(['pending', 'synced']);
    await keptOffline(page, 1);
    await expectWholeAndOnce(page, 1);
  });

  test('reload with the network off and the server dead: gallery, poster, playback and seeking', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await generate(page, 'Whales under the northern lights');
    await expectTiles(page, ['synced']);
    await keptOffline(page, 1);
    await expect.poll(() => readTable(page, 'posters'), { timeout: 20_000 }).toHaveLength(1);
    await server.kill();
    await phone.offline(true);
    await page.reload();
    await expectTiles(page, ['synced']);
    await expect.poll(() => page.getByTestId('video-tile').locator('img').first().evaluate(hasPixels)).toBe(true);
    await page.getByTestId('video-tile').first().click();
    await expectPlays(page);
    await page.reload();
    await expectPlays(page);
  });

  test('a prompt queued with the network off, the page reloaded, is sent when there is one', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await phone.offline(true);
    await generate(page, 'A train through snow');
    await page.goto(server.url);
    await expect.poll(() => page.getByTestId('generation-tile').count()).toBe(1);
    await phone.offline(false);
    await expectTiles(page, ['synced']);
    await keptOffline(page, 1);
    await expectWholeAndOnce(page, 1);
  });

  test('page closed while something is pending: the service worker alone syncs it', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    const account = newAccount();
    await signUpIn(page, account);
    await installed(page);
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await phone.offline(true);
    await generate(page, 'A fox among fireflies');
    await page.goto('about:blank');
    await page.close();
    await phone.offline(false);
    await phone.fireSync('vidfab-sync');
    await expect.poll(() => storedVideos(server.dataDir).length, { timeout: 60_000 }).toBe(1);
    // A page of this origin that runs nothing of the app: what it finds, the worker wrote.
    const bystander = await phone.page('/favicon.svg');
    await keptOffline(bystander, 1);
    await server.kill();
    await expectTiles(await phone.page(), ['synced']);
  });

  test('the browser killed while the video is pending: reopened, it is there and gets synced', async () => {
    await using phone = await openDevice(server.url);
    const account = newAccount();
    await signUpIn(await phone.page(), account);
    // Chromium writes cookies out every half minute or when it quits: the session is an old one here.
    await phone.quit();
    await phone.reopen();
    const page = await phone.page();
    await installed(page);
    await generate(page, 'A balloon over a desert at dusk');
    await page
      .locator('[data-testid=video-tile][data-save-state=pending]')
      .or(page.getByTestId('video-tile'))
      .waitFor();
    await phone.kill();
    await phone.reopen();
    const again = await phone.page();
    await expectTiles(again, ['synced']);
    await keptOffline(again, 1);
    await expectWholeAndOnce(again, 1);
  });

  test('the browser closed before the completion and opened later: the video is there, synced', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await generate(page, 'A robot watering flowers');
    await expect
      .poll(async () => (await readTable<{ received: unknown }>(page, 'generations'))[0]?.received, { timeout: 30_000 })
      .toBeTruthy();
    await phone.quit();
    await expect.poll(() => storedVideos(server.dataDir).length, { timeout: 60_000 }).toBe(1);
    await phone.reopen();
    const later = await phone.page();
    await expectTiles(later, ['synced']);
    await keptOffline(later, 1);
    await expectWholeAndOnce(later, 1);
  });

  test('two tabs at once make and keep each video once', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    const other = await phone.page();
    await Promise.all([generate(page, 'A red boat'), generate(other, 'A blue boat')]);
    await page.bringToFront();
    await page.goto(server.url);
    await expectTiles(page, ['synced', 'synced']);
    await expectTiles(other, ['synced', 'synced']);
    await keptOffline(page, 2);
    await expectWholeAndOnce(page, 2);
  });

  test('delete, undo, trash and restore reach the server', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await generate(page, 'A cat on a roof');
    await expectTiles(page, ['synced']);
    await page.getByTestId('video-tile').first().click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(async () => (await readTable<{ deleted: number }>(page, 'videos'))[0]?.deleted).toBe(0);
    await page.goto(server.url);
    await expectTiles(page, ['synced']);
    await page.getByTestId('video-tile').first().click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await expect.poll(async () => (await restVideos(page, 'trash')).length, { timeout: 20_000 }).toBe(1);
    await page.goto(new URL('/?filter=trash', server.url).href);
    await expectTiles(page, ['synced']);
    await page.getByRole('button', { name: 'Restore' }).first().click();
    await expect.poll(async () => (await restVideos(page, 'completed')).length, { timeout: 20_000 }).toBe(1);
  });
});

describe('the server killed', () => {
  test.each([
    ['during the render', running, `SELECT 1 FROM generation WHERE status = 'running'`],
    ['during the push', requested, 'SELECT 1'],
    ['during the ingest', ingestBegun, 'SELECT 1 FROM ingest_job'],
  ])('%s: after the restart everything is synced, one video, one file', async (_, moment, leftUndone) => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    // A moment of milliseconds can be over before the kill: then another video is made, and counts as well.
    let made = 0;
    let isHalfDone = false;
    while (!isHalfDone && made < 3) {
      const now = moment(page);
      await generate(page, `Horses on a beach at dawn, take ${++made}`);
      await now;
      await server.kill();
      isHalfDone = await holds(leftUndone);
      await server.restart();
      await expectTiles(
        page,
        Array.from({ length: made }, () => 'synced'),
        90_000,
      );
    }
    expect(isHalfDone).toBe(true);
    await keptOffline(page, made);
    await expectWholeAndOnce(page, made);
  });
});

describe('two devices', () => {
  test("see each other's videos, and one that was offline at the completion undoes no title", async () => {
    const account = newAccount();
    await using phone = await openDevice(server.url);
    await using laptop = await openDevice(server.url, { viewport: { width: 1440, height: 900 } });
    const onPhone = await phone.page();
    await signUpIn(onPhone, account);
    const onLaptop = await laptop.page();
    await signInTo(onLaptop, account);
    await installed(onLaptop);
    await generate(onPhone, 'A dancer in the rain');
    // The laptop hears of the generation, then loses the network before it completes.
    await expect.poll(async () => (await readTable(onLaptop, 'generations')).length, { timeout: 40_000 }).toBe(1);
    await laptop.offline(true);
    await expectTiles(onPhone, ['synced']);
    await onPhone.getByTestId('video-tile').first().click();
    const title = onPhone.getByRole('textbox', { name: 'Title' });
    await title.fill('Take seven');
    await title.press('Enter');
    await expect
      .poll(async () => (await restVideos(onPhone, 'completed'))[0]?.title, { timeout: 20_000 })
      .toBe('Take seven');
    await laptop.offline(false);
    await generate(onLaptop, 'A second film');
    await expectTiles(onLaptop, ['synced', 'synced']);
    await onPhone.goto(server.url);
    await expectTiles(onPhone, ['synced', 'synced']);
    for (const page of [onPhone, onLaptop]) {
      await expect.poll(() => page.getByRole('link', { name: /Take seven/ }).count()).toBeGreaterThan(0);
    }
  });
});

describe('two people on one device', () => {
  test('signing out warns of unsaved work and keeps it for its owner; the other sees nothing of it', async () => {
    const [ada, bob] = [newAccount(), newAccount()];
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, ada);
    await installed(page);
    await generate(page, 'Only for Ada');
    await expectTiles(page, ['synced']);
    await phone.offline(true);
    await page.getByTestId('video-tile').first().click();
    const title = page.getByRole('textbox', { name: 'Title' });
    await title.fill('Unsaved title');
    await title.press('Enter');
    await expect.poll(async () => (await readTable<{ dirty: number }>(page, 'videos'))[0]?.dirty).toBe(1);
    await page.goto(new URL('/settings', server.url).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const dialog = page.getByRole('dialog');
    await expect.poll(() => dialog.textContent()).toContain('1 ');
    await dialog.getByRole('button', { name: /Sign out/ }).click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await phone.offline(false);

    await signUpIn(page, bob);
    await page.goto(server.url);
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    expect(await tileStates(page)).toEqual([]);
    const [video] = storedVideos(server.dataDir);
    expect(video).toBeDefined();
    expect(await restVideos(page, 'completed')).toEqual([]);

    await page.goto(new URL('/settings', server.url).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Sign out/ })
      .click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await signInTo(page, ada);
    await page.goto(server.url);
    await expectTiles(page, ['synced']);
    await expect
      .poll(async () => (await restVideos(page, 'completed'))[0]?.title, { timeout: 20_000 })
      .toBe('Unsaved title');
  });
});

/** Collects, in the page, the save states that the tiles go through. */
async function watchStates(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const seen: string[] = [];
    const look = () => {
      const state = document.querySelector('[data-testid=video-tile]')?.getAttribute('data-save-state');
      if (state && seen.at(-1) !== state) seen.push(state);
    };
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
    Object.assign(window, { seenStates: seen });
  });
  return () => page.evaluate(() => Reflect.get(window, 'seenStates'));
}

/** As many videos as expected, each once, here and there, with the same hash in both places. */
async function expectWholeAndOnce(page: Page, count: number): Promise<void> {
  const files = storedVideos(server.dataDir);
  const rows = await readTable<{ received: { server: { sha256: string } } }>(page, 'videos');
  expect(files).toHaveLength(count);
  expect(rows).toHaveLength(count);
  expect(rows.map(({ received }) => received.server.sha256).sort()).toEqual(files.map(({ sha256 }) => sha256).sort());
  expect((await restVideos(page, 'completed')).length).toBe(count);
  const etags = (await readTable<{ etag: string }>(page, 'copies')).map(({ etag }) => etag).sort();
  expect(etags).toEqual(files.map(({ sha256 }) => `"${sha256}"`).sort());
}

async function restVideos(page: Page, status: string): Promise<{ title: string }[]> {
  return page.evaluate(async (wanted) => {
    const response = await fetch(`/api/user/videos?status=${wanted}`);
    return (await response.json()).data.videos;
  }, status);
}

function hasPixels(image: Element): boolean {
  return image instanceof HTMLImageElement && image.complete && image.naturalWidth > 0;
}

async function running(page: Page): Promise<void> {
  await page.locator('[data-testid=generation-tile][data-status=running]').waitFor();
}

async function requested(page: Page): Promise<void> {
  await page.waitForRequest((request) => request.url().endsWith('/api/sync') && hasPrompt(request.postData()));
}

function hasPrompt(body: string | null): boolean {
  return body?.includes('"prompt"') ?? false;
}

/** Resolves within a millisecond or so of the commit that asks for the bytes. */
async function ingestBegun(): Promise<void> {
  while (!(await holds('SELECT 1 FROM ingest_job'))) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Whether a query of the server's database file finds a row, past the server. */
async function holds(sql: string): Promise<boolean> {
  const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  try {
    return (await db.execute(sql)).rows.length > 0;
  } finally {
    db.close();
  }
}
