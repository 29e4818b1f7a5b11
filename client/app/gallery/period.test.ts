import { expect, test } from 'vitest';
import { periodOf } from './period.ts';

const noon = (day: number) => new Date(2026, 10, day, 12).getTime();
const now = noon(23);

test.each([
  ['later today, by a clock that runs ahead', noon(23) + 3_600_000, 'today'],
  ['at midnight', new Date(2026, 10, 23).getTime(), 'today'],
  ['a millisecond before midnight', new Date(2026, 10, 23).getTime() - 1, 'yesterday'],
  ['six days ago', noon(17), 'week'],
  ['seven days ago', noon(16), 'month'],
])('%s', (_, createdAt, period) => {
  expect(periodOf(createdAt, now)).toBe(period);
});
