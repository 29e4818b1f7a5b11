import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EpochSchema, type VideoId } from '../../sync/ids.ts';
import { readMeta, writeMeta } from '../data/sync-store.ts';
import type { BrowserPorts } from './browser-ports.ts';
import type { Turn } from './in-turn.ts';
import { createMediaKeeper, type KeeperState, type MediaKeeper } from './keeper.ts';
import { createFakeNetwork, type FakeFile, type FakeNetwork, type Fault } from './testing/fake-network.ts';
import { createMediaWorld, etagOf, type MediaWorld, randomBytes, seeded } from './testing/media-world.ts';

const SIZE = 4_000;

let world: MediaWorld;
let file: FakeFile;
let faults: Map<string, Fault>;
let network: FakeNetwork;
let states: KeeperState[];
let keepers: MediaKeeper[];
let kept: number;

beforeEach(async () => {
  world = await createMediaWorld();
  const bytes = randomBytes(SIZE, seeded(2));
  file = { bytes, etag: await etagOf(bytes) };
  faults = new Map();
  network = createFakeNetwork({ file: () => file, fault: (url) => faults.get(url) ?? posterFault(url) });
  [states, keepers, kept] = [[], [], 0];
});
afterEach(async () => {
  await Promise.all(keepers.map((keeper) => keeper.stop()));
  await world.destroy();
});

const posterFault = (url: string): Fault | undefined =>
  url.endsWith('/poster')
    ? { kind: 'answer', make: () => new Response('picture', { headers: { 'content-type': 'image/webp' } }) }
    : undefined;

/** Time runs a hundred times as fast, so that backing off can be watched. */
function keeperOf(ports: Partial<BrowserPorts> = {}, turn: Partial<Turn> = {}): MediaKeeper {
  const keeper = createMediaKeeper({
    db: world.db,
    user: world.db.user,
    signal: new AbortController().signal,
    maySteal: () => false,
    onEvent: () => undefined,
    ...turn,
    onState: (state) => states.push(state),
    onKept: () => {
      kept += 1;
    },
    ports: {
      fetch: network.fetch,
      wait: (ms, signal) => waitReal(ms / 100, signal),
      clock: () => performance.now() * 100,
      random: seeded(1),
      estimate: async () => null,
      network: () => ({ saveData: false, type: null }),
      pace: { flushMs: 10_000_000, stallMs: 10_000_000, maxSegmentBytes: 2_000 },
      ...ports,
    },
  });
  keepers.push(keeper);
  return keeper;
}

async function waitReal(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(ms, 100_000));
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
    if (signal.aborted) resolve();
  });
}

const isKept = async (id: VideoId) => (await world.tables.copy(id))?.state === 'verified';
const urls = () => network.requests.map(({ url }) => url);
const settle = () => expect.poll(() => states.at(-1)?.kind).toBe('idle');

describe('what is fetched', () => {
  test('posters first, then bytes, newest first; nothing that is not stored or in the trash', async () => {
    const old = await world.addVideo({ posterAt: 1 });
    const storing = await world.addVideo({ mediaState: 'storing' });
    const young = await world.addVideo();
    const trashed = await world.addVideo({ posterAt: 1 });
    await world.db.videos.update(trashed, { deleted: 1 });
    keeperOf().kick();
    await settle();
    expect(urls()).toEqual([`/media/${old}/poster`, `/media/${young}`, `/media/${old}`]);
    expect(await world.tables.copy(storing)).toBeUndefined();
    expect(await (await world.tables.poster(old))?.data).toBeInstanceOf(Blob);
  });

  test('nothing before a kick, and nothing twice', async () => {
    const keeper = keeperOf();
    const id = await world.addVideo();
    await waitReal(50, new AbortController().signal);
    expect(urls()).toEqual([]);
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
    for (let i = 0; i < 5; i++) keeper.kick();
    await settle();
    expect(urls()).toHaveLength(1);
  });

  test('is told of once something is here, and not where there is nothing to keep', async () => {
    const keeper = keeperOf();
    keeper.kick();
    await settle();
    expect(kept).toBe(0);
    await world.addVideo();
    keeper.kick();
    await expect.poll(() => kept).toBeGreaterThan(0);
  });

  test('a video that becomes stored while others are fetched comes next', async () => {
    const [first, second] = [await world.addVideo(), await world.addVideo()];
    let late: VideoId | null = null;
    const keeper = keeperOf({
      fetch: async (url, init) => {
        if (late === null) {
          late = await world.addVideo();
          keeper.kick();
        }
        return network.fetch(url, init);
      },
    });
    keeper.kick();
    await expect.poll(() => isKept(first)).toBe(true);
    expect(urls()).toEqual([second, late, first].map((id) => `/media/${id}`));
  });

  test('a quiet library is not looked through again', async () => {
    await world.addVideo();
    const keeper = keeperOf();
    keeper.kick();
    await settle();
    const scan = vi.spyOn(world.db.videos, 'where');
    keeper.kick();
    await expect.poll(() => states.length).toBe(4);
    expect(scan).not.toHaveBeenCalled();
  });
});

describe('what is purged', () => {
  test('[PURGE-1] frees bytes and poster', async () => {
    const [purged, stays] = [await world.addVideo({ posterAt: 1 }), await world.addVideo({ posterAt: 1 })];
    const keeper = keeperOf();
    keeper.kick();
    await settle();
    await world.db.videos.delete(purged);
    keeper.kick();
    await expect.poll(() => world.tables.copy(purged)).toBeUndefined();
    expect(await world.tables.offsets(purged)).toEqual([]);
    expect(await world.tables.poster(purged)).toBeUndefined();
    expect(await isKept(stays)).toBe(true);
    expect(await world.tables.poster(stays)).toBeDefined();
  });

  test('[ID-1] is never the bytes of a row that took another id', async () => {
    const id = await world.addVideo();
    const keeper = keeperOf();
    keeper.kick();
    await settle();
    await world.db.videos.delete(id);
    await world.addVideo({ copyId: id });
    keeper.kick();
    await expect.poll(() => states.filter(({ kind }) => kind === 'idle').length).toBe(2);
    expect(await isKept(id)).toBe(true);
    expect(urls()).toHaveLength(1);
  });
});

describe('a wish', () => {
  test('to remove is kept: the bytes go, and are not fetched again', async () => {
    const id = await world.addVideo({ sha256: file.etag.slice(1, -1) });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
    await keeper.removeCopy(id);
    expect(await world.db.segments.count()).toBe(0);
    keeper.kick();
    await settle();
    expect(await world.tables.copy(id)).toMatchObject({ state: 'removed', received: 0 });
    expect(urls()).toHaveLength(1);
  });

  test('to keep brings a removed copy back, before newer ones', async () => {
    const id = await world.addVideo();
    const keeper = keeperOf();
    await keeper.removeCopy(id);
    const newer = await world.addVideo();
    await keeper.keepOffline(id);
    await expect.poll(() => isKept(newer)).toBe(true);
    expect(urls()).toEqual([`/media/${id}`, `/media/${newer}`]);
    expect(await world.tables.copy(id)).toMatchObject({ state: 'verified', pinned: true });
  });

  test('to remove and then to keep, while it is fetched: it is fetched anew', async () => {
    const id = await world.addVideo();
    let wishes: Promise<unknown> | null = null;
    const keeper = keeperOf({
      fetch: async (url, init) => {
        wishes ??= keeper.removeCopy(id).then(() => keeper.keepOffline(id));
        await wishes;
        return network.fetch(url, init);
      },
    });
    // Something of it is here, so that the copy is another one when it was taken away.
    const part = { copyId: id, etag: file.etag };
    await world.tables.begin({ ...part, contentType: 'video/mp4', total: SIZE });
    await world.tables.append({ ...part, offset: 0 }, new Blob([file.bytes.slice(0, 1_000)]));
    keeper.kick();
    await expect.poll(() => isKept(id), { timeout: 5_000 }).toBe(true);
    expect(await world.tables.copy(id)).toMatchObject({ pinned: true });
  });

  test('to remove the only copy is not granted', async () => {
    const id = await world.addVideo({ mediaState: 'storing' });
    await keeperOf().removeCopy(id);
    expect(await world.tables.copy(id)).toBeUndefined();
  });

  test.each([
    ['the server has other bytes by its own hash', { sha256: 'f'.repeat(64) }],
    ['the server never said what it has', { sha256: null }],
    ['the server is still storing', { mediaState: 'storing' }],
    ['nobody has offered the bytes', { mediaState: 'none' }],
    ['the server could not store them', { mediaState: 'failed' }],
  ])('to remove whole bytes is not granted where %s', async (_, server) => {
    const id = await world.addVideo({ sha256: file.etag.slice(1, -1) });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
    await world.addVideo({ id, sha256: file.etag.slice(1, -1), ...server });
    await keeper.removeCopy(id);
    expect(await isKept(id)).toBe(true);
    expect(await world.tables.offsets(id)).toHaveLength(2);
  });

  test('[ROW-2] to remove is not granted by what was received in another epoch', async () => {
    const id = await world.addVideo({ sha256: file.etag.slice(1, -1) });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
    const meta = await readMeta(world.db);
    await writeMeta(world.db, { ...meta, epoch: v.parse(EpochSchema, 'bbbbbbbbbbbbbbbb') });
    await keeper.removeCopy(id);
    expect(await isKept(id)).toBe(true);
  });
});

describe('trouble', () => {
  test('one bad video does not hold up the others', async () => {
    const good = await world.addVideo();
    const [gone, broken, wrong] = [await world.addVideo(), await world.addVideo(), await world.addVideo()];
    const missing = await world.addVideo({ posterAt: 1 });
    const notFound = () => Response.json({ success: false }, { status: 404 });
    faults.set(`/media/${gone}`, { kind: 'answer', make: notFound });
    faults.set(`/media/${missing}/poster`, { kind: 'answer', make: notFound });
    faults.set(`/media/${broken}`, { kind: 'cut', after: 0 });
    faults.set(`/media/${wrong}`, { kind: 'answer', make: () => new Response('<html>') });
    keeperOf().kick();
    await expect.poll(() => isKept(good), { timeout: 5_000 }).toBe(true);
    await expect
      .poll(() => urls().filter((url) => url === `/media/${broken}`).length, { timeout: 5_000 })
      .toBeGreaterThan(3);
    faults.clear();
    for (const id of [gone, broken, wrong, missing]) {
      await expect.poll(() => isKept(id), { timeout: 20_000 }).toBe(true);
    }
  });

  test('without an answer it waits 2, 4, 6 s, and a kick ends the wait', async () => {
    const id = await world.addVideo();
    faults.set(`/media/${id}`, { kind: 'silence' });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => states.filter(({ kind }) => kind === 'waiting').length).toBeGreaterThanOrEqual(3);
    const waits = states.flatMap((state) => (state.kind === 'waiting' ? [state.ms] : []));
    expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 6_000]);
    faults.clear();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
  });

  test('a server that fails is left alone for a while, whatever kicks', async () => {
    for (let i = 0; i < 20; i++) {
      const id = await world.addVideo();
      faults.set(`/media/${id}`, {
        kind: 'answer',
        make: () => new Response('', { status: 503, headers: { 'retry-after': '600' } }),
      });
    }
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => states.at(-1)).toEqual({ kind: 'waiting', ms: 600_000 });
    for (let i = 0; i < 20; i++) keeper.kick();
    await waitReal(100, new AbortController().signal);
    expect(urls()).toHaveLength(3);
  });

  test('a network that is back ends the wait that a failing server began', async () => {
    const ids = [await world.addVideo(), await world.addVideo(), await world.addVideo(), await world.addVideo()];
    for (const id of ids) faults.set(`/media/${id}`, { kind: 'answer', make: () => new Response('', { status: 503 }) });
    const keeper = keeperOf({ wait: (_, signal) => waitReal(100_000, signal) });
    keeper.kick();
    await expect.poll(() => states.at(-1)?.kind).toBe('waiting');
    faults.clear();
    keeper.restart();
    for (const id of ids) await expect.poll(() => isKept(id)).toBe(true);
  });

  test('a link that lives for moments still brings the file, two seconds apart', async () => {
    const id = await world.addVideo();
    faults.set(`/media/${id}`, { kind: 'cut', after: 500 });
    keeperOf().kick();
    await expect.poll(() => isKept(id), { timeout: 5_000 }).toBe(true);
    const waits = states.flatMap((state) => (state.kind === 'waiting' ? [state.ms] : []));
    expect(new Set(waits)).toEqual(new Set([2_000]));
    expect(network.bytesSent()).toBe(SIZE);
  });

  test('a link that brings nothing, then half, then nothing is no reason to give up', async () => {
    const id = await world.addVideo();
    const cuts = [0, SIZE / 2, 0];
    keeperOf({
      fetch: (url, init) => {
        const after = cuts.shift();
        if (after === undefined) faults.delete(url);
        else faults.set(url, { kind: 'cut', after });
        return network.fetch(url, init);
      },
    }).kick();
    await expect.poll(() => isKept(id)).toBe(true);
    expect(network.requests.map(({ range }) => range)).toEqual([
      null,
      null,
      `bytes=${SIZE / 2}-`,
      `bytes=${SIZE / 2}-`,
    ]);
  });

  test('a session that ended stops it until the next kick', async () => {
    const id = await world.addVideo();
    faults.set(`/media/${id}`, { kind: 'answer', make: () => new Response('', { status: 401 }) });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(() => states.at(-1)?.kind).toBe('signed_out');
    faults.clear();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
  });

  test('a database that fails is said, and tried again', async () => {
    const id = await world.addVideo();
    const fails = vi.spyOn(world.db.posters, 'count').mockRejectedValueOnce(new Error('the disk is gone'));
    keeperOf().kick();
    await expect.poll(() => isKept(id)).toBe(true);
    expect(states).toContainEqual({ kind: 'storage_failed', message: 'the disk is gone' });
    fails.mockRestore();
  });

  test('a database that failed again and again is tried at once when a kick says that it works', async () => {
    const id = await world.addVideo();
    const fails = vi.spyOn(world.db.posters, 'count').mockRejectedValue(new Error('the disk is gone'));
    const keeper = keeperOf({ wait: (ms, signal) => waitReal(ms >= 6_000 ? 100_000 : 1, signal) });
    keeper.kick();
    await expect.poll(() => states.filter(({ kind }) => kind === 'storage_failed').length).toBe(3);
    fails.mockRestore();
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
  });
});

describe('one at a time', () => {
  test('two tabs never fetch twice', async () => {
    for (let i = 0; i < 6; i++) await world.addVideo({ posterAt: 1 });
    const tabs = [keeperOf(), keeperOf(), keeperOf()];
    for (const tab of tabs) tab.kick();
    await expect.poll(() => states.filter(({ kind }) => kind === 'idle').length).toBe(3);
    expect(urls()).toHaveLength(12);
    expect(new Set(urls()).size).toBe(12);
  });

  test('stopping ends a download, and the next tab goes on from there', async () => {
    const id = await world.addVideo();
    faults.set(`/media/${id}`, { kind: 'stall', after: 2_500 });
    const [first, second] = [keeperOf(), keeperOf()];
    first.kick();
    await expect.poll(async () => (await world.tables.copy(id))?.received).toBe(2_000);
    second.kick();
    await first.stop();
    expect((await world.tables.copy(id))?.received).toBe(2_500);
    faults.clear();
    await expect.poll(() => isKept(id), { timeout: 5_000 }).toBe(true);
    expect(network.requests.some(({ range }) => range === 'bytes=2500-')).toBe(true);
  });

  test('a frozen tab holds the lock for ever (dxos#11757, rxdb#8514): a visible one fetches after 8 s of silence', async () => {
    const id = await world.addVideo();
    const frozen = navigator.locks.request(`vidfab-media-${world.db.user}`, () => new Promise(() => {}));
    frozen.catch(() => undefined);
    const events: string[] = [];
    keeperOf({}, { tempo: 40, maySteal: () => true, onEvent: (what) => events.push(what) }).kick();
    await expect.poll(() => isKept(id)).toBe(true);
    expect(events).toEqual(['stolen']);
  });

  test('a tab that gets no further, for two minutes, gives the others their turn', async () => {
    const id = await world.addVideo();
    let asked = false;
    const hanging = async () => {
      asked = true;
      return new Promise<never>(() => {});
    };
    keeperOf({ fetch: hanging }, { tempo: 400 }).kick();
    await expect.poll(() => asked).toBe(true);
    keeperOf().kick();
    await expect.poll(() => isKept(id)).toBe(true);
  });

  test('a tab that gets on, however slowly, keeps its turn', async () => {
    const id = await world.addVideo();
    const slow = async (): Promise<Response> => {
      const { headers, body } = await network.fetch(`/media/${id}`, {});
      const late = new TransformStream({
        transform: async (chunk, controller) => {
          await waitReal(150, new AbortController().signal);
          controller.enqueue(chunk);
        },
      });
      return new Response(body?.pipeThrough(late), { headers });
    };
    keeperOf({ fetch: slow }, { tempo: 400 }).kick();
    await expect.poll(() => isKept(id), { timeout: 5_000 }).toBe(true);
    expect(urls()).toHaveLength(1);
  });

  test('pausing ends a download, nothing is begun before a kick, and then it goes on from there', async () => {
    const id = await world.addVideo();
    faults.set(`/media/${id}`, { kind: 'stall', after: 2_500 });
    const keeper = keeperOf();
    keeper.kick();
    await expect.poll(async () => (await world.tables.copy(id))?.received).toBe(2_000);
    keeper.pause();
    await expect.poll(async () => (await world.tables.copy(id))?.received).toBe(2_500);
    faults.clear();
    await waitReal(100, new AbortController().signal);
    expect(urls()).toHaveLength(1);
    keeper.kick();
    await expect.poll(() => isKept(id)).toBe(true);
    expect(network.requests.map(({ range }) => range)).toEqual([null, 'bytes=2500-']);
  });
});
