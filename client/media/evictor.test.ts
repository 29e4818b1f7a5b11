import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { VideoIdSchema } from '../../sync/ids.ts';
import type { KeepTables, KeptCopy } from '../data/keep-tables.ts';
import { createEvictor } from './evictor.ts';
import { TIGHT } from './fetch-missing.ts';

const HOUR = 3_600_000;
const NEVER = Number.POSITIVE_INFINITY;
const idOf = (index: number) => v.parse(VideoIdSchema, `019abe3c-11f0-7aa0-8000-${String(index).padStart(12, '0')}`);

interface Film {
  readonly bytes: number;
  readonly createdAt: number;
  readonly isPinned: boolean;
  readonly isSafe: boolean;
}

/** A device in memory: the films of a library, what is here of them, and a browser that clears up late. */
function createDevice(films: readonly Film[], { quota, newest = null }: { quota: number; newest?: number | null }) {
  const here = new Map<string, number>();
  const away = new Map<string, number>();
  const fetched: string[] = [];
  const evictions: string[] = [];
  let uncleared = 0;
  let [nowMs, limit] = [1_000_000, quota];
  const at = (copyId: string) => {
    const index = Number(copyId);
    const film = films[index];
    if (!film) throw new Error('no such film');
    return { index, film };
  };
  const isWanted = (index: number) => newest === null || index >= films.length - newest;
  const copyOf = (copyId: string): KeptCopy => {
    const { index, film } = at(copyId);
    const { bytes, isSafe, isPinned, createdAt } = film;
    const usedAt = Math.max(createdAt, here.get(copyId) ?? 0);
    return { copyId, videoId: idOf(index), bytes, usedAt, isSafe, isPinned, isWanted: isWanted(index) };
  };
  const ledger = () => [...here.keys()].reduce((sum, copyId) => sum + copyOf(copyId).bytes, 0);
  const none = async () => undefined;
  const tables: KeepTables = {
    kept: async () => [...here.keys()].map(copyOf),
    unwanted: async () => [...here.keys()].map(copyOf).filter((copy) => !copy.isWanted && !copy.isPinned),
    evicted: async () => [...away].filter(([, backAt]) => backAt <= nowMs).map(([copyId]) => copyOf(copyId)),
    ledger: async () => ledger(),
    evict: async (copyId, backAt) => {
      const { isPinned, isSafe, bytes } = copyOf(copyId);
      expect([isPinned, isSafe]).toEqual([false, true]);
      here.delete(copyId);
      evictions.push(copyId);
      uncleared += bytes;
      if (backAt !== null) away.set(copyId, backAt);
      return true;
    },
    bringBack: async (copyIds) => {
      for (const copyId of copyIds) away.delete(copyId);
    },
    pin: none,
    remove: async () => false,
    played: none,
  };
  const evictor = createEvictor({
    tables,
    playing: async () => new Set(),
    now: () => nowMs,
    estimate: async () => ({ usage: ledger() + uncleared, quota: limit }),
  });

  /** As the keeper does it: newest first, until no more fits. */
  const pass = async () => {
    await evictor.tidy();
    for (let index = films.length - 1; index >= 0; index--) {
      const copyId = String(index);
      const { film } = at(copyId);
      if (here.has(copyId) || away.has(copyId) || !(isWanted(index) || film.isPinned)) continue;
      const known = await evictor.estimate();
      const lacking = film.bytes - ((known?.quota ?? 0) * TIGHT - (known?.usage ?? 0));
      if (lacking > 0 && !(await evictor.makeRoom({ bytes: lacking, before: film.createdAt }))) return;
      here.set(copyId, 0);
      fetched.push(copyId);
    }
  };
  return {
    evictor,
    pass,
    here: () => [...here.keys()].sort(),
    fetched,
    evictions,
    ledger,
    play: (index: number) => here.has(String(index)) && here.set(String(index), nowMs),
    clear: () => {
      uncleared = 0;
    },
    elapse: (ms: number) => {
      nowMs += ms;
    },
    setQuota: (bytes: number) => {
      limit = bytes;
    },
  };
}

const film = fc.record({
  bytes: fc.integer({ min: 1, max: 100 }),
  isPinned: fc.boolean(),
  isSafe: fc.boolean(),
});
const library = fc
  .array(film, { minLength: 1, maxLength: 25 })
  .map((films) => films.map((each, index): Film => ({ ...each, createdAt: index + 1 })));

describe('no ping-pong', () => {
  test('on a quiet device everything is fetched at most once, and passes come to rest', async () => {
    const facts = fc.record({
      films: library,
      quota: fc.integer({ min: 10, max: 2_000 }),
      newest: fc.option(fc.integer({ min: 0, max: 25 })),
      clears: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(facts, async ({ films, quota, newest, clears }) => {
        const device = createDevice(films, { quota, newest });
        for (let round = 0; round < 6; round++) {
          await device.pass();
          if (clears) device.clear();
        }
        const settled = [device.fetched.length, device.evictions.length];
        for (let round = 0; round < 4; round++) await device.pass();
        expect([device.fetched.length, device.evictions.length]).toEqual(settled);
        expect(new Set(device.fetched).size).toBe(device.fetched.length);
        expect(device.ledger()).toBeLessThanOrEqual(quota * TIGHT);
      }),
    );
  });

  test('what made room is away for a day though there is room again, and then comes back', async () => {
    const films = Array.from({ length: 10 }, (_, index) => ({
      bytes: 10,
      createdAt: index + 1,
      isPinned: false,
      isSafe: true,
    }));
    const device = createDevice(films, { quota: 200 });
    await device.pass();
    expect(device.here()).toHaveLength(10);
    device.play(0);
    device.setQuota(60);
    await device.pass();
    // The first is the one that was played last.
    expect(device.here()).toEqual(['0', '6', '7', '8', '9']);
    expect(device.evictions).toEqual(['1', '2', '3', '4', '5']);
    device.setQuota(200);
    device.clear();
    await device.pass();
    expect(device.here()).toHaveLength(5);
    device.elapse(25 * HOUR);
    await device.pass();
    expect(device.here()).toHaveLength(10);
  });

  test('a browser that counts freed bytes for a while does not make more go', async () => {
    const films = Array.from({ length: 10 }, (_, index) => ({
      bytes: 10,
      createdAt: index + 1,
      isPinned: false,
      isSafe: true,
    }));
    const device = createDevice(films, { quota: 200 });
    await device.pass();
    device.setQuota(100);
    for (let round = 0; round < 5; round++) {
      device.elapse(30_000);
      await device.pass();
    }
    expect(device.evictions).toEqual(['0']);
  });

  test('what a person freed stays away however much room there is', async () => {
    const films = [
      { bytes: 10, createdAt: 1, isPinned: false, isSafe: true },
      { bytes: 10, createdAt: 2, isPinned: false, isSafe: false },
      { bytes: 10, createdAt: 3, isPinned: true, isSafe: true },
    ];
    const device = createDevice(films, { quota: 1_000 });
    await device.pass();
    await device.evictor.freeAll();
    device.elapse(1_000 * HOUR);
    device.clear();
    await device.pass();
    expect(device.here()).toEqual(['1', '2']);
  });
});

describe('room for one', () => {
  test('is made in full or not at all', async () => {
    const films = [
      { bytes: 10, createdAt: 1, isPinned: false, isSafe: true },
      { bytes: 10, createdAt: 2, isPinned: false, isSafe: true },
    ];
    const device = createDevice(films, { quota: 1_000 });
    await device.pass();
    expect(await device.evictor.makeRoom({ bytes: 21, before: NEVER })).toBe(false);
    expect(await device.evictor.makeRoom({ bytes: 11, before: 2 })).toBe(false);
    expect(device.here()).toEqual(['0', '1']);
    expect(await device.evictor.makeRoom({ bytes: 9, before: NEVER })).toBe(true);
    expect(device.here()).toEqual(['1']);
  });
});
