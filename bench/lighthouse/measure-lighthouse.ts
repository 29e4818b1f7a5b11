import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import lighthouse from 'lighthouse';
import { chromium, type Page } from 'playwright-core';
import { chromiumArgs, findChromium } from '../../scripts/chromium.ts';
import { newAccount, readTable, signUpIn } from '../../tests/support/library.ts';
import { personOf } from '../../tests/support/page-person.ts';
import { startServer } from '../../tests/support/server.ts';
import { until } from '../../tests/support/until.ts';
import type { LighthousePage, LighthouseRun } from '../results.ts';
import { fillLibrary } from './real-library.ts';

const PORT = 9322;
const SETTLED_MS = 300_000;
const CATEGORIES = ['performance', 'accessibility', 'best-practices'];

/** Lighthouse's mobile run of the built app as it is installed: signed in, its worker in charge, a library on the device. */
export async function measureLighthouse(options: {
  readonly videos: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
}): Promise<readonly LighthousePage[]> {
  const { videos, rounds, say } = options;
  await using server = await startServer({ env: { LOG_LEVEL: 'error' } });
  const profile = mkdtempSync(join(tmpdir(), 'vidfab-lighthouse-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: findChromium(),
    args: [...chromiumArgs, `--remote-debugging-port=${PORT}`],
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.goto(server.url);
    const first = await runs({ what: 'the way in, first visit', url: server.url, rounds, keep: false, say });
    await signUpIn(page, newAccount());
    await fillLibrary(server, (await personOf(page, server)).fetch, videos);
    await page.goto(server.url);
    await settled(page, videos);
    // Lighthouse has a tab of its own; another one would take its share of the sync.
    await page.goto('about:blank');
    const what = `My Assets, signed in, ${videos.toLocaleString('en')} videos`;
    return [first, await runs({ what, url: server.url, rounds, keep: true, say })];
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** All rows are here, and no more bytes come for ten seconds. */
async function settled(page: Page, videos: number): Promise<void> {
  const count = async (table: string) => (await readTable(page, table)).length;
  await until(
    () => count('videos'),
    (rows) => rows === videos,
    SETTLED_MS,
  );
  let since = Date.now();
  let before = '';
  await until(
    async () => {
      const posters = await count('posters');
      const now = `${await count('copies')} ${posters}`;
      if (now !== before || posters === 0) since = Date.now();
      before = now;
      return Date.now() - since;
    },
    (ms) => ms > 10_000,
    SETTLED_MS,
  );
}

async function runs(options: {
  readonly what: string;
  readonly url: string;
  readonly rounds: number;
  /** Leaves what is stored in the browser, and so the session, alone. */
  readonly keep: boolean;
  readonly say: (line: string) => void;
}): Promise<LighthousePage> {
  const { what, url, rounds, keep, say } = options;
  const found: LighthouseRun[] = [];
  let failing: readonly string[] = [];
  for (let round = 0; round < rounds; round++) {
    const result = await lighthouse(url, {
      port: PORT,
      output: 'json',
      logLevel: 'error',
      onlyCategories: CATEGORIES,
      disableStorageReset: keep,
    });
    if (!result) throw new Error('Lighthouse gave no result');
    const { categories, audits, environment, finalDisplayedUrl } = result.lhr;
    if (result.lhr.runtimeError) throw new Error(result.lhr.runtimeError.message);
    const score = (name: string) => Math.round(100 * (categories[name]?.score ?? 0));
    const value = (name: string) => audits[name]?.numericValue ?? Number.NaN;
    const run = {
      performance: score('performance'),
      accessibility: score('accessibility'),
      bestPractices: score('best-practices'),
      fcpMs: value('first-contentful-paint'),
      lcpMs: value('largest-contentful-paint'),
      speedIndexMs: value('speed-index'),
      tbtMs: value('total-blocking-time'),
      cls: value('cumulative-layout-shift'),
      benchmarkIndex: environment.benchmarkIndex,
    };
    found.push(run);
    failing = Object.values(audits)
      .filter(({ score: given, scoreDisplayMode }) => given !== null && given < 1 && scoreDisplayMode !== 'informative')
      .map(({ id, displayValue = '' }) => `${id} ${displayValue}`.trim());
    say(`lighthouse, ${what} (${finalDisplayedUrl}): ${JSON.stringify(run)} ${failing.join('; ')}`);
  }
  return { what, runs: found, failing };
}
