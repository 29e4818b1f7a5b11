import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumArgs, findChromium } from '../../scripts/chromium.ts';
import { startDemo } from '../../scripts/demo-app.ts';
import { wordsOf } from '../support/app-words.ts';
import { STATES, showState } from '../support/states.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 800 };
/** 320 px, and what is left of a desktop at 200 %. [WCAG 1.4.10, 1.4.4] */
const NARROW = [
  { width: 320, height: 568 },
  { width: 640, height: 400 },
];

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: findChromium(), args: chromiumArgs });
});
afterAll(() => browser.close());

/** Those that differ in more than words. */
const TURNED = STATES.filter(({ name }) =>
  /^(sign-up-errors|assets-(every-state|menu|order|chosen|session-ended|imported)|create-(more-options|similar)|video|video-related|activity-everything|settings-(disk-full|export-chosen|sign-out-unsaved|sessions|delete-account-refused))$/.test(
    name,
  ),
);

describe.each([
  ['in English', 'en', STATES],
  ['from right to left, a third longer', 'pseudo', TURNED],
] as const)('%s', (_, language, states) => {
  let app: Awaited<ReturnType<typeof startDemo>>;
  let page: Page;
  beforeAll(async () => {
    app = await startDemo({ pseudo: language === 'pseudo' });
    page = await browser.newPage({ reducedMotion: 'reduce', locale: 'en' });
  });
  afterAll(async () => {
    await page.close();
    app.stop();
  });

  test.each(states)('$name', async (state) => {
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark' });
    await showState(page, { url: app.url, say: wordsOf(language) }, state);
    if (language === 'en') {
      await page.evaluate(axe);
      expect(await violations(page), 'phone, dark').toEqual([]);
      await page.setViewportSize(DESKTOP);
      await page.emulateMedia({ colorScheme: 'light' });
      await nextFrames(page);
      // What else there is to find does not depend on the theme. A toast lies over what is small for as long as it is there.
      const rules = state.name.endsWith('toast') ? ['color-contrast'] : ['color-contrast', 'target-size'];
      expect(await violations(page, rules), 'desktop, light').toEqual([]);
    }
    for (const size of NARROW) {
      await page.setViewportSize(size);
      await nextFrames(page);
      expect(await cutOff(page), `${size.width} px`).toEqual([]);
    }
  });
});

/** Until the page has heard of its new size, and drawn what follows from it; one that draws nothing is not waited for. */
async function nextFrames(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        requestAnimationFrame(() => requestAnimationFrame(resolve));
        setTimeout(resolve, 5_000);
      }),
  );
}

async function violations(page: Page, runOnly?: readonly string[]): Promise<string[]> {
  const options = { resultTypes: ['violations'], ...(runOnly && { runOnly }) };
  const found: AxeResults = await page.evaluate((asked) => Reflect.get(window, 'axe').run(asked), options);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** What reaches out of the window at either side, but for what scrolls by itself. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const root = document.documentElement;
    const scrolls = (element: Element) => {
      for (let at = element.parentElement; at !== null && at !== root; at = at.parentElement) {
        if (getComputedStyle(at).overflowX !== 'visible') return true;
      }
      return false;
    };
    const out = [...document.querySelectorAll('body *')].filter((element) => {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.classList.contains('visually-hidden'))
        return false;
      const { left, right, width } = element.getBoundingClientRect();
      return width > 0 && (left < -1 || right > innerWidth + 1) && !scrolls(element);
    });
    const words = out.map((element) => `${element.tagName} ${element.className} ${element.textContent?.slice(0, 40)}`);
    return root.scrollWidth > innerWidth ? [`the page is ${root.scrollWidth} wide`, ...words] : words;
  });
}
