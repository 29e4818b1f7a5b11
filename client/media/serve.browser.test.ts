import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { VideoId } from '../../sync/ids.ts';
import { asText, expectedReply, rangeRequests, readRangeReply } from '../../tests/support/range-oracle.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { createMediaServer, type MediaServerDeps } from './serve.ts';
import { createMediaWorld, etagOf, type MediaWorld, newVideoId, randomBytes, seeded } from './testing/media-world.ts';

const SIZE = 10_000;
const bytes = randomBytes(SIZE, seeded(5));

let world: MediaWorld;
let id: VideoId;
let etag: string;
let asked: string[];
let later: Promise<unknown>[];

beforeEach(async () => {
  world = await createMediaWorld();
  etag = await etagOf(bytes);
  id = await world.addVideo({ sha256: etag.slice(1, -1) });
  [asked, later] = [[], []];
});
afterEach(() => world.destroy());

/** Writes a verified copy whose segments end where `cuts` say. */
async function keep(cuts: readonly number[], as: 'blob' | 'buffer' = 'blob', contentType = 'video/mp4'): Promise<void> {
  await world.tables.begin({ copyId: id, etag, contentType, total: SIZE });
  let offset = 0;
  for (const end of [...cuts, SIZE]) {
    const piece = bytes.slice(offset, end);
    await world.tables.append({ copyId: id, etag, offset }, as === 'blob' ? new Blob([piece]) : piece.buffer);
    offset = end;
  }
  await world.tables.setVerified({ copyId: id, etag });
}

const server = (deps: Partial<MediaServerDeps> = {}) =>
  createMediaServer({
    tables: async () => world.tables,
    network: async ({ url }) => {
      asked.push(new URL(url).pathname);
      return new Response('from the network');
    },
    onStorageError: () => undefined,
    ...deps,
  });

const offline: Partial<MediaServerDeps> = { network: () => Promise.reject(new TypeError('Failed to fetch')) };

function request(headers: HeadersInit = {}, method = 'GET', of: VideoId = id): Request {
  return new Request(`/media/${of}`, { method, headers });
}

async function bodyOf(response: Response): Promise<Uint8Array> {
  return new Uint8Array(await response.arrayBuffer());
}

describe.each<[string, 'blob' | 'buffer', readonly number[]]>([
  ['one segment', 'blob', []],
  ['many Blobs', 'blob', [1, 1_000, 4_096, 9_999]],
  ['many buffers', 'buffer', [1, 1_000, 4_096, 9_999]],
])('a verified copy in %s', (_, as, cuts) => {
  beforeEach(() => keep(cuts, as));

  test.each<[string, number, number]>([
    ['bytes=0-', 0, SIZE],
    ['bytes=0-0', 0, 1],
    ['bytes=1-999', 1, 1_000],
    ['bytes=999-1000', 999, 1_001],
    ['bytes=4096-', 4_096, SIZE],
    ['bytes=9999-9999', 9_999, SIZE],
    ['bytes=9000-20000', 9_000, SIZE],
    ['bytes=-1', 9_999, SIZE],
    ['bytes=-500', 9_500, SIZE],
    ['bytes=-99999', 0, SIZE],
  ])('answers %s with exactly that slice', async (range, start, end) => {
    const response = await server(offline).media(id, request({ range }));
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${SIZE}`);
    expect(response.headers.get('content-length')).toBe(String(end - start));
    expect(await bodyOf(response)).toEqual(bytes.slice(start, end));
  });

  test('answers any range like a slice of the whole', async () => {
    const random = seeded(11);
    for (let round = 0; round < 60; round++) {
      const start = Math.floor(random() * SIZE);
      const end = start + Math.floor(random() * 1.2 * (SIZE - start));
      const response = await server(offline).media(id, request({ range: `bytes=${start}-${end}` }));
      expect(await bodyOf(response)).toEqual(bytes.slice(start, Math.min(SIZE, end + 1)));
    }
  });

  test('[RFC 9110] any request for a range is answered as the RFC has it', async () => {
    const judged = { bytes: asText(bytes), etag };
    const { media } = server(offline);
    await fc.assert(
      fc.asyncProperty(rangeRequests(SIZE, etag), async ({ method, headers }) => {
        const reply = await readRangeReply(await media(id, request(headers, method)));
        expect(reply).toMatchObject(expectedReply({ method, headers }, judged));
      }),
      { numRuns: 150 },
    );
  });

  test.each(['', 'bytes=', 'bytes=5', 'bytes=9-3', 'bytes=0-1,5-6', 'items=0-1'])(
    'answers %j in full',
    async (range) => {
      const response = await server(offline).media(id, request(range === '' ? {} : { range }));
      expect(response.status).toBe(200);
      expect(Object.fromEntries(response.headers)).toEqual({
        'accept-ranges': 'bytes',
        'cache-control': 'private, no-cache',
        'content-length': String(SIZE),
        'content-type': 'video/mp4',
        'x-content-type-options': 'nosniff',
        etag,
      });
      expect(await bodyOf(response)).toEqual(bytes);
    },
  );

  test.each(['bytes=10000-', 'bytes=-0'])('refuses %s, saying the size', async (range) => {
    const response = await server(offline).media(id, request({ range }));
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
  });

  test('obeys If-Range and If-None-Match', async () => {
    const { media } = server(offline);
    expect((await media(id, request({ range: 'bytes=0-1', 'if-range': etag }))).status).toBe(206);
    expect((await media(id, request({ range: 'bytes=0-1', 'if-range': '"else"' }))).status).toBe(200);
    expect((await media(id, request({ 'if-none-match': etag }))).status).toBe(304);
  });

  test('answers HEAD without reading a segment', async () => {
    const tables: MediaTables = { ...world.tables, segment: () => Promise.reject(new Error('read')) };
    const response = await server({ ...offline, tables: async () => tables }).media(id, request({}, 'HEAD'));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(SIZE));
    expect(response.body).toBeNull();
  });
});

describe('which copy answers', () => {
  test('[ID-1] an alias leads to the copy of its video', async () => {
    await keep([500]);
    const before = newVideoId();
    await world.db.aliases.put({ from: before, to: id });
    expect(await bodyOf(await server(offline).media(before, request({}, 'GET', before)))).toEqual(bytes);
  });

  test('[ID-1] a row that took another id keeps its bytes', async () => {
    await keep([500]);
    await world.db.videos.delete(id);
    const canonical = await world.addVideo({ copyId: id });
    expect(await bodyOf(await server(offline).media(canonical, request({}, 'GET', canonical)))).toEqual(bytes);
  });

  test('a partial copy leaves it to the network', async () => {
    await world.tables.begin({ copyId: id, etag, contentType: 'video/mp4', total: SIZE });
    await world.tables.append({ copyId: id, etag, offset: 0 }, new Blob([bytes.slice(0, 10)]));
    expect(await (await server().media(id, request())).text()).toBe('from the network');
  });

  test.each([0, 500, 700])('a copy that lost its segment at %i leaves it to the network', async (offset) => {
    await keep([500, 700]);
    await world.db.segments.delete([id, offset]);
    expect(await (await server().media(id, request())).text()).toBe('from the network');
    expect(await world.tables.withoutCopy()).toEqual([id]);
  });

  test('a stream breaks off where a segment was lost, and never closes short', async () => {
    await keep([500, 700], 'buffer');
    await world.db.segments.delete([id, 500]);
    await expect(bodyOf(await server().media(id, request()))).rejects.toThrow();
  });

  test('nobody signed in, or a database that fails, leaves it to the network', async () => {
    await keep([]);
    const errors: unknown[] = [];
    expect(await (await server({ tables: async () => null }).media(id, request())).text()).toBe('from the network');
    const failing = server({
      tables: () => Promise.reject(new Error('closed')),
      onStorageError: (e) => errors.push(e),
    });
    expect(await (await failing.media(id, request())).text()).toBe('from the network');
    expect(errors).toHaveLength(1);
  });

  test('offline with nothing here says so', async () => {
    const response = await server(offline).media(id, request());
    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ success: false, code: 'offline' });
  });

  test('bytes that are no video never run as a page of this origin', async () => {
    await keep([], 'blob', 'text/html');
    expect((await server(offline).media(id, request())).headers.get('content-type')).toBe('application/octet-stream');
  });
});

describe('a poster', () => {
  const picture = () => new Response('picture', { headers: { 'content-type': 'image/webp' } });
  const ask = (deps: Partial<MediaServerDeps>, of = id) =>
    server(deps).poster(of, new Request(`/media/${of}/poster`), (work) => later.push(work));

  test('comes from the network once and is kept', async () => {
    expect(await (await ask({ network: async () => picture() })).text()).toBe('picture');
    await Promise.all(later);
    const kept = await ask(offline);
    expect(await kept.text()).toBe('picture');
    expect(kept.headers.get('content-type')).toBe('image/webp');
  });

  test('is not kept where it is no picture, or of no video here', async () => {
    await ask({ network: async () => new Response('<html>', { headers: { 'content-type': 'text/html' } }) });
    await ask({ network: async () => new Response('<svg/>', { headers: { 'content-type': 'image/svg+xml' } }) });
    await ask({ network: async () => picture() }, newVideoId());
    await Promise.all(later);
    expect(await world.db.posters.count()).toBe(0);
  });

  test('[ID-1] is found under the id it had before', async () => {
    const before = newVideoId();
    await world.db.aliases.put({ from: before, to: id });
    await world.tables.putPoster({ videoId: id, data: new Blob(['p']), contentType: 'image/webp' });
    expect(await (await ask(offline, before)).text()).toBe('p');
  });

  test('offline with nothing here is a transparent pixel', async () => {
    const response = await ask(offline);
    const image = await createImageBitmap(await response.blob());
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context?.drawImage(image, 0, 0);
    expect([...(context?.getImageData(0, 0, 1, 1).data ?? [])]).toEqual([0, 0, 0, 0]);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});
