import { lingui, linguiTransformerBabelPreset } from '@lingui/vite-plugin';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs, findChromium } from './scripts/chromium.ts';

const browserTests = '**/*.browser.test.{ts,tsx}';
const acrossTheWalls = ['tests/e2e/**/*.test.ts', 'tests/runtime/**/*.test.ts'];
const faults = 'tests/faults/**/*.test.ts';
const engines = 'tests/engines/**/*.test.ts';
const simulation = 'tests/convergence/{simulation,breaks}.test.ts';

// Lingui's own transform is a native package that not every registry carries; Babel's does the same.
process.env.LINGUI_SUPPRESS_BABEL_WARNING = '1';

/** Whole browsers and servers, three tests at a time: what Vitest would wait is little. */
const POLL_MS = 30_000;

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          sequence: { groupOrder: 1 },
          include: ['{sync,server,client,scripts,tests}/**/*.test.ts'],
          exclude: [browserTests, ...acrossTheWalls, faults, simulation, engines],
          testTimeout: 60_000,
          // All of the two cores; Vitest would leave one of them free.
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'simulation',
          // One after another: each has all the cores by itself.
          sequence: { groupOrder: 2 },
          include: [simulation],
          fileParallelism: false,
        },
      },
      {
        // As vite.config.ts has them, for the tests that render.
        plugins: [react(), lingui(), babel({ presets: [linguiTransformerBabelPreset()] })],
        test: {
          name: 'browser',
          sequence: { groupOrder: 3 },
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
      // The last three share their workers, three at a time: most of what they do is wait.
      {
        test: {
          name: 'e2e',
          sequence: { groupOrder: 4 },
          include: acrossTheWalls,
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: POLL_MS } },
          maxWorkers: 3,
        },
      },
      {
        test: {
          // Other browsers than Chromium, where they are installed.
          name: 'engines',
          sequence: { groupOrder: 4 },
          include: [engines],
          testTimeout: 300_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: POLL_MS } },
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'faults',
          sequence: { groupOrder: 4 },
          include: [faults],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: POLL_MS } },
          maxWorkers: 3,
        },
      },
    ],
  },
});
