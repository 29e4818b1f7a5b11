import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { VideoIdSchema } from '../../sync/ids.ts';
import { type Candidate, mayGo, planEviction, planReturn, sizeOf } from './keep-plan.ts';

const videoId = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');

const candidate: fc.Arbitrary<Candidate> = fc.record({
  copyId: fc.uuid(),
  videoId: fc.constant(videoId),
  bytes: fc.integer({ min: 1, max: 1_000 }),
  usedAt: fc.integer({ min: 1, max: 20 }),
  isSafe: fc.boolean(),
  isPinned: fc.boolean(),
  isWanted: fc.boolean(),
  isPlaying: fc.boolean(),
});
const copies = fc.uniqueArray(candidate, { selector: ({ copyId }) => copyId, maxLength: 30 });
const need = fc.record({ bytes: fc.integer({ min: -5, max: 8_000 }), before: fc.integer({ min: 1, max: 21 }) });

describe('what makes room', () => {
  test('is never the only copy, never pinned, never being played, and never more recent than what it is for', () => {
    fc.assert(
      fc.property(copies, need, (all, wanted) => {
        for (const going of planEviction(all, wanted)) {
          expect(going).toMatchObject({ isSafe: true, isPinned: false, isPlaying: false });
          expect(going.usedAt).toBeLessThan(wanted.before);
        }
      }),
    );
  });

  test('is what was least recently played: nothing that stays and may go was used before it', () => {
    fc.assert(
      fc.property(copies, need, (all, wanted) => {
        const going = planEviction(all, wanted);
        const last = Math.max(...going.map(({ usedAt }) => usedAt));
        const staying = all.filter((copy) => mayGo(copy) && copy.usedAt < wanted.before && !going.includes(copy));
        for (const { usedAt } of staying) expect(usedAt).toBeGreaterThanOrEqual(last);
      }),
    );
  });

  test('is enough where that can be, and no more: without the last of it, it were too little', () => {
    fc.assert(
      fc.property(copies, need, (all, wanted) => {
        const going = planEviction(all, wanted);
        const most = sizeOf(all.filter((copy) => mayGo(copy) && copy.usedAt < wanted.before));
        expect(sizeOf(going)).toBeGreaterThanOrEqual(Math.min(most, wanted.bytes));
        if (going.length > 0) expect(sizeOf(going.slice(0, -1))).toBeLessThan(wanted.bytes);
      }),
    );
  });

  test('is the same whatever the order in which the copies are told', () => {
    fc.assert(
      fc.property(copies, need, (all, wanted) => {
        expect(planEviction(all.toReversed(), wanted)).toEqual(planEviction(all, wanted));
      }),
    );
  });
});

test('what comes back fits, most recently played first', () => {
  fc.assert(
    fc.property(copies, fc.integer({ min: -100, max: 8_000 }), (evicted, room) => {
      const back = planReturn(evicted, room);
      expect(sizeOf(back)).toBeLessThanOrEqual(Math.max(0, room));
      const left = room - sizeOf(back);
      for (const copy of evicted) if (!back.includes(copy)) expect(copy.bytes).toBeGreaterThan(left);
    }),
  );
});
