import { chromium as playwright } from 'playwright-core';
import { chromiumArgs, findChromium } from '../../scripts/chromium.ts';
import { asExpression, type Engine, type EngineDriver } from './engine.ts';

/** What everything else is tested in; here it shows that the story itself is right. */
export const chromium: Engine = { name: 'Chromium', missing: null, open };

async function open(profile: string): Promise<EngineDriver> {
  const context = await playwright.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: [...chromiumArgs, '--autoplay-policy=no-user-gesture-required'],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  return {
    version: context.browser()?.version() ?? '',
    go: async (url) => void (await page.goto(url)),
    evaluate: async (act, given) => JSON.parse(await page.evaluate<string>(asExpression(act, given))),
    clickAt: ({ x, y }) => page.mouse.click(x, y),
    type: (text) => page.keyboard.type(text),
    quit: () => context.close(),
  };
}
