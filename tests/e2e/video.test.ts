import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { chooseFile, newAccount, signUpIn } from '../support/library.ts';
import { PROJECT, startServer, type TestServer } from '../support/server.ts';

const FIXTURES = join(PROJECT, 'tests/fixtures');
/** The second moves for a second, in frames that can be told apart. */
const FILMS = ['tiny.mp4', 'counted.mp4'];

let server: TestServer;
let phone: Device;
let page: Page;
/** As the gallery has them. */
let ids: string[];
beforeAll(async () => {
  server = await startServer();
  phone = await openDevice(server.url);
  page = await phone.page();
  await signUpIn(page, newAccount());
  for (const [index, film] of FILMS.entries()) {
    await chooseFile(page, join(FIXTURES, film));
    await page.locator('[data-save-state=synced]').nth(index).waitFor({ timeout: 60_000 });
  }
});
afterAll(async () => {
  await phone.close();
  await server.stop();
});
beforeEach(async () => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto(server.url);
  await page.getByTestId('video-tile').nth(1).waitFor();
  ids = await page
    .getByTestId('video-tile')
    .evaluateAll((tiles) => tiles.map((tile) => tile.getAttribute('data-video-id') ?? ''));
  // The move between the screens comes with the screens that are fetched ahead.
  await page.waitForTimeout(2_500);
});

async function openFirst(): Promise<void> {
  await page.getByTestId('video-tile').first().click();
  await page.getByRole('region', { name: 'Where this video is' }).waitFor();
  await expectMoving();
}

async function expectMoving(): Promise<void> {
  await expect
    .poll(() => page.locator('video').evaluate(({ paused, currentTime }: HTMLVideoElement) => !paused && currentTime), {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
}

/** While a film is moved it takes no press. */
async function expectArrived(): Promise<void> {
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.filmMove)).toBeUndefined();
}

const shown = () => new URL(page.url()).pathname.split('/').at(-1);

/** Draws a finger over the screen in steps, as a hand does. */
async function drawFinger(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
  const cdp = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', share: number) =>
    cdp.send('Input.dispatchTouchEvent', {
      type,
      touchPoints:
        type === 'touchEnd' ? [] : [{ x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }],
    });
  await touch('touchStart', 0);
  for (let step = 1; step <= 8; step++) await touch('touchMove', step / 8);
  await touch('touchEnd', 1);
  await cdp.detach();
}

async function middleOf(selector: string): Promise<{ x: number; y: number; width: number }> {
  const box = await page.locator(selector).boundingBox();
  if (!box) throw new Error(`${selector} is not there`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width };
}

test('the poster of a tile becomes the player, and films pass by on the way along; not for those who want nothing to move', async () => {
  // The first time, more is read and compiled than a move waits for.
  await openFirst();
  await page.getByRole('link', { name: 'Back to gallery' }).click();
  await page.getByTestId('video-tile').first().waitFor();
  await expectArrived();
  await page.evaluate(() => {
    const moves: string[] = [];
    Reflect.set(window, 'moves', moves);
    const start = document.startViewTransition.bind(document);
    document.startViewTransition = (update) => {
      const move = start(update);
      const note = () => moves.push(`${document.documentElement.dataset.filmMove?.split(' ')[0]}`);
      void move.ready.then(note, (error: unknown) => moves.push(String(error)));
      return move;
    };
  });
  const moves = () => page.evaluate(() => Reflect.get(window, 'moves'));
  await openFirst();
  await expect.poll(moves).toEqual(['open']);
  await page.getByRole('link', { name: 'Next video' }).click();
  await expect.poll(shown).toBe(ids[1]);
  await expect.poll(moves).toEqual(['open', 'next']);
  await page.getByRole('link', { name: 'Back to gallery' }).click();
  await page.getByTestId('video-tile').first().waitFor();
  // Nothing of it stays.
  await expectArrived();
  expect(await page.locator('[style*="view-transition-name"]').count()).toBe(0);

  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.getByTestId('video-tile').first().click();
  await page.getByRole('region', { name: 'Where this video is' }).waitFor();
  expect(await moves()).toHaveLength(2);
});

test('a finger drawn over the picture goes along the gallery, and back leads to the gallery', async () => {
  await openFirst();
  const { x, y } = await middleOf('[data-film]');
  await drawFinger({ x: x + 80, y }, { x: x - 80, y: y + 10 });
  await expect.poll(shown).toBe(ids[1]);
  await expectMoving();
  await expectArrived();
  await drawFinger({ x: x - 80, y }, { x: x + 80, y });
  await expect.poll(shown).toBe(ids[0]);
  await page.goBack();
  await page.getByTestId('video-tile').first().waitFor();
  expect(new URL(page.url()).pathname).toBe('/');
});

test('no swipe: up or down, from the edge of the screen, too short, past the last one, or on the seek bar', async () => {
  await openFirst();
  const { x, y, width } = await middleOf('[data-film]');
  await drawFinger({ x, y: y - 20 }, { x: x - 60, y: y + 70 });
  await drawFinger({ x: 8, y }, { x: 200, y });
  await drawFinger({ x: width - 8, y }, { x: 150, y });
  await drawFinger({ x, y }, { x: x - 16, y });
  // The first one has none before it.
  await drawFinger({ x: x - 80, y }, { x: x + 80, y });
  expect(shown()).toBe(ids[0]);
  const bar = await middleOf('input[type=range]');
  await page.keyboard.press('k');
  await drawFinger({ x: bar.x - 100, y: bar.y }, { x: bar.x + 100, y: bar.y });
  expect(shown()).toBe(ids[0]);
  const at = await page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime / video.duration);
  expect(at).toBeGreaterThan(0.6);
  expect(await page.locator('[data-film]').evaluate((picture) => picture.style.translate)).toBe('');
});

test('presses that are quicker than the move of the films are all taken', async () => {
  await openFirst();
  await expectArrived();
  const seen = await page.evaluate(async () => {
    const link = (name: string) => document.querySelector<HTMLElement>(`a[aria-label="${name}"]`);
    const { left = 0, top = 0 } = link('Previous video')?.getBoundingClientRect() ?? {};
    link('Next video')?.click();
    const moving = () =>
      document.getAnimations().some(({ effect }) => effect instanceof KeyframeEffect && effect.pseudoElement);
    for (let wait = 0; wait < 100 && !moving(); wait++) await new Promise((resolve) => setTimeout(resolve, 5));
    const under = document.elementFromPoint(left + 22, top + 22)?.closest('a')?.ariaLabel;
    return { moving: moving(), under };
  });
  expect(seen).toEqual({ moving: true, under: 'Previous video' });
});

test('a tap stops the film and starts it', async () => {
  await openFirst();
  const { x, y } = await middleOf('[data-film]');
  const isPaused = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.paused);
  await drawFinger({ x, y }, { x, y });
  await expect.poll(isPaused).toBe(true);
  await drawFinger({ x, y }, { x, y });
  await expect.poll(isPaused).toBe(false);
});

test('a full screen stays one from film to film, shows nothing but the player, and ends with it', async () => {
  await openFirst();
  const isFull = () => page.evaluate(() => document.fullscreenElement !== null);
  await page.keyboard.press('f');
  await expect.poll(isFull).toBe(true);
  await page.getByRole('link', { name: 'Back to gallery' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('Shift+N');
  await expect.poll(shown).toBe(ids[1]);
  await expectMoving();
  expect(await isFull()).toBe(true);
  // Nobody moves: the controls go; a key brings them back.
  const controls = page.getByRole('group', { name: 'Controls' });
  const opacity = () => controls.evaluate((element) => getComputedStyle(element).opacity);
  await expect.poll(opacity, { timeout: 10_000 }).toBe('0');
  await page.keyboard.press('m');
  await expect.poll(opacity).toBe('1');
  await page.goBack();
  await expect.poll(isFull).toBe(false);
});

test('what the finger presses is 44 px high and wide, also at 320 px', async () => {
  await openFirst();
  for (const width of [390, 320]) {
    await page.setViewportSize({ width, height: 700 });
    const small = await page.locator('main :is(button, a, select, input)').evaluateAll((all) =>
      all.flatMap((element) => {
        const box = element.getBoundingClientRect();
        const isSmall = box.width > 0 && (box.width < 44 || box.height < 44);
        return isSmall
          ? [`${element.getAttribute('aria-label') ?? element.textContent} ${box.width}×${box.height}`]
          : [];
      }),
    );
    expect(small).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  }
  await page.setViewportSize({ width: 390, height: 844 });
});
