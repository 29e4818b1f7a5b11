import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs, findChromium } from './scripts/chromium.ts';

const browserTests = '**/*.browser.test.ts';
const acrossTheWalls = ['tests/e2e/**/*.test.ts', 'tests/runtime/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['{sync,server,client,scripts,tests}/**/*.test.ts'],
          exclude: [browserTests, ...acrossTheWalls],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: [`client/${browserTests}`],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: chromiumArgs } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          name: 'e2e',
          include: acrossTheWalls,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
