import { describe, expect, test } from 'vitest';
import { type Look, NOTHING_SEEN, watch } from './watchdog.ts';

const MINUTE = 60_000;
const waiting = { rows: 3, since: 1_000_000, elapsedMs: MINUTE, awake: true };

/** The minutes at which it barked. */
function barks(looks: readonly Partial<Look>[]): readonly number[] {
  let state = NOTHING_SEEN;
  return looks.flatMap((look, minute) => {
    const { next, bark } = watch(state, { ...waiting, ...look });
    state = next;
    return bark ? [minute] : [];
  });
}

function minutes(count: number, look: Partial<Look> = {}): readonly Partial<Look>[] {
  return Array.from({ length: count }, () => look);
}

describe('the watchdog: stuck for hours with "connected" on the screen (dexie#2225)', () => {
  test('barks when the same rows waited for ten minutes, and again after ten more', () => {
    expect(barks(minutes(25))).toEqual([10, 20]);
  });

  test('is quiet while nothing waits', () => {
    expect(barks(minutes(60, { rows: 0, since: null }))).toEqual([]);
  });

  test('is quiet while rows leave, however many are left', () => {
    expect(barks(Array.from({ length: 60 }, (_, minute) => ({ rows: 1_000 - minute })))).toEqual([]);
    expect(barks(Array.from({ length: 60 }, (_, minute) => ({ since: 1_000_000 + minute * 2 * MINUTE })))).toEqual([]);
  });

  test('does not take a corrected clock for progress', () => {
    expect(barks(Array.from({ length: 12 }, (_, minute) => ({ since: 1_000_000 + (minute % 2) * 900 })))).toEqual([10]);
  });

  test('counts only time in which rows could have moved: neither hidden nor asleep', () => {
    expect(barks([...minutes(9), ...minutes(60, { awake: false }), ...minutes(2)])).toEqual([70]);
    expect(barks([...minutes(2), { elapsedMs: 600 * MINUTE }, ...minutes(5)])).toEqual([]);
  });

  test('more rows that join do not hide the old one', () => {
    expect(barks(Array.from({ length: 12 }, (_, minute) => ({ rows: 3 + minute })))).toEqual([10]);
  });
});
