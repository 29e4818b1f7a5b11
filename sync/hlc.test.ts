import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { nextStamp, StampSchema, stampTime, ZERO_STAMP } from './hlc.ts';
import { DeviceIdSchema } from './ids.ts';

const device = v.parse(DeviceIdSchema, '0123456789abcdef');
const time = fc.integer({ min: 0, max: 2 ** 47 });

describe('[HLC-1] a stamp', () => {
  test('is of one width, parses, and reads its time', () => {
    const stamp = nextStamp({ nowMs: 1_800_000_000_000, device, last: ZERO_STAMP, seen: ZERO_STAMP });
    expect(stamp).toHaveLength(ZERO_STAMP.length);
    expect(v.is(StampSchema, stamp)).toBe(true);
    expect(stampTime(stamp)).toBe(1_800_000_000_000);
  });

  test('is newer than the last one and than the one it overwrites, whatever the clock says', () => {
    fc.assert(
      fc.property(time, time, time, (now, before, other) => {
        const last = nextStamp({ nowMs: before, device, last: ZERO_STAMP, seen: ZERO_STAMP });
        const seen = nextStamp({ nowMs: other, device, last: ZERO_STAMP, seen: ZERO_STAMP });
        const next = nextStamp({ nowMs: now, device, last, seen });
        expect(next > last && next > seen && stampTime(next) >= now).toBe(true);
      }),
    );
  });

  test('carries a full counter into the milliseconds', () => {
    const full = v.parse(StampSchema, `000000000005ffff-${device}`);
    expect(nextStamp({ nowMs: 5, device, last: full, seen: ZERO_STAMP })).toBe(`0000000000060000-${device}`);
  });

  test('sorts as text as it does in time', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const [first, second] = [a, b].map((nowMs) => nextStamp({ nowMs, device, last: ZERO_STAMP, seen: ZERO_STAMP }));
        expect(Math.sign(a - b)).toBe(first === second ? 0 : (first ?? '') < (second ?? '') ? -1 : 1);
      }),
    );
  });
});
