import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { answer, FILM, FILM_SHA256, POSTER, status } from '../../tests/support/jobs-world.ts';
import type { Person } from '../../tests/support/person.ts';
import { asText, expectedReply, rangeRequests, readRangeReply } from '../../tests/support/range-oracle.ts';
import { createJobLoop } from '../generation/jobs.ts';
import type { GuardedReply, GuardedRequest } from '../media/guarded-fetch.ts';

const web = new Map<string, (request: GuardedRequest) => GuardedReply>();
let world: TestApp;
let owner: Person;
let other: Person;
beforeAll(async () => {
  world = await createTestApp({
    remote: async (url, request = {}) => web.get(url)?.(request) ?? { kind: 'unreachable', message: 'No answer' },
  });
  [owner, other] = [await world.signUp(), await world.signUp()];
});
afterAll(() => world[Symbol.asyncDispose]());

/** A video from a URL of its own. */
async function newVideo(reply?: (request: GuardedRequest) => GuardedReply, prompt = 'A fox'): Promise<string> {
  const url = `https://cdn.example/${crypto.randomUUID()}.mp4`;
  if (reply) web.set(url, reply);
  const stored = await owner.send('POST', '/api/video/store', { prompt, original_url: url });
  return (await stored.json()).data.id;
}

async function storedVideo(prompt?: string): Promise<string> {
  const id = await newVideo(answer(FILM), prompt);
  await createJobLoop(world.deps).runSlice(60_000);
  return id;
}

const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer());
const get = (id: string, headers: Record<string, string> = {}, method = 'GET') =>
  owner.fetch(`/media/${id}`, { method, headers });

describe('a stored video', () => {
  let id: string;
  beforeAll(async () => {
    id = await storedVideo();
  });

  test('comes whole, with its length, its hash as a strong tag, and no coding', async () => {
    const reply = await get(id, { 'accept-encoding': 'gzip, br' });
    expect(reply.status).toBe(200);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'private, no-cache',
      'content-length': String(FILM.length),
      'content-type': 'video/mp4',
      etag: `"${FILM_SHA256}"`,
      'x-content-type-options': 'nosniff',
    });
    expect(reply.headers.has('content-encoding')).toBe(false);
    expect(reply.headers.has('content-disposition')).toBe(false);
    expect(await bytesOf(reply)).toEqual(FILM);
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=100-199', 100, 199],
    ['bytes=1000-', 1000, FILM.length - 1],
    ['bytes=-10', FILM.length - 10, FILM.length - 1],
    ['bytes=1300-99999', 1300, FILM.length - 1],
  ])('%s', async (range, start, end) => {
    const reply = await get(id, { range });
    expect(reply.status).toBe(206);
    expect(reply.headers.get('content-range')).toBe(`bytes ${start}-${end}/${FILM.length}`);
    expect(reply.headers.get('content-length')).toBe(String(end - start + 1));
    expect(await bytesOf(reply)).toEqual(FILM.slice(start, end + 1));
  });

  test('[RFC 9110] any request for a range is answered as the RFC has it', async () => {
    const judged = { bytes: asText(FILM), etag: `"${FILM_SHA256}"` };
    const answered = new Set<number>();
    await fc.assert(
      fc.asyncProperty(rangeRequests(FILM.length, judged.etag), async (request) => {
        const reply = await readRangeReply(await get(id, request.headers, request.method));
        expect(reply).toMatchObject(expectedReply(request, judged));
        answered.add(reply.status);
      }),
      { numRuns: 500 },
    );
    expect([...answered].sort()).toEqual([200, 206, 304, 416]);
  });

  test('a range beyond its end is 416 with its length', async () => {
    const reply = await get(id, { range: `bytes=${FILM.length}-` });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([416, `bytes */${FILM.length}`]);
    expect(await bytesOf(reply)).toHaveLength(0);
  });

  test.each(['bytes=5-2', 'bytes=0-1,4-5', 'items=0-1', 'bytes=x'])('%s is answered in full', async (range) => {
    const reply = await get(id, { range });
    expect([reply.status, (await bytesOf(reply)).length]).toEqual([200, FILM.length]);
  });

  test('If-Range with its tag continues, with another starts over', async () => {
    const [same, another] = [`"${FILM_SHA256}"`, '"another"'];
    expect((await get(id, { range: 'bytes=5-', 'if-range': same })).status).toBe(206);
    expect((await get(id, { range: 'bytes=5-', 'if-range': another })).status).toBe(200);
    expect((await get(id, { range: 'bytes=5-', 'if-range': `W/${same}` })).status).toBe(200);
  });

  test('If-None-Match with its tag is 304', async () => {
    const reply = await get(id, { 'if-none-match': `"${FILM_SHA256}"`, range: 'bytes=0-1' });
    expect([reply.status, reply.headers.get('etag')]).toEqual([304, `"${FILM_SHA256}"`]);
  });

  test('HEAD says the same without opening a blob', async () => {
    let reads = 0;
    const blobs = { ...world.deps.blobs, read: async () => Promise.reject(new Error(`read ${++reads}`)) };
    await using headOnly = await createTestApp({ db: world.deps.db, auth: world.deps.auth, blobs });
    const reply = await headOnly.request(`/media/${id}`, { method: 'HEAD', headers: { cookie: owner.cookie } });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-length')).toBe(String(FILM.length));
    expect(reply.headers.get('etag')).toBe(`"${FILM_SHA256}"`);
    expect([await reply.text(), reads]).toEqual(['', 0]);
    expect((await get(id, { range: 'bytes=0-1' }, 'HEAD')).status).toBe(200);
  });

  test('plays from the trash, and no more once purged', async () => {
    const trashed = await storedVideo();
    await owner.fetch(`/api/video/${trashed}`, { method: 'DELETE' });
    expect((await get(trashed)).status).toBe(200);
    await world.deps.db.sql.execute({ sql: 'UPDATE video SET purged_at = 1 WHERE id = ?', args: [trashed] });
    expect((await get(trashed)).status).toBe(404);
    expect((await owner.fetch(`/media/${trashed}/poster`)).status).toBe(404);
  });

  test('is found under the id that a device first gave it [ID-1]', async () => {
    const alias = crypto.randomUUID();
    await world.deps.db.sql.execute({
      sql: 'INSERT INTO video_alias (user_id, alias_id, id) VALUES (?, ?, ?)',
      args: [owner.id, alias, id],
    });
    expect((await get(alias)).headers.get('etag')).toBe(`"${FILM_SHA256}"`);
    expect((await other.fetch(`/media/${alias}`)).status).toBe(404);
  });

  test('is nobody else’s', async () => {
    for (const path of [`/media/${id}`, `/media/${id}/poster`]) {
      expect((await other.fetch(path)).status).toBe(404);
      expect((await world.request(path)).status).toBe(401);
    }
  });

  test.each([
    ['A fox', `attachment; filename="A fox.mp4"; filename*=UTF-8''A%20fox.mp4`],
    ['../../etc/"pass\r\nwd"', `attachment; filename="etc pass wd.mp4"; filename*=UTF-8''etc%20pass%20wd.mp4`],
    ['狐 100%', `attachment; filename="_ 100_.mp4"; filename*=UTF-8''%E7%8B%90%20100%25.mp4`],
    ['…\ufffd…', `attachment; filename="___.mp4"; filename*=UTF-8''%E2%80%A6%EF%BF%BD%E2%80%A6.mp4`],
    ['???', `attachment; filename="video.mp4"; filename*=UTF-8''video.mp4`],
  ])('downloads %j under a name that is safe', async (prompt, disposition) => {
    const named = await storedVideo(prompt);
    const reply = await owner.fetch(`/media/${named}?download=1`);
    expect(reply.headers.get('content-disposition')).toBe(disposition);
  });
});

describe('a video that is not stored yet', () => {
  test('is passed through, and may not be kept', async () => {
    const id = await newVideo(
      answer(FILM, { 'content-type': 'video/mp4', 'content-length': '1354', etag: '"theirs"' }),
    );
    const reply = await get(id);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.get('etag')).toBe(null);
    expect(await bytesOf(reply)).toEqual(FILM);
  });

  test('with the range that was asked for', async () => {
    const asked: unknown[] = [];
    const id = await newVideo(({ headers }) => {
      asked.push(headers);
      const part = { 'content-range': 'bytes 0-9/1354', 'content-length': '10' };
      const reply = answer(FILM.slice(0, 10), part)();
      return reply.kind === 'reply' ? { ...reply, status: 206 } : reply;
    });
    const reply = await get(id, { range: 'bytes=0-9' });
    expect([reply.status, reply.headers.get('content-range')]).toEqual([206, 'bytes 0-9/1354']);
    await get(id, { range: 'bytes=0-9', 'if-range': '"old"' });
    expect(asked).toEqual([{ range: 'bytes=0-9' }, {}]);
  });

  test('never as a page, whatever the provider says it is', async () => {
    const id = await newVideo(answer(new TextEncoder().encode('<script>'), { 'content-type': 'text/html' }));
    const reply = await get(id);
    expect([reply.headers.get('content-type'), reply.headers.get('x-content-type-options')]).toEqual([
      'video/mp4',
      'nosniff',
    ]);
  });

  test.each([
    ['does not answer', undefined],
    ['has it no more', status(404)],
  ])('is 502 while the provider %s', async (_, reply) => {
    const id = await newVideo(reply);
    const response = await get(id);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ success: false, code: 'provider_unavailable' });
  });
});

describe('a poster', () => {
  const put = (id: string, body: BodyInit) =>
    owner.fetch(`/media/${id}/poster`, { method: 'PUT', headers: { 'content-type': 'image/webp' }, body });

  test('the first wins, and devices hear of it', async () => {
    const id = await newVideo();
    expect((await owner.fetch(`/media/${id}/poster`)).status).toBe(404);
    const before = await revOf(id);
    expect((await put(id, POSTER)).status).toBe(201);
    expect(await revOf(id)).toBeGreaterThan(before);
    const reply = await owner.fetch(`/media/${id}/poster`);
    expect(reply.headers.get('content-type')).toBe('image/webp');
    expect(await bytesOf(reply)).toEqual(POSTER);
    const after = await revOf(id);
    expect((await put(id, new Uint8Array([...POSTER, 0]))).status).toBe(200);
    expect(await revOf(id)).toBe(after);
    expect(await bytesOf(await owner.fetch(`/media/${id}/poster`))).toEqual(POSTER);
  });

  test.each([
    ['a JPEG', new Uint8Array([0xff, 0xd8, 0xff, 0xe0, ...Buffer.alloc(20)]), 415],
    ['nothing', new Uint8Array(), 415],
    ['a page', new TextEncoder().encode('<html>RIFFxxxxWEBP'), 415],
    ['200 KB and a byte', new Uint8Array([...POSTER, ...Buffer.alloc(200 * 1024 - POSTER.length + 1)]), 413],
  ])('%s is refused', async (_, body, code) => {
    const id = await newVideo();
    const reply = await put(id, body);
    expect([reply.status, (await reply.json()).success]).toEqual([code, false]);
    expect((await owner.fetch(`/media/${id}/poster`)).status).toBe(404);
  });

  test('another person’s video has none to give or take', async () => {
    const id = await newVideo();
    const headers = { 'content-type': 'image/webp' };
    expect((await other.fetch(`/media/${id}/poster`, { method: 'PUT', headers, body: POSTER })).status).toBe(404);
  });
});

async function revOf(id: string): Promise<number> {
  const { rows } = await world.deps.db.sql.execute({ sql: 'SELECT rev FROM video WHERE id = ?', args: [id] });
  return Number(rows[0]?.rev);
}

test('half a surrogate pair in a prompt neither stops the server nor stays', async () => {
  const body = String.raw`{"prompt":"A \ud83e fox","original_url":"https://cdn.example/half.mp4"}`;
  const headers = { 'content-type': 'application/json' };
  const reply = await owner.fetch('/api/video/store', { method: 'POST', headers, body });
  expect((await reply.json()).data.prompt).toBe('A \ufffd fox');
});
