import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Head, HeadSchema } from '../../sync/ids.ts';
import { type News, NewsSchema } from '../../sync/protocol.ts';
import { createPokes, type Pokes } from './pokes.ts';

const [one, two, three] = [v.parse(HeadSchema, '1.a'), v.parse(HeadSchema, '2.b'), v.parse(HeadSchema, '3.c')];

let pokes: Pokes;
let stored: Head | null;
let syncing: boolean;
let kicks: number;
let write: (news: News) => Promise<void>;
beforeEach(() => {
  vi.useFakeTimers();
  [stored, syncing, kicks] = [one, false, 0];
  write = async ({ from, to }) => {
    if (stored === from.head) stored = to.head;
  };
  pokes = createPokes({
    readHead: async () => {
      if (stored === null) throw new Error('the database is closed');
      return stored;
    },
    write: (news) => write(news),
    isSyncing: () => syncing,
    kick: () => {
      kicks++;
    },
  });
});
afterEach(() => vi.useRealTimers());

const newsTo = (from: Head, to: Head) =>
  v.parse(NewsSchema, {
    epoch: '0123456789abcdef',
    from: { head: from, cursor: `c.${from}` },
    to: { head: to, cursor: `c.${to}` },
    changes: { videos: [], generations: [] },
  });

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

test('[PULL-6] news that begins where this device stands is written, and nothing is asked', async () => {
  pokes.told(newsTo(one, two));
  pokes.heard(two, true);
  await settle();
  expect([stored, kicks]).toEqual([two, 0]);
});

test('[PULL-6] news is written in the order in which it came, however long a write takes', async () => {
  const written: Head[] = [];
  write = async ({ to }) => {
    await new Promise((resolve) => setTimeout(resolve, written.length === 0 ? 50 : 0));
    written.push(to.head);
    stored = to.head;
  };
  pokes.told(newsTo(one, two));
  pokes.heard(two, true);
  pokes.told(newsTo(two, three));
  pokes.heard(three, true);
  await vi.advanceTimersByTimeAsync(100);
  expect([written, kicks]).toEqual([[two, three], 0]);
});

test('news that leads nowhere from here is asked for, and so is news that could not be written', async () => {
  pokes.told(newsTo(two, three));
  pokes.heard(three, true);
  await settle();
  expect(kicks).toBe(1);
  write = () => Promise.reject(new Error('the disk is full'));
  pokes.told(newsTo(one, two));
  pokes.heard(two, true);
  await settle();
  expect(kicks).toBe(2);
});

test('news during an exchange is left to it, and the head decides', async () => {
  syncing = true;
  pokes.told(newsTo(one, two));
  pokes.heard(two, true);
  await settle();
  syncing = false;
  pokes.look();
  await settle();
  expect([stored, kicks]).toEqual([one, 1]);
});
