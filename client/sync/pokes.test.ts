import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Head, HeadSchema } from '../../sync/ids.ts';
import { createPokes, type Pokes } from './pokes.ts';

const [one, two] = [v.parse(HeadSchema, '1.a'), v.parse(HeadSchema, '2.b')];

let pokes: Pokes;
let stored: Head | null;
let syncing: boolean;
let kicks: number;
beforeEach(() => {
  vi.useFakeTimers();
  [stored, syncing, kicks] = [one, false, 0];
  pokes = createPokes({
    readHead: async () => {
      if (stored === null) throw new Error('the database is closed');
      return stored;
    },
    isSyncing: () => syncing,
    kick: () => {
      kicks++;
    },
  });
});
afterEach(() => vi.useRealTimers());

const settle = () => vi.advanceTimersByTimeAsync(0);

test('a head that is here already costs nothing, another one is one exchange', async () => {
  pokes.heard(one, true);
  await settle();
  expect(kicks).toBe(0);
  pokes.heard(two, true);
  await settle();
  expect(kicks).toBe(1);
});

test('the poke of an own push waits for its reply, and is then no news', async () => {
  syncing = true;
  pokes.heard(two, true);
  await settle();
  [stored, syncing] = [two, false];
  pokes.look();
  await settle();
  expect(kicks).toBe(0);
});

test('a poke while an older reply is held is not lost', async () => {
  syncing = true;
  pokes.heard(two, true);
  await settle();
  syncing = false;
  pokes.look();
  await settle();
  expect(kicks).toBe(1);
  pokes.look();
  await settle();
  expect(kicks, 'once').toBe(1);
});

test('a cycle that begins while the database is asked decides first', async () => {
  pokes.heard(two, true);
  syncing = true;
  await settle();
  expect(kicks).toBe(0);
  syncing = false;
  pokes.look();
  await settle();
  expect(kicks).toBe(1);
});

test('of two pokes the newer counts', async () => {
  pokes.heard(two, true);
  pokes.heard(one, true);
  await settle();
  expect(kicks).toBe(0);
});

test('what another tab heard is its to fetch, unless it does not', async () => {
  pokes.heard(two, false);
  await settle();
  stored = two;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kicks).toBe(0);
  stored = one;
  pokes.heard(two, false);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(kicks).toBe(1);
});

test('a database that cannot be read is asked through an exchange', async () => {
  stored = null;
  pokes.heard(two, true);
  await settle();
  expect(kicks).toBe(1);
});
