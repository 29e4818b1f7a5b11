import { describe, expect, test } from 'vitest';
import type { VideoId } from '../../sync/ids.ts';
import { createCommands } from '../data/commands.ts';
import { writeKeeping } from '../data/keeping.ts';
import type { BrowserPorts } from './browser-ports.ts';
import { createMediaKeeper } from './keeper.ts';
import { createFakeNetwork, type Fault } from './testing/fake-network.ts';
import { createMediaWorld, etagOf, type MediaWorld, randomBytes, seeded } from './testing/media-world.ts';
import { createTusStandIn, type TusFault, tus } from './testing/tus-stand-in.ts';
import { createMediaUploader } from './uploader.ts';

/**
 * Whatever befell them before: once faults stop, everything is where it is wanted within minutes, with
 * nobody touching anything and no kick but that of the exchange, once a minute. One seed after the other,
 * since a busy machine would make faults of its own. More of it:
 *
 *   VITE_SEEDS=101,102,103 VITE_ACTS=40 npx vitest run --project browser client/media/never-stuck.browser.test.ts
 */
const SEEDS = String(import.meta.env.VITE_SEEDS ?? '1,2,3')
  .split(',')
  .map(Number);
const ACTS = Number(import.meta.env.VITE_ACTS ?? 14);
/** Time runs so many times as fast. */
const FAST = 60;
const MINUTE_MS = 60_000 / FAST;
/** Several times the longest wait between two tries. */
const BOUND_MS = 25 * MINUTE_MS;
const VIDEOS = 4;
const SIZE = 300_000;

type Act = () => unknown;

/** A device on which one act follows the other while its network fails, and then no more. */
async function live(
  seed: number,
  begin: (
    world: MediaWorld,
    device: {
      readonly random: () => number;
      readonly isFaulty: () => boolean;
      readonly network: { saveData: boolean; type: null };
      readonly ports: Omit<BrowserPorts, 'fetch'>;
      readonly signal: AbortSignal;
    },
  ) => Promise<{
    readonly acts: readonly Act[];
    readonly calm: Act;
    readonly kick: () => void;
    readonly left: () => Promise<readonly unknown[]>;
    readonly stop: () => Promise<void>;
  }>,
): Promise<void> {
  const random = seeded(seed);
  const world = await createMediaWorld();
  const ended = new AbortController();
  const network = { saveData: false, type: null };
  let faulty = true;
  const running = await begin(world, {
    random,
    isFaulty: () => faulty && random() < 0.6,
    network,
    signal: ended.signal,
    ports: {
      wait: (ms, signal) => rest(ms / FAST, signal),
      clock: () => performance.now() * FAST,
      random,
      estimate: async () => null,
      network: () => network,
      pace: { flushMs: 10_000, stallMs: 60_000, maxSegmentBytes: 64 * 1024 },
    },
  });
  running.kick();
  const kicks = setInterval(running.kick, MINUTE_MS);
  try {
    for (let n = 0; n < ACTS; n++) {
      await running.acts[Math.floor(random() * running.acts.length)]?.();
      await rest(random() ** 3 * 400);
    }
    faulty = false;
    await running.calm();
    await expect.poll(running.left, { timeout: BOUND_MS, message: `left over, with seed ${seed}` }).toEqual([]);
  } finally {
    clearInterval(kicks);
    await running.stop();
    ended.abort();
    await world.destroy();
  }
}

function rest(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const timer = setTimeout(resolve, Math.min(ms, 2 ** 31 - 1));
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const pick = <T>(random: () => number, items: readonly T[]): T | undefined =>
  items[Math.floor(random() * items.length)];
const page = () => new Response('<html>Sign in to the network</html>', { headers: { 'content-type': 'text/html' } });
describe('nothing is silently stuck', { timeout: 60_000 }, () => {
  test.each(SEEDS)('what is wanted here comes here, seed %i', (seed) => live(seed, fetching));
  test.each(SEEDS)('what is only here goes to the server, seed %i', (seed) => live(seed, sending));
});

const fetching: Parameters<typeof live>[1] = async (world, { random, isFaulty, network, ports, signal }) => {
  const bytes = randomBytes(SIZE, random);
  const file = { bytes, etag: await etagOf(bytes) };
  const ids: VideoId[] = [];
  for (let n = 0; n < VIDEOS; n++) ids.push(await world.addVideo({ bytes: SIZE, sha256: file.etag.slice(1, -1) }));
  const faults: readonly (() => Fault)[] = [
    () => ({ kind: 'silence' }),
    () => ({ kind: 'hang' }),
    () => ({ kind: 'cut', after: Math.floor(random() * SIZE) }),
    () => ({ kind: 'stall', after: Math.floor(random() * SIZE) }),
    () => ({ kind: 'answer', make: page }),
    ...[401, 404, 409, 410, 413, 416, 423, 429, 500, 503, 507].map(
      (status) => (): Fault => ({
        kind: 'answer',
        make: () => new Response(null, { status, headers: { 'retry-after': '5' } }),
      }),
    ),
  ];
  const { fetch } = createFakeNetwork({
    file: () => file,
    fault: () => (isFaulty() ? pick(random, faults)?.() : undefined),
    chunk: 32 * 1024,
  });
  let room = true;
  const estimate = async () => ({ usage: room ? 0 : 1e9, quota: 1e9 });
  const keeper = createMediaKeeper({
    db: world.db,
    user: world.db.user,
    signal,
    maySteal: () => false,
    onEvent: () => undefined,
    ports: { ...ports, fetch, estimate },
  });
  const any = () => pick(random, ids) ?? ids[0];
  const wished = async () => {
    const id = any();
    if (!id) return;
    await keeper.removeCopy(id);
    await keeper.keepOffline(id);
  };
  return {
    kick: keeper.kick,
    stop: keeper.stop,
    acts: [
      wished,
      keeper.restart,
      keeper.pause,
      () => {
        room = !room;
      },
      async () => {
        const id = any();
        if (id) await keeper.keepOffline(id);
      },
      () => {
        network.saveData = !network.saveData;
        keeper.restart();
      },
      async () => {
        await writeKeeping(world.db, { newest: Math.floor(random() * VIDEOS) });
        keeper.restart();
      },
      // Somebody else, where there are no locks, began it anew.
      async () => {
        const copyId = any() ?? '';
        await world.tables.begin({ copyId, etag: '"other"', contentType: 'video/mp4', total: 10 });
      },
      async () => {
        const copy = await world.tables.copy(any() ?? '');
        if (copy) await world.tables.discard(copy);
      },
    ],
    calm: async () => {
      [room, network.saveData] = [true, false];
      await writeKeeping(world.db, { newest: null });
      keeper.restart();
    },
    left: async () => {
      const copies = await Promise.all(ids.map((id) => world.tables.copy(id)));
      // What made room stays away for a day, on purpose.
      const late = copies.filter((copy) => copy?.state !== 'evicted' && copy?.state !== 'verified');
      return [...late, ...copies.filter((copy) => copy?.state === 'verified' && copy.etag !== file.etag)];
    },
  };
};

const sending: Parameters<typeof live>[1] = async (world, { random, isFaulty, network, ports, signal }) => {
  const bytes = randomBytes(SIZE, random);
  const ids: VideoId[] = [];
  for (let n = 0; n < VIDEOS; n++) {
    const id = await world.addVideo({ origin: 'imported', mediaState: 'none', storedAt: null });
    await world.addCopy(id, bytes, 64 * 1024);
    ids.push(id);
  }
  const faults: readonly (() => TusFault)[] = [
    () => ({ kind: 'silence' }),
    () => ({ kind: 'lost_answer' }),
    () => ({ kind: 'hang' }),
    () => ({ kind: 'answer', make: page }),
    ...[401, 403, 404, 500, 502, 503, 507].map(
      (status) => (): TusFault => ({
        kind: 'answer',
        make: () => new Response(null, { status, headers: { 'retry-after': '5' } }),
      }),
    ),
    // 413, 415 and 422 at the creation are for a person; a proxy's 413 is not.
    () => ({ kind: 'answer', make: () => new Response(null, { status: 413 }) }),
    ...[404, 409, 410, 423, 460, 500].map((status) => (): TusFault => ({ kind: 'answer', make: () => tus(status) })),
  ];
  const server = createTusStandIn({
    fault: ({ method }) => {
      const fault = isFaulty() ? pick(random, faults)?.() : undefined;
      // To a creation 409 says that the video is stored, which an exchange would bring.
      const isStored = method === 'POST' && fault?.kind === 'answer' && fault.make().status === 409;
      return isStored ? { kind: 'silence' } : fault;
    },
    onWhole: async (videoId, sha256) => {
      const id = ids.find((each) => each === videoId);
      if (id) await world.hear(id, { mediaState: 'stored', sha256 });
    },
  });
  const uploader = createMediaUploader({
    db: world.db,
    user: world.db.user,
    signal,
    maySteal: () => false,
    onEvent: () => undefined,
    ports: { ...ports, fetch: server.fetch },
  });
  const commands = createCommands(world.db, () => undefined);
  const any = () => ids.filter((_, index) => index === Math.floor(random() * VIDEOS));
  return {
    kick: uploader.kick,
    stop: uploader.stop,
    acts: [
      uploader.restart,
      uploader.pause,
      () => commands.moveToTrash(any()),
      () => commands.restore(ids),
      async () => {
        for (const id of any()) await uploader.send(id);
      },
      () => {
        network.saveData = !network.saveData;
        uploader.restart();
      },
      // The server forgets one that was begun: it expired, or a backup was restored.
      () => {
        const url = pick(random, [...server.uploads.keys()]);
        const upload = url && server.uploads.get(url);
        if (url && upload && upload.bytes.length < SIZE) server.uploads.delete(url);
      },
    ],
    calm: () => {
      network.saveData = false;
      uploader.restart();
    },
    left: async () => {
      const rows = await Promise.all(ids.map((id) => world.db.videos.get(id)));
      return rows.filter((row) => row?.received?.server.mediaState !== 'stored');
    },
  };
};
