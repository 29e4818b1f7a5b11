import { describe, expect, test } from 'vitest';
import { PASS } from '../support/fault-proxy.ts';
import { faultAt, LANES, nameOf, seededPlan } from './fault-plan.ts';

describe('a plan of faults', () => {
  const deal = (seed: number, path: string, count: number) => {
    const plan = seededPlan({ seed, stallMs: 1 });
    return Array.from({ length: count }, (_, n) => plan({ method: 'POST', path, n, body: '', headers: {} }));
  };

  test('is the same for the same seed, and another for another', () => {
    expect(deal(7, '/api/sync', 100)).toEqual(deal(7, '/api/sync', 100));
    expect(deal(7, '/api/sync', 100)).not.toEqual(deal(8, '/api/sync', 100));
  });

  test('deals each lane by itself, so that how requests interleave changes nothing', () => {
    const plan = seededPlan({ seed: 7, stallMs: 1 });
    const mixed = Array.from({ length: 40 }, (_, n) => {
      plan({ method: 'GET', path: `/media/${n}`, n: 0, body: '', headers: {} });
      return plan({ method: 'POST', path: '/api/sync', n, body: '', headers: {} });
    });
    expect(mixed).toEqual(deal(7, '/api/sync', 40));
  });

  test('holds every fault within any deck, whatever the seed', () => {
    const names = new Set(Array.from({ length: 60 }, (_, n) => nameOf(faultAt({ seed: 1, lane: 0, n, stallMs: 1 }))));
    for (const seed of [0, 1, 2 ** 31, -5]) {
      for (const lane of LANES.keys()) {
        const dealt = Array.from({ length: 60 }, (_, n) => nameOf(faultAt({ seed, lane, n, stallMs: 1 })));
        expect(new Set(dealt)).toEqual(names);
      }
    }
    expect(names.size).toBe(16);
  });

  test('leaves alone what is no part of it', () => {
    expect(deal(7, '/api/auth/sign-in/email', 50)).toEqual(Array.from({ length: 50 }, () => PASS));
  });
});
