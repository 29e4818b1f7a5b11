import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import type { VideoId } from '../../sync/ids.ts';
import { saveCause } from '../../sync/save-state.ts';
import { createCommands } from '../data/commands.ts';
import type { UploadRecord } from '../data/database.ts';
import { writeKeeping } from '../data/keeping.ts';
import type { NetworkFacts } from '../data/network.ts';
import type { BrowserPorts } from './browser-ports.ts';
import type { LoopEnd } from './pass-loop.ts';
import { createMediaWorld, etagOf, type MediaWorld, randomBytes, seeded } from './testing/media-world.ts';
import { createTusStandIn, type TusFault, type TusRequest, type TusStandIn, tus } from './testing/tus-stand-in.ts';
import { createMediaUploader, type MediaUploader } from './uploader.ts';

const KIB = 1024;
const SIZE = 1500 * KIB;
const FAST = 100;

let world: MediaWorld;
let bytes: Uint8Array<ArrayBuffer>;
let server: TusStandIn;
let fault: (request: TusRequest, n: number) => TusFault | undefined;
let ends: LoopEnd[];
let uploaders: MediaUploader[];

beforeEach(async () => {
  world = await createMediaWorld();
  bytes = randomBytes(SIZE, seeded(3));
  fault = () => undefined;
  server = standIn();
  [ends, uploaders] = [[], []];
});
afterEach(async () => {
  await Promise.all(uploaders.map((uploader) => uploader.stop()));
  await world.destroy();
});

function standIn(time?: (bytes: number, signal: AbortSignal) => Promise<void>): TusStandIn {
  return createTusStandIn({
    fault: (request, n) => fault(request, n),
    onWhole: (id, sha256) => world.hear(id as VideoId, { mediaState: 'stored', sha256 }),
    ...(time && { time }),
  });
}

/** Time runs a hundred times as fast, so that backing off can be watched. */
function uploaderOf(ports: Partial<BrowserPorts> = {}): MediaUploader {
  const uploader = createMediaUploader({
    db: world.db,
    user: world.db.user,
    signal: new AbortController().signal,
    maySteal: () => false,
    onEvent: () => undefined,
    onEnd: (end) => ends.push(end),
    ports: {
      fetch: (url, init) => server.fetch(url, init),
      wait: (ms, signal) => waitReal(ms / FAST, signal),
      clock: () => performance.now() * FAST,
      random: seeded(1),
      estimate: async () => null,
      network: () => ({ saveData: false, type: null }),
      ...ports,
    },
  });
  uploaders.push(uploader);
  return uploader;
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

/** So slow that the smallest part takes its ten seconds. */
const atSmallestParts = (sent: number, signal: AbortSignal) => waitReal(((sent / (256 * KIB)) * 10_000) / FAST, signal);

/** A video that a person imported here and that the server has only heard of. */
async function imported(content = bytes): Promise<VideoId> {
  const id = await world.addVideo({ origin: 'imported', mediaState: 'none', storedAt: null });
  await world.addCopy(id, content, 400 * KIB);
  return id;
}

/** The server has a part of it already. */
async function begunElsewhere(id: VideoId, part: Uint8Array<ArrayBuffer>): Promise<{ readonly url: string }> {
  const total = (await world.tables.copy(id))?.total ?? 0;
  const headers = {
    'tus-resumable': '1.0.0',
    'upload-length': String(total),
    'upload-metadata': `videoId ${btoa(id)},sha256 ${btoa('of it')}`,
  };
  const answer = await server.fetch('/api/uploads', { method: 'POST', headers });
  const url = new URL(answer.headers.get('location') ?? '').pathname;
  const begun = server.uploads.get(url);
  if (begun) begun.bytes = part;
  server.requests.length = 0;
  return { url };
}

async function record(id: VideoId): Promise<UploadRecord> {
  const { copyId, total = 0 } = { copyId: id, ...(await world.tables.copy(id)) };
  const epoch = (await row(id)).received?.epoch;
  if (!epoch) throw new Error('not acknowledged');
  return { copyId, videoId: id, epoch, url: null, offset: 0, total, limit: null, at: Date.now(), wished: false };
}

const ofKind = (method: string) => server.requests.filter((request) => request.method === method);
const row = async (id: VideoId) => {
  const found = await world.db.videos.get(id);
  if (!found) throw new Error('gone');
  return found;
};
const cause = async (id: VideoId) => saveCause(await row(id), (await row(id)).received?.epoch ?? null);
const isSynced = async (id: VideoId) => (await row(id)).saveState === 'synced';
const arrives = (id: VideoId, timeout = 10_000) =>
  expect.poll(() => isSynced(id), { timeout, message: 'synced' }).toBe(true);
const isIdle = () => expect.poll(() => ends.at(-1)?.kind).toBe('idle');

describe('an import', () => {
  test('is sent whole, with its hash, and no byte of it twice', async () => {
    const id = await imported();
    uploaderOf().kick();
    await arrives(id);
    await isIdle();
    expect(server.whole().get(id)).toEqual(bytes);
    expect([...server.uploads.values()].map(({ sha256 }) => `"${sha256}"`)).toEqual([await etagOf(bytes)]);
    expect(server.taken()).toBe(SIZE);
    expect(await world.db.uploads.count()).toBe(0);
    expect((await row(id)).offer).toBeUndefined();
  });

  test('kept as buffers, where a browser keeps no Blobs, is sent the same', async () => {
    const id = await imported();
    await world.db.segments.toCollection().modify((segment, ref) => {
      ref.value = { ...segment, data: new ArrayBuffer(segment.length) };
    });
    let offset = 0;
    for (const at of await world.tables.offsets(id)) {
      const segment = await world.tables.segment(id, at);
      const length = segment?.length ?? 0;
      if (segment) await world.db.segments.put({ ...segment, data: bytes.slice(offset, offset + length).buffer });
      offset += length;
    }
    uploaderOf().kick();
    await arrives(id);
    expect(server.whole().get(id)).toEqual(bytes);
  });

  test('nothing before a kick, nothing that the server has, has not heard of, or that a person wants gone', async () => {
    const stored = await world.addVideo({ sha256: 'x' });
    await world.addCopy(stored, bytes);
    const unheard = await imported();
    await world.db.videos.update(unheard, { received: null });
    const unwanted = await imported();
    await world.db.videos.update(unwanted, { fields: { purgeRequestedAt: [1, ZERO_STAMP] } });
    const absent = await world.addVideo({ origin: 'imported', mediaState: 'none' });
    const uploader = uploaderOf();
    await waitReal(50, new AbortController().signal);
    expect(ends).toEqual([]);
    uploader.kick();
    await isIdle();
    expect([server.requests, await isSynced(absent)]).toEqual([[], false]);
  });

  test('the oldest first; one that a person asks for goes before', async () => {
    const [old, young, wished] = [
      await imported(bytes.slice(0, 1000)),
      await imported(bytes.slice(0, 2000)),
      await imported(bytes.slice(0, 3000)),
    ];
    await uploaderOf().send(wished);
    await Promise.all([old, young, wished].map((id) => arrives(id)));
    expect([...server.uploads.values()].map(({ videoId }) => videoId)).toEqual([wished, old, young]);
  });

  test('what is in the trash goes as well, after all else: it can be restored on any device', async () => {
    const trashed = await imported(bytes.slice(0, 1000));
    const others = [await imported(bytes.slice(0, 2000)), await imported(bytes.slice(0, 3000))];
    await createCommands(world.db, () => undefined).moveToTrash([trashed]);
    uploaderOf().kick();
    await expect.poll(() => server.whole().get(trashed)).toEqual(bytes.slice(0, 1000));
    expect([...server.uploads.values()].map(({ videoId }) => videoId)).toEqual([...others, trashed]);
  });

  test.each([
    ['Wi-Fi only', { saveData: false, type: 'cellular' }, true],
    ['data saver', { saveData: true, type: null }, false],
  ])('%s: much waits for another network, a little and what a person asks for goes', async (_, facts, wifiOnly) => {
    const [large, small, wished] = [await imported(), await imported(bytes.slice(0, 1000)), await imported()];
    let said: NetworkFacts = facts;
    await writeKeeping(world.db, { wifiOnly });
    const uploader = uploaderOf({ network: () => said });
    uploader.kick();
    await arrives(small);
    await uploader.send(wished);
    await arrives(wished);
    expect(await isSynced(large)).toBe(false);
    said = { saveData: false, type: 'wifi' };
    uploader.restart();
    await arrives(large);
  });

  test('[ID-1] that is another name of a video goes on under that one', async () => {
    const id = await imported();
    const copy = { ...(await row(id)), id: await world.addVideo({ origin: 'imported', mediaState: 'none' }) };
    let patches = 0;
    fault = ({ method }) => {
      if (method === 'PATCH') patches += 1;
      return patches === 2 && method === 'PATCH' ? { kind: 'silence' } : undefined;
    };
    const uploader = uploaderOf();
    uploader.kick();
    await expect.poll(() => patches).toBe(2);
    await uploader.stop();
    await world.db.videos.delete(id);
    await world.db.videos.put(copy);
    await world.db.aliases.put({ from: id, to: copy.id });
    server.uploads.forEach((upload, url) => void server.uploads.set(url, { ...upload, videoId: copy.id }));
    uploaderOf().kick();
    await arrives(copy.id);
    expect([ofKind('POST').length, server.taken()]).toEqual([1, SIZE]);
  });
});

describe('rescue', () => {
  test('provider link expired before it was saved (openchat#107, grok2api#655): the device that has the bytes sends them', async () => {
    const id = await world.addVideo({ mediaState: 'failed', mediaError: 'The provider answered 404' });
    await world.addCopy(id, bytes);
    expect((await row(id)).saveState).toBe('failed');
    uploaderOf().kick();
    await arrives(id);
    expect(server.whole().get(id)).toEqual(bytes);
  });

  test('goes on though the server began to fetch meanwhile; a video just made is left to the server', async () => {
    const id = await world.addVideo({ mediaState: 'failed', mediaError: 'gone' });
    await world.addCopy(id, bytes);
    const fresh = await world.addVideo({ mediaState: 'storing' });
    const { create } = await row(fresh);
    await world.db.videos.update(fresh, { create: { ...create, createdAt: Date.now() } });
    await world.addCopy(fresh, bytes);
    fault = ({ method }) => {
      if (method === 'PATCH') void world.hear(id, { mediaState: 'storing', mediaError: null });
      return undefined;
    };
    uploaderOf().kick();
    await arrives(id);
    await isIdle();
    expect([...server.uploads.values()].map(({ videoId }) => videoId)).toEqual([id]);
  });

  test('what the server judged after it had all of it is not sent again by itself, but when asked', async () => {
    const id = await imported();
    const verdict = { mediaState: 'failed', mediaError: 'The file is not a video' };
    server = createTusStandIn({ onWhole: (video) => world.hear(video as VideoId, verdict) });
    const uploader = uploaderOf();
    uploader.kick();
    await expect.poll(() => cause(id)).toMatchObject({ kind: 'not_stored', message: 'The file is not a video' });
    for (let n = 0; n < 5; n++) {
      uploader.kick();
      await isIdle();
    }
    expect(ofKind('POST')).toHaveLength(1);
    expect(await uploader.send(id)).toBe(true);
    await expect.poll(() => server.taken()).toBe(2 * SIZE);
    await isIdle();
  });
});

describe('truth', () => {
  test('other bytes at the server: failed with that cause, and the copy stays', async () => {
    const id = await imported();
    server = createTusStandIn({
      onWhole: (video) => world.hear(video as VideoId, { mediaState: 'stored', sha256: 'f'.repeat(64) }),
    });
    uploaderOf().kick();
    await expect.poll(() => cause(id)).toEqual({ kind: 'bytes_differ' });
    await isIdle();
    expect([(await row(id)).saveState, (await world.tables.copy(id))?.state]).toEqual(['failed', 'verified']);
    expect(await world.db.uploads.count()).toBe(0);
  });

  test('bytes that cannot be read here any more: failed with that cause', async () => {
    const id = await imported();
    await world.db.segments.delete([id, 400 * KIB]);
    uploaderOf().kick();
    await expect.poll(() => cause(id)).toMatchObject({ kind: 'bytes_refused', code: 'unreadable' });
    expect((await row(id)).saveState).toBe('failed');
  });

  test('what the server refuses is failed with its reason, holds up nothing, and is tried again when asked', async () => {
    const id = await imported();
    const other = await imported(bytes.slice(0, 1000));
    const refusal = { success: false, error: 'At most 5 GB', code: 'too_large' };
    fault = ({ method, headers }) =>
      method === 'POST' && headers.get('upload-length') === String(SIZE)
        ? { kind: 'answer', make: () => tus(413, {}, refusal) }
        : undefined;
    const uploader = uploaderOf();
    uploader.kick();
    await arrives(other);
    expect(await cause(id)).toEqual({ kind: 'bytes_refused', code: 'too_large', message: 'At most 5 GB' });
    fault = () => undefined;
    await uploader.send(id);
    await arrives(id);
  });
});

describe('upload starts over at 95 % (immich#4292, tusd#234)', () => {
  test('killed at 95 %: at most one part again', async () => {
    const large = randomBytes(5_000 * KIB, seeded(4));
    const id = await imported(large);
    server = standIn(atSmallestParts);
    const first = uploaderOf();
    fault = ({ method, headers }) =>
      method === 'PATCH' && Number(headers.get('upload-offset')) > 0.95 * large.length ? { kind: 'hang' } : undefined;
    first.kick();
    await expect.poll(() => server.taken() / large.length, { timeout: 10_000 }).toBeGreaterThan(0.95);
    await first.stop();
    const before = server.requests.length;
    fault = () => undefined;
    uploaderOf().kick();
    await arrives(id);
    const later = server.requests.slice(before);
    expect(later[0]?.method).toBe('HEAD');
    expect(later.reduce((sum, { bytes: sent }) => sum + sent, 0)).toBeLessThan(0.05 * large.length);
    expect([server.taken(), ofKind('POST').length]).toEqual([large.length, 1]);
  });

  test('killed at random points, again and again: every byte is taken once', async () => {
    const random = seeded(11);
    const id = await imported();
    server = standIn(async (_, signal) => waitReal(5, signal));
    for (let n = 0; n < 40 && !(await isSynced(id)); n++) {
      fault = () => (random() < 0.3 ? { kind: random() < 0.5 ? 'silence' : 'lost_answer' } : undefined);
      const uploader = uploaderOf();
      uploader.kick();
      await waitReal(random() * 40, new AbortController().signal);
      await uploader.stop();
    }
    fault = () => undefined;
    uploaderOf().kick();
    await arrives(id);
    expect(server.whole().get(id)).toEqual(bytes);
    expect(server.taken()).toBe(SIZE);
  });
});

describe('upload stops at a proxy’s body limit (immich PR#26026)', () => {
  test('413 halves the part, and that is remembered', async () => {
    const id = await imported();
    const limit = 100 * KIB;
    fault = ({ bytes: sent }) =>
      sent > limit ? { kind: 'answer', make: () => new Response('', { status: 413 }) } : undefined;
    const first = uploaderOf();
    first.kick();
    await expect.poll(() => server.taken()).toBeGreaterThan(0);
    await first.stop();
    const refused = server.requests.filter(({ bytes: sent }) => sent > limit).length;
    uploaderOf().kick();
    await arrives(id);
    expect(server.requests.filter(({ bytes: sent }) => sent > limit)).toHaveLength(refused);
    expect(server.taken()).toBe(SIZE);
  });

  test('one that lets nothing through is told of, and others go on', async () => {
    const id = await imported();
    fault = ({ bytes: sent }) =>
      sent > 0 ? { kind: 'answer', make: () => new Response('', { status: 413 }) } : undefined;
    uploaderOf().kick();
    await expect.poll(() => cause(id), { timeout: 10_000 }).toMatchObject({ kind: 'unanswered_well' });
  });
});

describe('answers', () => {
  const once = (status: number) => {
    let left = 1;
    fault = ({ method }) =>
      method === 'PATCH' && server.taken() > 0 && left-- > 0 ? { kind: 'answer', make: () => tus(status) } : undefined;
  };

  test('409 asks for the offset, or goes on from the one that it says', async () => {
    const id = await imported();
    once(409);
    uploaderOf().kick();
    await arrives(id);
    expect([ofKind('HEAD').length, server.taken()]).toEqual([1, SIZE]);
    const other = await imported(bytes.slice(0, 400 * KIB));
    const { url } = await begunElsewhere(other, bytes.slice(0, 1000));
    await world.tables.copy(other);
    fault = ({ method }) =>
      method === 'HEAD'
        ? { kind: 'answer', make: () => tus(200, { 'upload-offset': '0', 'upload-length': String(400 * KIB) }) }
        : undefined;
    await world.db.uploads.put({ ...(await record(other)), url });
    uploaderOf().kick();
    await arrives(other);
    expect(server.whole().get(other)).toEqual(bytes.slice(0, 400 * KIB));
  });

  test('an upload that another device began is gone on with', async () => {
    const id = await imported();
    const { url } = await begunElsewhere(id, bytes.slice(0, SIZE - 5000));
    fault = ({ method }) =>
      method === 'POST'
        ? { kind: 'answer', make: () => tus(201, { location: url, 'upload-offset': String(SIZE - 5000) }) }
        : undefined;
    uploaderOf().kick();
    await arrives(id);
    expect(server.requests.map(({ method, bytes: sent }) => [method, sent])).toEqual([
      ['POST', 0],
      ['PATCH', 5000],
    ]);
  });

  test.each(['already_stored', 'stored_otherwise'])('%s waits for the exchange that tells of it', async (code) => {
    const id = await imported();
    fault = ({ method }) =>
      method === 'POST' ? { kind: 'answer', make: () => tus(409, {}, { success: false, error: '', code }) } : undefined;
    const uploader = uploaderOf();
    uploader.kick();
    await isIdle();
    expect([(await row(id)).saveState, server.taken()]).toEqual(['pending', 0]);
    const sha256 = code === 'already_stored' ? (await etagOf(bytes)).slice(1, -1) : 'e'.repeat(64);
    await world.hear(id, { mediaState: 'stored', sha256 });
    uploader.kick();
    await expect.poll(() => cause(id)).toEqual({ kind: code === 'already_stored' ? 'safe' : 'bytes_differ' });
    expect((await world.tables.copy(id))?.state).toBe('verified');
  });

  test('423 waits, then asks', async () => {
    const id = await imported();
    const asked: number[] = [];
    fault = ({ method }) => {
      if (method === 'HEAD') asked.push(performance.now());
      if (method !== 'PATCH' || server.taken() === 0 || asked.length > 0) return undefined;
      asked.push(performance.now());
      return { kind: 'answer', make: () => tus(423, { 'retry-after': '30' }) };
    };
    uploaderOf().kick();
    await arrives(id);
    const [refusedAt = 0, askedAt = 0] = asked;
    expect(((askedAt - refusedAt) * FAST) / 1000).toBeGreaterThan(29);
    expect([ofKind('HEAD').length, server.taken()]).toEqual([1, SIZE]);
  });

  test('460 sends the part again', async () => {
    const id = await imported();
    let garbled = 1;
    const { fetch } = server;
    uploaderOf({
      fetch: (url, init) => {
        if (init.body instanceof Blob && server.taken() > 0 && garbled-- > 0) {
          return fetch(url, { ...init, body: new Blob([new Uint8Array(init.body.size)]) });
        }
        return fetch(url, init);
      },
    }).kick();
    await arrives(id);
    expect(server.whole().get(id)).toEqual(bytes);
    expect(ofKind('HEAD')).toHaveLength(0);
  });

  test.each([404, 410])('%d begins anew', async (status) => {
    const id = await imported();
    once(status);
    uploaderOf().kick();
    await arrives(id);
    expect(ofKind('POST')).toHaveLength(2);
    expect(server.whole().get(id)).toEqual(bytes);
  });

  test('a 404 of something on the way begins nothing anew', async () => {
    const id = await imported();
    let left = 3;
    fault = ({ method }) =>
      method !== 'POST' && left-- > 0 ? { kind: 'answer', make: () => new Response('', { status: 404 }) } : undefined;
    uploaderOf().kick();
    await arrives(id);
    expect(ofKind('POST')).toHaveLength(1);
  });

  test('401 stops until the next kick, and then goes on where it was', async () => {
    const id = await imported();
    fault = ({ method }) =>
      method === 'PATCH' && server.taken() > 0 ? { kind: 'answer', make: () => tus(401) } : undefined;
    const uploader = uploaderOf();
    uploader.kick();
    await expect.poll(() => ends.at(-1)?.kind).toBe('unauthorized');
    const count = server.requests.length;
    await waitReal(100, new AbortController().signal);
    expect(server.requests).toHaveLength(count);
    fault = () => undefined;
    uploader.kick();
    await arrives(id);
    expect(server.taken()).toBe(SIZE);
  });

  test('a captive portal’s HTML 200 never counts as sent, for any request', async () => {
    const id = await imported();
    let portal = 12;
    fault = () =>
      portal-- > 0 && portal % 3 !== 0
        ? {
            kind: 'answer',
            make: () => new Response('<html>Sign in</html>', { headers: { 'content-type': 'text/html' } }),
          }
        : undefined;
    const uploader = uploaderOf();
    uploader.kick();
    await arrives(id);
    expect(server.whole().get(id)).toEqual(bytes);
    expect(server.taken()).toBe(SIZE);
  });

  test('500 three times is failed with its cause, and sending goes on', async () => {
    const id = await imported();
    let broken = true;
    fault = ({ method }) => (broken && method === 'PATCH' ? { kind: 'answer', make: () => tus(500) } : undefined);
    uploaderOf().kick();
    await expect.poll(() => cause(id), { timeout: 10_000 }).toMatchObject({ kind: 'unanswered_well' });
    broken = false;
    await arrives(id, 20_000);
  });

  test('no answer is never failed: that is being offline', async () => {
    const id = await imported();
    fault = () => ({ kind: 'silence' });
    const uploader = uploaderOf();
    uploader.kick();
    await expect
      .poll(() => ends.filter(({ kind }) => kind === 'unavailable').length, { timeout: 10_000 })
      .toBeGreaterThan(4);
    expect([(await row(id)).saveState, (await cause(id)).kind]).toEqual(['pending', 'not_offered']);
    fault = () => undefined;
    uploader.restart();
    await arrives(id);
  });

  test('a stalled part is given up and sent again', async () => {
    const id = await imported();
    let left = 1;
    fault = ({ method }) => (method === 'PATCH' && server.taken() > 0 && left-- > 0 ? { kind: 'hang' } : undefined);
    uploaderOf().kick();
    await arrives(id);
    expect(server.taken()).toBe(SIZE);
  });
});

describe('a bad network', () => {
  test('once it is back, what hangs on the old one is not waited for', async () => {
    const id = await imported();
    let hung = 0;
    fault = ({ method }) => (method === 'PATCH' && server.taken() > 0 && hung++ === 0 ? { kind: 'hang' } : undefined);
    const uploader = uploaderOf({ wait: (ms, signal) => waitReal(ms >= 20_000 ? 60_000 : ms / FAST, signal) });
    uploader.kick();
    await expect.poll(() => hung).toBe(1);
    uploader.restart();
    await arrives(id);
    expect(server.taken()).toBe(SIZE);
  });

  test('once it is back, a wait that an answer began is over', async () => {
    const ids = [await imported(), await imported(), await imported(), await imported()];
    fault = () => ({ kind: 'answer', make: () => new Response(null, { status: 503 }) });
    const uploader = uploaderOf({ wait: (_, signal) => waitReal(100_000, signal) });
    uploader.kick();
    await expect.poll(() => ends.at(-1)).toMatchObject({ kind: 'unavailable', answered: true });
    fault = () => undefined;
    uploader.restart();
    for (const id of ids) await arrives(id);
  });

  test('connections cut every 20 s at 100 KB/s still get it through', async () => {
    const large = randomBytes(12_000 * KIB, seeded(5));
    const id = await imported(large);
    const began = performance.now();
    const seconds = () => ((performance.now() - began) * FAST) / 1000;
    server = standIn(async (sent, signal) => {
      const life = 20 - (seconds() % 20);
      const takes = sent / 100_000;
      await waitReal((Math.min(takes, life) * 1000) / FAST, signal);
      if (takes > life) throw new TypeError('Failed to fetch');
    });
    uploaderOf().kick();
    await arrives(id, 25_000);
    expect(server.whole().get(id)).toEqual(large);
    const parts = ofKind('PATCH').map(({ bytes: sent }) => sent);
    expect(Math.max(...parts)).toBeLessThan(2_000_000);
    expect(parts.reduce((sum, sent) => sum + sent, 0)).toBeLessThan(2 * large.length);
  });
});

describe('a network that got worse', () => {
  test('parts that no longer come through become smaller until they do', async () => {
    const id = await imported(randomBytes(3_000 * KIB, seeded(6)));
    fault = ({ bytes: sent }) => (sent > 600 * KIB ? { kind: 'silence' } : undefined);
    uploaderOf().kick();
    await arrives(id, 20_000);
  });
});

describe('one uploader', () => {
  test('three tabs and the worker upload once', async () => {
    const ids = [await imported(), await imported(bytes.slice(0, 70_000)), await imported(bytes.slice(0, 300_000))];
    server = standIn((_, signal) => waitReal(3, signal));
    const tabs = [uploaderOf(), uploaderOf(), uploaderOf(), uploaderOf()];
    for (const tab of tabs) tab.kick();
    await Promise.all(ids.map((id) => arrives(id)));
    await expect.poll(() => ends.filter(({ kind }) => kind === 'idle').length).toBe(4);
    expect([ofKind('POST').length, server.taken()]).toEqual([3, SIZE + 370_000]);
    expect(ofKind('HEAD')).toHaveLength(0);
  });

  test('where there are no locks, the server’s 409 and 423 keep two from doing harm', async () => {
    vi.stubGlobal('navigator', {});
    const id = await imported();
    server = standIn((_, signal) => waitReal(3, signal));
    const tabs = [uploaderOf(), uploaderOf()];
    for (const tab of tabs) tab.kick();
    await arrives(id, 20_000);
    vi.unstubAllGlobals();
    expect(server.whole().get(id)).toEqual(bytes);
  });

  test('purged while it is sent: nothing more is sent, and nothing of it stays', async () => {
    const id = await imported();
    server = standIn(atSmallestParts);
    fault = ({ method }) => {
      if (method === 'PATCH' && server.taken() > 0) void world.db.videos.delete(id);
      return undefined;
    };
    const uploader = uploaderOf();
    uploader.kick();
    await isIdle();
    expect(ofKind('PATCH')).toHaveLength(2);
    uploader.kick();
    await expect.poll(() => world.db.uploads.count()).toBe(0);
  });
});
