import * as v from 'valibot';
import { expect, test } from 'vitest';
import { DeviceIdSchema, UserIdSchema } from '../sync/ids.ts';
import { createDeviceStats } from './device-stats.ts';

const HOUR = 60 * 60_000;
const STATS = { completed: 10, synced: 8, failed: 1, oldestPendingMs: 500 };

test('the last word of each device counts, for an hour', () => {
  const { stats, pass } = newStats();
  stats.hear(user(1), device(1), STATS);
  pass(HOUR / 2);
  stats.hear(user(1), device(2), { completed: 3, synced: 3, failed: 0, oldestPendingMs: null });
  stats.hear(user(2), device(1), { ...STATS, oldestPendingMs: 90_000 });
  expect(stats.totals()).toEqual({ devices: 3, completed: 23, synced: 19, failed: 2, oldestPendingMs: 90_000 });
  stats.hear(user(2), device(1), { ...STATS, synced: 9 });
  expect(stats.totals()).toEqual({ devices: 3, completed: 23, synced: 20, failed: 2, oldestPendingMs: 500 });
  pass(HOUR / 2 + 1);
  expect(stats.totals()).toMatchObject({ devices: 2, completed: 13 });
  pass(HOUR);
  expect(stats.totals()).toEqual({ devices: 0, completed: 0, synced: 0, failed: 0, oldestPendingMs: 0 });
});

test('one person with many devices crowds out nobody', () => {
  const { stats } = newStats();
  stats.hear(user(1), device(0), STATS);
  for (let n = 0; n < 20_000; n++) stats.hear(user(2), device(n), STATS);
  expect(stats.totals().devices).toBe(17);
});

test('there is an end to how many are kept, and the longest unheard go first', () => {
  const { stats, pass } = newStats();
  stats.hear(user(0), device(0), { ...STATS, oldestPendingMs: 99_999 });
  for (let n = 1; n <= 10_000; n++) {
    pass(1);
    stats.hear(user(n), device(0), STATS);
  }
  expect(stats.totals()).toMatchObject({ devices: 10_000, oldestPendingMs: 500 });
});

function newStats() {
  let now = 1_000_000;
  return {
    stats: createDeviceStats(() => now),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

function user(n: number) {
  return v.parse(UserIdSchema, `user-${n}`);
}

function device(n: number) {
  return v.parse(DeviceIdSchema, String(n).padStart(16, '0'));
}
