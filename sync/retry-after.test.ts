import { expect, test } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-11-26T12:00:00Z');
test.each([
  ['3', 3_000],
  [' 1.5 ', 1_500],
  ['0', 0],
  ['Thu, 26 Nov 2026 12:00:05 GMT', 5_000],
  ['Thu, 26 Nov 2026 11:00:00 GMT', 0],
  ['999999999', 3_600_000],
  ['Thu, 26 Nov 2037 12:00:05 GMT', 3_600_000],
  ['', null],
  ['-5', 0],
  ['soon', null],
  [null, null],
])('%j is %j', (value, ms) => {
  expect(readRetryAfter(value, NOW)).toBe(ms);
});

test('a date says nothing to a clock that is not to be trusted', () => {
  expect(readRetryAfter('Thu, 26 Nov 2026 12:00:05 GMT', null)).toBeNull();
  expect(readRetryAfter('3', null)).toBe(3_000);
});
