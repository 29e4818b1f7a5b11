import { expect, test } from 'vitest';
import { periodOf } from './period.ts';

const noon = (day: number, month = 10) => new Date(2026, month, day, 12).getTime();
const now = noon(23);

test.each([
  ['later today, by a clock that runs ahead', noon(23) + 3_600_000, 'today'],
  ['at midnight', new Date(2026, 10, 23).getTime(), 'today'],
  ['a millisecond before midnight', new Date(2026, 10, 23).getTime() - 1, 'yesterday'],
  ['six days ago', noon(17), 'week'],
  ['seven days ago', noon(16), '2026-11'],
  ['a month ago', noon(23, 9), '2026-10'],
])('%s', (_, createdAt, key) => {
  expect(periodOf(createdAt, now)).toMatchObject({ key });
});

test('periods follow one another without a gap, from whenever it is seen', () => {
  for (const seenAt of [now, noon(1), noon(4, 0), noon(29, 2)]) {
    let period = periodOf(seenAt, seenAt);
    for (let step = 0; step < 30; step++) {
      const before = periodOf(period.from - 1, seenAt);
      expect(before.to).toBe(period.from - 1);
      expect(before.from).toBeLessThanOrEqual(before.to);
      expect(periodOf(before.from, seenAt)).toEqual(before);
      period = before;
    }
  }
});
