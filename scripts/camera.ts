import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

const SIZES = [
  { width: 390, height: 844 },
  { width: 834, height: 1112 },
  { width: 1440, height: 900 },
];
const THEMES = ['dark', 'light'] as const;

export interface Camera {
  /**
   * Takes what a page shows, in each size and both themes.
   * @param open shows it anew at each size: a menu stands where it was opened
   */
  readonly shoot: (page: Page, shot: Shot) => Promise<void>;
}

export interface Shot {
  readonly name: string;
  /** The whole of it, and not what fits on the screen. */
  readonly whole?: boolean;
  readonly open?: () => Promise<void>;
}

/** @param widths those that are wanted, of 390, 834 and 1440 */
export function createCamera(folder: string, widths: readonly number[] = SIZES.map(({ width }) => width)): Camera {
  mkdirSync(folder, { recursive: true });
  return {
    shoot: async (page, { name, whole = false, open }) => {
      const session = await page.context().newCDPSession(page);
      for (const size of SIZES.filter(({ width }) => widths.includes(width))) {
        await page.setViewportSize(size);
        // On what is touched they lie over the page.
        await session.send('Emulation.setScrollbarsHidden', { hidden: size.width < 1_000 });
        await open?.();
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
          await settled(page);
          const path = join(folder, `${name}-${size.width}-${colorScheme}.png`);
          if (whole) await page.setViewportSize({ ...size, height: await fullHeight(page, size.height) });
          await page.screenshot({ path });
        }
      }
      await session.detach();
      process.stdout.write(`${name}\n`);
    },
  };
}

/** What is fixed to the edges of the window would stand in the middle of a longer picture. */
async function fullHeight(page: Page, least: number): Promise<number> {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  return Math.min(Math.max(height, least), 4000);
}

/** Two frames after the last picture that is in sight was there. */
async function settled(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    [...document.images].every(({ complete, naturalWidth }) => complete && naturalWidth > 0),
  );
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.waitForTimeout(250);
}
