import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EpochSchema, type VideoId } from '../../sync/ids.ts';
import { STAGED } from '../data/import-video.ts';
import { writeKeeping } from '../data/keeping.ts';
import type { NetworkFacts } from '../data/network.ts';
import { policyEffect } from '../data/policy-effect.ts';
import { readMeta, writeMeta } from '../data/sync-store.ts';
import type { BrowserPorts } from './browser-ports.ts';
import { createMediaKeeper, type KeeperState, type MediaKeeper } from './keeper.ts';
import { createPlaying } from './playing.ts';
import { wait } from './ports.ts';
import { createFakeNetwork, type FakeFile, type FakeNetwork } from './testing/fake-network.ts';
import { createMediaWorld, etagOf, type MediaWorld, newVideoId, randomBytes, seeded } from './testing/media-world.ts';

/** More than what goes over any network. */
const SIZE = 300_000;
const HOUR = 3_600_000;

let world: MediaWorld;
let file: FakeFile;
let network: FakeNetwork;
let states: KeeperState[];
let keepers: MediaKeeper[];
let facts: NetworkFacts;

beforeEach(async () => {
  world = await createMediaWorld();
  const bytes = randomBytes(SIZE, seeded(2));
  file = { bytes, etag: await etagOf(bytes) };
  network = createFakeNetwork({ file: () => file, chunk: 100_000 });
  facts = { saveData: false, type: null };
  [states, keepers] = [[], []];
});
afterEach(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  await world.destroy();
});

function keeperOf(ports: Partial<BrowserPorts> = {}): MediaKeeper {
  const keeper = createMediaKeeper({
    db: world.db,
    user: world.db.user,
    signal: new AbortController().signal,
    maySteal: () => false,
    onEvent: () => undefined,
    onState: (state) => states.push(state),
    playing: createPlaying(world.db.user).now,
    ports: {
      fetch: network.fetch,
      wait,
      clock: () => performance.now(),
      random: seeded(1),
      estimate: async () => null,
      network: () => facts,
      ...ports,
    },
  });
  keepers.push(keeper);
  return keeper;
}

const addVideo = () => world.addVideo({ bytes: SIZE, sha256: file.etag.slice(1, -1) });
const stateOf = async (id: VideoId) => (await world.tables.copy(id))?.state;
const statesOf = (ids: readonly VideoId[]) => Promise.all(ids.map(stateOf));
const urls = () => network.requests.map(({ url }) => url);
/** Until a pass that began after this call has ended. */
async function settle(act: () => unknown, kind: KeeperState['kind'] = 'idle'): Promise<void> {
  const before = states.length;
  await act();
  await expect
    .poll(() => states.slice(before).findLast(({ kind: each }) => each !== 'fetching')?.kind, { timeout: 5_000 })
    .toBe(kind);
}
/** The browser's own figure, were it exact. */
const ledgerOf = (quota: () => number) => async () => ({ usage: await world.keep.ledger(), quota: quota() });

async function library(count: number): Promise<readonly VideoId[]> {
  const ids: VideoId[] = [];
  for (let i = 0; i < count; i++) ids.push(await addVideo());
  return ids;
}

describe('a policy', () => {
  test('pinned only: nothing is fetched by itself, and what a person keeps offline is', async () => {
    const [first, second] = await library(2);
    await writeKeeping(world.db, { newest: 0 });
    const keeper = keeperOf();
    await settle(keeper.kick);
    expect(urls()).toEqual([]);
    if (!first || !second) throw new Error('no library');
    await settle(() => keeper.keepOffline(first));
    expect(urls()).toEqual([`/media/${first}`]);
    expect(await stateOf(first)).toBe('verified');
  });

  test('the newest N: so many are here, and one that falls out of them goes when a newer one comes', async () => {
    const old = await library(3);
    await writeKeeping(world.db, { newest: 2 });
    const keeper = keeperOf();
    await settle(keeper.kick);
    expect(await statesOf(old)).toEqual([undefined, 'verified', 'verified']);
    const newer = await addVideo();
    await settle(keeper.kick);
    expect(await statesOf([...old, newer])).toEqual([undefined, undefined, 'verified', 'verified']);
    expect(await world.db.segments.count()).toBe(2);
  });

  test('pinned only, chosen later: what the server has goes, what is pinned, played or the only copy stays', async () => {
    const [plain, pinned, playing, unsent] = await library(4);
    if (!plain || !pinned || !playing || !unsent) throw new Error('no library');
    const keeper = keeperOf();
    await settle(keeper.kick);
    await keeper.keepOffline(pinned);
    await world.hear(unsent, { mediaState: 'storing', sha256: null });
    const release = createPlaying(world.db.user).hold(playing);
    await expect.poll(() => createPlaying(world.db.user).now()).toContain(playing);
    expect(await policyEffect(world.db, { newest: 0 })).toEqual({
      frees: { videos: 2, bytes: 2 * SIZE },
      fetches: { videos: 0, bytes: 0 },
    });
    await writeKeeping(world.db, { newest: 0 });
    await settle(keeper.restart);
    expect(await statesOf([plain, pinned, playing, unsent])).toEqual([undefined, 'verified', 'verified', 'verified']);
    release();
    await settle(keeper.restart);
    expect(await stateOf(playing)).toBeUndefined();
    expect(urls()).toHaveLength(4);
  });

  test('everything again: says what it fetches, and fetches it; what a person removed stays away', async () => {
    const ids = await library(3);
    const [removed] = ids;
    const keeper = keeperOf();
    if (!removed) throw new Error('no library');
    await keeper.removeCopy(removed);
    await writeKeeping(world.db, { newest: 0 });
    await settle(keeper.restart);
    expect(await policyEffect(world.db, { newest: null })).toEqual({
      frees: { videos: 0, bytes: 0 },
      fetches: { videos: 2, bytes: 2 * SIZE },
    });
    await writeKeeping(world.db, { newest: null });
    await settle(keeper.restart);
    expect(await statesOf(ids)).toEqual(['removed', 'verified', 'verified']);
  });

  test('[ID-1] holds for bytes under another key than their row: they neither go nor come again and again', async () => {
    const copyId = newVideoId();
    const id = await world.addVideo({ copyId, bytes: SIZE, sha256: file.etag.slice(1, -1) });
    await world.db.aliases.put({ from: v.parse(v.any(), copyId), to: id });
    await writeKeeping(world.db, { newest: 1 });
    const keeper = keeperOf();
    for (let i = 0; i < 3; i++) await settle(keeper.restart);
    expect(urls()).toHaveLength(1);
    expect((await world.tables.copy(copyId))?.state).toBe('verified');
  });
});

describe('a network that is paid for', () => {
  test.each([
    ['Wi-Fi only', { saveData: false, type: 'cellular' }, true],
    ['data saver', { saveData: true, type: null }, false],
  ])(
    '%s: nothing much comes by itself, a wish goes, and a better network brings the rest',
    async (_, said, wifiOnly) => {
      const [first, second] = await library(2);
      if (!first || !second) throw new Error('no library');
      facts = said;
      await writeKeeping(world.db, { wifiOnly });
      const keeper = keeperOf();
      await settle(keeper.kick);
      expect(urls()).toEqual([]);
      await settle(() => keeper.keepOffline(first));
      expect(urls()).toEqual([`/media/${first}`]);
      facts = { saveData: false, type: 'wifi' };
      await settle(keeper.restart);
      expect(await statesOf([first, second])).toEqual(['verified', 'verified']);
    },
  );

  test('a wish for what is half here goes as well', async () => {
    const [id] = await library(1);
    if (!id) throw new Error('no library');
    await world.tables.begin({ copyId: id, etag: file.etag, contentType: 'video/mp4', total: SIZE });
    facts = { saveData: true, type: null };
    const keeper = keeperOf();
    await settle(keeper.kick);
    expect(await stateOf(id)).toBe('partial');
    await settle(() => keeper.keepOffline(id));
    expect(await stateOf(id)).toBe('verified');
  });
});

describe('room', () => {
  test('nothing is fetched by itself beyond 92 % of the quota, and so before 95 %', async () => {
    const [second, first] = await library(2);
    if (!first || !second) throw new Error('no library');
    await world.keep.pin(first);
    const quota = (2 * SIZE) / 0.93;
    const keeper = keeperOf({ estimate: ledgerOf(() => quota) });
    await settle(keeper.kick, 'full');
    expect(states.at(-1)).toEqual({ kind: 'full', met: 'limit' });
    expect(await statesOf([first, second])).toEqual(['verified', undefined]);
    await settle(() => keeper.keepOffline(second), 'idle');
    expect(await stateOf(second)).toBe('verified');
  });

  test('one that is larger than all the room holds up none that fit, and the device is said to be full', async () => {
    const small = await library(2);
    const large = await world.addVideo({ bytes: 100 * SIZE, sha256: file.etag.slice(1, -1) });
    const keeper = keeperOf({ estimate: ledgerOf(() => 10 * SIZE) });
    await settle(keeper.kick, 'full');
    expect(states.at(-1)).toEqual({ kind: 'full', met: 'limit' });
    expect(await statesOf([...small, large])).toEqual(['verified', 'verified', undefined]);
    await settle(keeper.restart, 'full');
    expect(urls()).toHaveLength(2);
  });

  test('a full device looks at each that does not fit once, a few a minute, and still finds the one that does', async () => {
    const small = await addVideo();
    for (let i = 0; i < 120; i++) await world.addVideo({ bytes: 100 * SIZE, sha256: file.etag.slice(1, -1) });
    const get = vi.spyOn(IDBObjectStore.prototype, 'get');
    const estimate = vi.fn(ledgerOf(() => 10 * SIZE));
    let nextMinute = () => {};
    const keeper = keeperOf({
      estimate,
      wait: (ms, signal) =>
        ms === 60_000
          ? new Promise((resolve) => {
              nextMinute = resolve;
              signal.addEventListener('abort', () => resolve());
            })
          : wait(ms, signal),
    });
    const looks: number[] = [];
    const minute = async (act: () => void) => {
      get.mockClear();
      estimate.mockClear();
      await settle(act, 'full');
      looks.push(
        get.mock.contexts.filter((store) => store instanceof IDBObjectStore && store.name === 'copies').length,
      );
      expect(estimate.mock.calls.length).toBeLessThan(10);
    };
    await minute(keeper.kick);
    for (let i = 0; i < 4; i++) await minute(() => nextMinute());
    expect(await stateOf(small)).toBe('verified');
    expect(Math.max(...looks)).toBeLessThanOrEqual(60);
    expect(looks.at(-1)).toBeLessThanOrEqual(2);
    get.mockRestore();
  });

  test('for what is newer is made by what was played longest ago; none of it comes again', async () => {
    const old = await library(3);
    const quota = (3 * SIZE) / 0.92 + 10;
    const keeper = keeperOf({ estimate: ledgerOf(() => quota) });
    await settle(keeper.kick);
    const [played, second, third] = old;
    if (!played || !second || !third) throw new Error('no library');
    await world.keep.played(played, Date.now());
    const newer = await addVideo();
    await settle(keeper.kick);
    expect(await statesOf([...old, newer])).toEqual(['verified', 'evicted', 'verified', 'verified']);
    for (let i = 0; i < 3; i++) await settle(keeper.restart);
    expect(urls()).toHaveLength(4);
    // And back at a wish, in the place of the next.
    await settle(() => keeper.keepOffline(second));
    expect(await statesOf([...old, newer])).toEqual(['verified', 'verified', 'evicted', 'verified']);
  });

  test('is not made by the only copy nor by what is pinned: then a wish ends with the device full, and nothing is lost', async () => {
    const [pinned, unsent, wished] = await library(3);
    if (!pinned || !unsent || !wished) throw new Error('no library');
    let quota = Number.MAX_SAFE_INTEGER;
    await writeKeeping(world.db, { newest: 0 });
    const keeper = keeperOf({ estimate: ledgerOf(() => quota) });
    await settle(() => keeper.keepOffline(pinned));
    await world.addCopy(unsent, file.bytes);
    await world.hear(unsent, { mediaState: 'storing', sha256: null });
    quota = 2.5 * SIZE;
    await settle(() => keeper.keepOffline(wished), 'full');
    expect(states.at(-1)).toEqual({ kind: 'full', met: 'disk' });
    expect(await statesOf([pinned, unsent, wished])).toEqual(['verified', 'verified', 'partial']);
    quota = 4 * SIZE;
    await settle(() => keeper.keepOffline(wished));
    expect(await stateOf(wished)).toBe('verified');
  });

  test('above 92 % copies go until that is met, no more, and never what is being played', async () => {
    const ids = await library(4);
    let quota = Number.MAX_SAFE_INTEGER;
    const keeper = keeperOf({ estimate: ledgerOf(() => quota) });
    await settle(keeper.kick);
    const [playing] = ids;
    if (!playing) throw new Error('no library');
    const release = createPlaying(world.db.user).hold(playing);
    await expect.poll(() => createPlaying(world.db.user).now()).toContain(playing);
    quota = (3 * SIZE) / 0.92 + 10;
    await settle(keeper.restart);
    expect(await statesOf(ids)).toEqual(['verified', 'evicted', 'verified', 'verified']);
    release();
  });

  test('freed by a person stays free until they choose anew', async () => {
    const ids = await library(2);
    const keeper = keeperOf({ estimate: ledgerOf(() => Number.MAX_SAFE_INTEGER) });
    await settle(keeper.kick);
    await settle(keeper.freeAll);
    for (let i = 0; i < 2; i++) await settle(keeper.restart);
    expect(await statesOf(ids)).toEqual(['evicted', 'evicted']);
    expect(await world.db.segments.count()).toBe(0);
    await writeKeeping(world.db, { newest: null });
    await settle(keeper.restart);
    expect(await statesOf(ids)).toEqual(['verified', 'verified']);
  });
});

describe('eviction', () => {
  test('touches nothing that is pinned, staged, gone on the server or of another epoch [ROW-2]', async () => {
    const [pinned, staged, failed, other] = await library(4);
    if (!pinned || !staged || !failed || !other) throw new Error('no library');
    for (const id of [pinned, failed, other]) await world.addCopy(id, file.bytes);
    await world.keep.pin(pinned);
    await world.db.videos.delete(staged);
    await world.tables.begin({ copyId: staged, etag: STAGED, contentType: 'video/mp4', total: 10 });
    await world.tables.append({ copyId: staged, etag: STAGED, offset: 0 }, new Blob(['12345']));
    await world.hear(failed, { mediaState: 'failed' });
    const before = [await world.db.copies.toArray(), await world.db.segments.count()];
    for (const id of [pinned, staged, failed]) expect(await world.keep.evict(id, null)).toBe(false);
    const meta = await readMeta(world.db);
    await writeMeta(world.db, { ...meta, epoch: v.parse(EpochSchema, 'bbbbbbbbbbbbbbbb') });
    expect(await world.keep.evict(other, null)).toBe(false);
    expect([await world.db.copies.toArray(), await world.db.segments.count()]).toEqual(before);
    await writeMeta(world.db, meta);
    expect(await world.keep.evict(other, null)).toBe(true);
  });
});

describe('the ledger', () => {
  test('is what the segments weigh, and agrees with what the browser says, within reason', async () => {
    const estimate = async () => (await navigator.storage.estimate()).usage ?? 0;
    const before = await estimate();
    const ids = await library(12);
    for (const id of ids) await world.addCopy(id, randomBytes(SIZE, seeded(Number(`0x${id.slice(-4)}`))), 100_000);
    await world.keep.remove(ids[0] ?? newVideoId());
    let weighed = 0;
    await world.db.segments.each(({ length }) => {
      weighed += length;
    });
    const ledger = await world.keep.ledger();
    expect(ledger).toBe(weighed);
    await expect.poll(async () => ((await estimate()) - before) / ledger, { timeout: 10_000 }).toBeGreaterThan(0.95);
    expect(((await estimate()) - before) / ledger).toBeLessThan(1.25);
  });
});

describe('playing', () => {
  test('is noted once an hour, and only of what plays from here', async () => {
    const [here, away] = await library(2);
    if (!here || !away) throw new Error('no library');
    await world.addCopy(here, file.bytes);
    await world.keep.played(here, 10 * HOUR);
    await world.keep.played(here, 10 * HOUR + 1_000);
    await world.keep.played(away, 10 * HOUR);
    expect((await world.tables.copy(here))?.lastPlayedAt).toBe(10 * HOUR);
    expect(await world.tables.copy(away)).toBeUndefined();
    await world.keep.played(here, 11 * HOUR);
    expect((await world.tables.copy(here))?.lastPlayedAt).toBe(11 * HOUR);
  });

  test('holds in every tab, as often as it was begun, and ends with the last', async () => {
    const [one, other] = [createPlaying(world.db.user), createPlaying(world.db.user)];
    const id = newVideoId();
    const ends = [one.hold(id), one.hold(id)];
    await expect.poll(() => other.now()).toContain(id);
    ends[0]?.();
    expect(await one.now()).toContain(id);
    ends[1]?.();
    await expect.poll(() => other.now()).not.toContain(id);
  });
});
