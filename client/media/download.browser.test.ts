import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VideoId } from '../../sync/ids.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { type DownloadDeps, type DownloadOutcome, download } from './download.ts';
import { wait } from './ports.ts';
import { createSha256 } from './sha256.ts';
import { createFakeNetwork, type FakeNetwork, type Fault } from './testing/fake-network.ts';
import { createMediaWorld, etagOf, type MediaWorld, randomBytes, seeded } from './testing/media-world.ts';

const SIZE = 100_000;
const PACE = { flushMs: 60, stallMs: 200, maxSegmentBytes: 16_384 };

let world: MediaWorld;
let id: VideoId;
let bytes: Uint8Array<ArrayBuffer>;
let etag: string;

beforeEach(async () => {
  world = await createMediaWorld();
  id = await world.addVideo();
  bytes = randomBytes(SIZE, seeded(7));
  etag = await etagOf(bytes);
});
afterEach(() => world.destroy());

function fetchOnce(network: Pick<FakeNetwork, 'fetch'>, more: Partial<DownloadDeps> = {}): Promise<DownloadOutcome> {
  const signal = new AbortController().signal;
  const deps = { tables: world.tables, sha256: createSha256, wait, clock: () => performance.now(), signal, pace: PACE };
  return download({ ...deps, fetch: network.fetch, ...more }, { id, copyId: id });
}

/** Checks what must hold of the segments at any moment, and returns their bytes. */
async function readBack(): Promise<Uint8Array> {
  const copy = await world.tables.copy(id);
  const segments = (await world.db.segments.toArray()).filter(({ copyId }) => copyId === id);
  let expected = 0;
  for (const { offset, length, data } of segments) {
    expect(offset).toBe(expected);
    expect(length).toBe(data instanceof Blob ? data.size : data.byteLength);
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThanOrEqual(PACE.maxSegmentBytes);
    expected += length;
  }
  expect(copy?.received ?? 0).toBe(expected);
  return new Uint8Array(await new Blob(segments.map(({ data }) => data)).arrayBuffer());
}

async function expectVerified(): Promise<void> {
  expect(await readBack()).toEqual(bytes);
  expect(await world.tables.copy(id)).toMatchObject({ state: 'verified', etag, total: SIZE, contentType: 'video/mp4' });
}

const serving = (fault?: () => Fault | undefined, more = {}) =>
  createFakeNetwork({ file: () => ({ bytes, etag }), ...(fault && { fault }), ...more });

describe('a download', () => {
  test('is written in segments, read back and verified', async () => {
    const network = serving();
    expect(await fetchOnce(network, { pace: { ...PACE, flushMs: 10_000 } })).toEqual({ kind: 'verified' });
    await expectVerified();
    expect((await world.tables.offsets(id)).length).toBe(Math.ceil(SIZE / PACE.maxSegmentBytes));
    expect(await fetchOnce(network)).toEqual({ kind: 'verified' });
    expect(network.requests).toEqual([{ url: `/media/${id}`, range: null, ifRange: null }]);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8])('resumes wherever the link breaks (seed %i)', async (seed) => {
    const random = seeded(seed);
    const faults: Fault[] = Array.from({ length: 12 }, () => ({
      kind: random() < 0.2 ? 'stall' : 'cut',
      after: Math.floor(random() ** 2 * 30_000),
    }));
    const network = serving(() => faults.pop(), { chunk: 1 + Math.floor(random() * 9_000) });
    for (let round = 0; round < 20; round++) {
      const received = (await readBack()).length;
      const outcome = await fetchOnce(network);
      if (round > 0 && received > 0 && received < SIZE) {
        expect(network.requests.at(-1)).toMatchObject({ range: `bytes=${received}-`, ifRange: etag });
      }
      if (outcome.kind === 'verified') break;
      expect(outcome).toMatchObject({ kind: 'interrupted', received: (await readBack()).length });
    }
    await expectVerified();
    // What arrived once is never sent again.
    expect(network.bytesSent()).toBe(SIZE);
  });

  test.each([1, 2, 3, 4, 5, 6])('keeps what arrived when it is stopped, and resumes (seed %i)', async (seed) => {
    const random = seeded(seed);
    const network = serving(undefined, { chunk: 2_000 });
    for (let round = 0; round < 200; round++) {
      const stop = new AbortController();
      let chunks = 1 + Math.floor(random() * 20);
      const fetch: FakeNetwork['fetch'] = async (url, init) => {
        const response = await network.fetch(url, init);
        const countdown = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform: (chunk, controller) => {
            controller.enqueue(chunk);
            chunks -= 1;
            if (chunks === 0) stop.abort();
          },
        });
        return new Response(response.body?.pipeThrough(countdown) ?? null, response);
      };
      const before = (await readBack()).length;
      const outcome = await fetchOnce({ fetch }, { signal: stop.signal });
      expect(['stopped', 'verified']).toContain(outcome.kind);
      expect((await readBack()).length).toBeGreaterThanOrEqual(before);
      if (outcome.kind === 'verified') break;
    }
    await expectVerified();
  });

  test('writes what has arrived in time though nothing more arrives', async () => {
    // The stall is far off, so what is there early was written by the clock and not at the end.
    const pace = { ...PACE, stallMs: 3_000 };
    let ended = false;
    const done = fetchOnce(
      serving(() => ({ kind: 'stall', after: 3_000 })),
      { pace },
    ).finally(() => {
      ended = true;
    });
    await expect.poll(async () => (await world.tables.copy(id))?.received, { interval: 10 }).toBe(3_000);
    expect(ended).toBe(false);
    expect(await done).toMatchObject({ kind: 'interrupted', answered: true, received: 3_000 });
  });

  test('gives up on a server that takes the request and never answers', async () => {
    expect(await fetchOnce(serving(() => ({ kind: 'hang' })))).toMatchObject({ kind: 'interrupted', answered: false });
  });

  test('of nothing at all is an empty file', async () => {
    [bytes, etag] = [new Uint8Array(), await etagOf(new Uint8Array())];
    expect(await fetchOnce(serving())).toEqual({ kind: 'verified' });
  });

  test('keeps buffers where the browser refuses Blobs', async () => {
    const tables: MediaTables = { ...world.tables, storesBlobs: async () => false };
    const faults: Fault[] = [{ kind: 'cut', after: 40_000 }];
    const network = serving(() => faults.pop());
    expect(await fetchOnce(network, { tables })).toMatchObject({ kind: 'interrupted', received: 40_000 });
    expect(await fetchOnce(network, { tables })).toEqual({ kind: 'verified' });
    await expectVerified();
    expect((await world.db.segments.toArray()).every(({ data }) => data instanceof ArrayBuffer)).toBe(true);
  });
});

describe('what is not the file', () => {
  test('bytes with the wrong hash are dropped and fetched anew', async () => {
    const sent = bytes.slice();
    sent[SIZE - 1] = (sent[SIZE - 1] ?? 0) ^ 1;
    expect(await fetchOnce(createFakeNetwork({ file: () => ({ bytes, etag, sent }) }))).toEqual({ kind: 'corrupt' });
    expect(await readBack()).toHaveLength(0);
    const network = serving();
    expect(await fetchOnce(network)).toEqual({ kind: 'verified' });
    expect(network.requests[0]?.range).toBeNull();
  });

  test('blobs vanish or come back empty (dexie#1305, dexie#1638, uppy#3343): bytes that the disk lost are found by reading back', async () => {
    await fetchOnce(serving(() => ({ kind: 'cut', after: 90_000 })));
    await world.db.segments.update([id, 16_384], { data: new Blob() });
    expect(await fetchOnce(serving())).toEqual({ kind: 'corrupt' });
    expect(await fetchOnce(serving())).toEqual({ kind: 'verified' });
    await expectVerified();
  });

  test('another representation starts over: If-Range does not match', async () => {
    const old = randomBytes(SIZE, seeded(9));
    const oldEtag = await etagOf(old);
    const before = createFakeNetwork({
      file: () => ({ bytes: old, etag: oldEtag }),
      fault: () => ({ kind: 'cut', after: 50_000 }),
    });
    await fetchOnce(before);
    const network = serving();
    expect(await fetchOnce(network)).toEqual({ kind: 'verified' });
    expect(network.requests).toMatchObject([{ range: 'bytes=50000-', ifRange: oldEtag }]);
    await expectVerified();
  });

  test('a 200 starts over, with the same ETag too', async () => {
    await fetchOnce(serving(() => ({ kind: 'cut', after: 50_000 })));
    const network = serving(() => ({ kind: 'cut', after: 20_000 }), { ignoresRanges: true });
    expect(await fetchOnce(network)).toMatchObject({ kind: 'interrupted', received: 20_000 });
    expect(await readBack()).toEqual(bytes.slice(0, 20_000));
  });

  test('a 416 begins anew in the same go', async () => {
    await fetchOnce(serving(() => ({ kind: 'cut', after: 50_000 })));
    const refusal = () => new Response(null, { status: 416, headers: { 'content-range': `bytes */${SIZE}` } });
    const faults: Fault[] = [{ kind: 'answer', make: refusal }];
    const network = serving(() => faults.pop());
    expect(await fetchOnce(network)).toEqual({ kind: 'verified' });
    expect(network.requests.map(({ range }) => range)).toEqual(['bytes=50000-', null]);
    await expectVerified();
  });

  test('a 206 of another place or file is not taken', async () => {
    for (const headers of [
      { etag, 'content-range': `bytes 0-${SIZE - 1}/${SIZE}` },
      { etag, 'content-range': `bytes 50000-${SIZE}/${SIZE + 1}` },
      { etag: `"${'0'.repeat(64)}"`, 'content-range': `bytes 50000-${SIZE - 1}/${SIZE}` },
    ]) {
      await fetchOnce(serving(() => ({ kind: 'cut', after: 50_000 })));
      const faults: Fault[] = [{ kind: 'answer', make: () => new Response('x', { status: 206, headers }) }];
      expect(await fetchOnce(serving(() => faults.pop() ?? { kind: 'cut', after: 10 }))).toMatchObject({
        received: 10,
      });
      await world.tables.discard({ copyId: id, etag });
    }
  });

  test('more than was announced is dropped', async () => {
    const sent = new Uint8Array([...bytes, 1]);
    expect(await fetchOnce(createFakeNetwork({ file: () => ({ bytes, etag, sent }) }))).toEqual({ kind: 'corrupt' });
    expect(await readBack()).toHaveLength(0);
  });

  test.each<[string, ResponseInit, DownloadOutcome]>([
    ['bytes passed through from a provider', { headers: { 'content-length': '5' } }, { kind: 'not_stored' }],
    ['a weak ETag', { headers: { etag: `W/"${'0'.repeat(64)}"`, 'content-length': '5' } }, { kind: 'not_stored' }],
    ["a captive portal's page", { headers: { 'content-type': 'text/html' } }, { kind: 'not_stored' }],
    ['a session that ended', { status: 401 }, { kind: 'unauthorized' }],
    ['a video that is gone', { status: 404 }, { kind: 'refused', status: 404 }],
    [
      'a server that is busy',
      { status: 503, headers: { 'retry-after': '7' } },
      { kind: 'interrupted', answered: true, received: 0, retryAfterMs: 7_000 },
    ],
  ])('%s leaves nothing behind', async (_, init, expected) => {
    const network = serving(() => ({ kind: 'answer', make: () => new Response('hello', init) }));
    expect(await fetchOnce(network)).toEqual(expected);
    expect(await world.tables.copy(id)).toBeUndefined();
  });
});

describe('others at the same time', () => {
  test('a copy removed meanwhile stays removed', async () => {
    const done = fetchOnce(serving(() => ({ kind: 'stall', after: 3_000 })));
    await expect.poll(async () => (await world.tables.copy(id))?.received, { interval: 5 }).toBe(3_000);
    expect(await world.keep.remove(id)).toBe(true);
    await done;
    expect(await world.tables.copy(id)).toMatchObject({ state: 'removed', received: 0, etag: '' });
    expect(await fetchOnce(serving())).toEqual({ kind: 'superseded' });
    expect(await readBack()).toHaveLength(0);
  });

  test('two downloads of one copy never overlap', async () => {
    const network = serving(undefined, { chunk: 3_000 });
    const outcomes = await Promise.all([fetchOnce(network), fetchOnce(network)]);
    expect(outcomes).toContainEqual({ kind: 'verified' });
    await expectVerified();
  });
});
