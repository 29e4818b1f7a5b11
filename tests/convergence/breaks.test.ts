import { availableParallelism } from 'node:os';
import { beforeAll, describe, expect, test } from 'vitest';
import { type BreakResult, breakName } from './break-results.ts';
import { BREAKS, CONTROLS } from './breaks.ts';
import { runWorker } from './parallel.ts';

const MINUTE = 60_000;

const results = new Map<string, BreakResult>();
beforeAll(async () => {
  const shards = Array.from({ length: availableParallelism() }, (_, first) => first);
  const printed = await Promise.all(
    shards.map((first) => runWorker('breaks-worker.ts', ['--first', `${first}`, '--every', `${shards.length}`])),
  );
  for (const line of printed.join('').split('\n').filter(Boolean)) {
    const result: BreakResult = JSON.parse(line);
    results.set(result.name, result);
  }
}, 10 * MINUTE);

describe('the simulation catches', () => {
  test.each(BREAKS.map(breakName))('%s', (name) => {
    expect(results.get(name)).toMatchObject({ problem: null, caughtBy: expect.any(String) });
  });

  test.each(CONTROLS.map(breakName))('no break where there is none: %s', (name) => {
    expect(results.get(name)).toMatchObject({ problem: null, caughtBy: null });
  });
});
