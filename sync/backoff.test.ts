import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryDelay } from './backoff.ts';

test('waits 2, 4 and 6 seconds first', () => {
  const first = [1, 2, 3].map((attempt) => retryDelay({ attempt, retryAfterMs: null, random: 0.5 }));
  expect(first).toEqual([2_000, 4_000, 6_000]);
});

test('then spreads out under a bound that grows to five minutes, without end', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 4, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = retryDelay({ attempt, retryAfterMs: null, random });
        expect(delay).toBeGreaterThanOrEqual(1_000);
        expect(delay).toBeLessThanOrEqual(300_000);
      },
    ),
  );
});

test('never undercuts what the server asked for', () => {
  expect(retryDelay({ attempt: 1, retryAfterMs: 90_000, random: 0 })).toBe(90_000);
});
