import { expect, test } from 'vitest';
import { missing } from './hits.ts';
import { runInParallel } from './parallel.ts';
import { formatRun } from './runner.ts';

const MINUTE = 60_000;

test(
  '10,000 histories: nothing lost, doubled or stuck, and every rule and every fault comes up',
  async () => {
    const run = await runInParallel({ from: 1, histories: 10_000, failures: 1, shorten: true });
    process.stdout.write(`${formatRun(run)}\n`);
    expect(run.failed, 'seeds that fail').toEqual([]);
    expect(run.histories).toBe(10_000);
    expect(missing(run.counts), 'what never came up').toEqual([]);
  },
  10 * MINUTE,
);
