import type { CDPSession, Page } from 'playwright-core';
import { type Device, openDevice } from '../../tests/support/device.ts';
import { newLibrary } from '../../tests/support/fill-library.ts';
import { startServer } from '../../tests/support/server.ts';
import type { GalleryFigure, GalleryResults } from '../results.ts';
import { countFrames, timeOfChange, watchStart } from './in-page.ts';

const SLOWDOWN = 4;
const LONG_MS = 600_000;

/** My Assets with so many videos on a slow phone without a network, as it is when it is opened anew. */
export async function measureGallery(options: {
  readonly videos: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<GalleryResults> {
  const { videos, rounds, say } = options;
  await using server = await startServer({ env: { LOG_LEVEL: 'error' } });
  await using device = await openDevice(server.url);
  await prepare(device, videos);
  await server.kill();

  const figures = new Map<string, GalleryFigure>();
  const add = (found: readonly (readonly [what: string, unit: GalleryFigure['unit'], values: readonly number[]])[]) => {
    for (const [what, unit, values] of found) {
      figures.set(what, { what, unit, values: [...(figures.get(what)?.values ?? []), ...values] });
    }
    say(
      `gallery, ${videos}: ${found.map(([what, , values]) => `${what} ${values.map((v) => v.toFixed(1))}`).join('; ')}`,
    );
  };
  for (let round = 0; round < rounds; round++) {
    await device.quit();
    await device.reopen();
    await device.offline(true);
    const page = await device.page('about:blank');
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    add(await coldStart(page, server.url));
    add([['heap after the start', 'MB', [await heapOf(cdp)]]]);
    add(await scrolls(page, cdp));
    add([['heap after scrolling', 'MB', [await heapOf(cdp)]]]);
    add(await views(page));
    add([['heap after searching', 'MB', [await heapOf(cdp)]]]);
    await page.close();
  }
  return { videos, slowdown: SLOWDOWN, figures: [...figures.values()] };
}

/** One film that was really made, and so many like it; what the app prepares for searching is ready. */
async function prepare(device: Device, videos: number): Promise<void> {
  const page = await device.page();
  await newLibrary(page, videos - 1);
  await page.reload();
  await page.getByRole('searchbox').fill('needle');
  const found = page.getByTestId('video-tile').filter({ hasText: 'needle' });
  await found.or(page.getByText('Nothing matches')).first().waitFor({ timeout: LONG_MS });
  await page.close();
}

async function coldStart(page: Page, url: string) {
  await page.addInitScript(watchStart);
  await page.goto(url);
  const found = await page.evaluate(() => window.started);
  return [
    ['cold start: first tiles', 'ms', [found.tilesMs]],
    ['cold start: posters of all in sight', 'ms', [found.postersMs]],
  ] as const;
}

/** A finger that scrolls without rest, and one that flings. */
async function scrolls(page: Page, cdp: CDPSession) {
  // What a start leaves for later is done.
  await page.waitForTimeout(5_000);
  const gesture = (distance: number, speed: number) => async () => {
    await cdp.send('Input.synthesizeScrollGesture', {
      x: 195,
      y: 500,
      yDistance: -distance,
      speed,
      gestureSourceType: 'touch',
      preventFling: false,
    });
  };
  const slow = await framesDuring(page, gesture(6_000, 1_200));
  const fling = await framesDuring(page, gesture(40_000, 10_000));
  return [
    ['scroll: p95 frame', 'ms', [slow.p95Ms]],
    ['scroll: longest task', 'ms', [slow.longestTaskMs]],
    ['fling: p95 frame', 'ms', [fling.p95Ms]],
    ['fling: slow frames', '%', [fling.slowPercent]],
    ['fling: longest task', 'ms', [fling.longestTaskMs]],
  ] as const;
}

async function framesDuring(page: Page, act: () => Promise<void>) {
  await page.evaluate(countFrames);
  await act();
  return page.evaluate(() => window.endOfFrames());
}

/** From the key or the tap until what was asked for is on the screen. */
async function views(page: Page) {
  const change = async (wanted: string, act: () => Promise<void>): Promise<number> => {
    const ms = page.evaluate(timeOfChange, wanted);
    await page.evaluate(() => 0);
    await act();
    return ms;
  };
  const search = page.getByRole('searchbox');
  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const type = async (word: string) => {
    await search.fill('');
    await page.waitForTimeout(1_500);
    return change(word, () => search.fill(word));
  };
  await page.keyboard.press('Home');
  await page.evaluate(() => scrollTo(0, 0));
  const first = await type('needle');
  const others = [await type('fox'), await type('狐狸'), await type('take 77')];
  await search.fill('');
  await page.waitForTimeout(1_500);
  const filters = [
    await change('Nothing is waiting', () => button('Pending').click()),
    await change('A first film', () => button('All').click()),
    await change('Nothing has failed', () => button('Failed').click()),
    await change('A first film', () => button('All').click()),
  ];
  return [
    ['search: the first one', 'ms', [first]],
    ['search: those after it', 'ms', others],
    ['filter', 'ms', filters],
  ] as const;
}

async function heapOf(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1_000_000;
}
