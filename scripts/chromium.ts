import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Keeps the browser from calling home, which a closed network would turn into waits. */
export const chromiumArgs = [
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** The browser that tests run in; `CHROMIUM_PATH` names another. @throws when there is none */
export function findChromium(): string {
  const path = [process.env.CHROMIUM_PATH, ...USUAL_PLACES, chromium.executablePath()].find(
    (candidate) => candidate !== undefined && candidate !== '' && existsSync(candidate),
  );
  if (path === undefined) throw new Error('no Chromium found: install one, or name it in CHROMIUM_PATH');
  return path;
}
