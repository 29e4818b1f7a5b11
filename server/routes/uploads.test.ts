import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { answer, FILM, FILM_SHA256 } from '../../tests/support/jobs-world.ts';
import type { Person } from '../../tests/support/person.ts';
import { checksumOf, type Tus, tusOf } from '../../tests/support/tus.ts';
import { createJobLoop } from '../generation/jobs.ts';
import type { GuardedReply } from '../media/guarded-fetch.ts';

const DAY = 24 * 60 * 60_000;
const LIMIT = 4 * 1024 ** 3;

let world: TestApp;
let owner: Person;
let other: Person;
let tus: Tus;
/** How far the clock of the server is ahead. */
let ahead = 0;
const web = new Map<string, () => GuardedReply>();

beforeAll(async () => {
  world = await createTestApp({
    clock: () => Date.now() + ahead,
    remote: async (url) => web.get(url)?.() ?? { kind: 'unreachable', message: 'No answer' },
  });
  [owner, other] = [await world.signUp(), await world.signUp()];
  tus = tusOf(owner);
});
afterAll(() => world[Symbol.asyncDispose]());

/** Everything that is due, done. */
const work = () => createJobLoop(world.deps).runSlice(60_000);
const videoOf = async (id: string, person = owner) => (await (await person.fetch(`/api/video/${id}`)).json()).data;
const codeOf = async (reply: Response) => [reply.status, (await reply.json()).code];
const offsetOf = async (url: string) => Number((await tus.head(url)).headers.get('upload-offset'));

/** A video of a device that nobody has the bytes of but the device. */
async function imported(person = owner): Promise<string> {
  const id = crypto.randomUUID();
  const create = { origin: 'imported', createdAt: Date.now() };
  const reply = await person.send('POST', '/api/sync', {
    protocol: 1,
    user: person.id,
    device: 'd'.repeat(16),
    cursor: null,
    head: null,
    limit: 10,
    push: { videos: [{ id, create, set: {} }], generations: [] },
  });
  expect(reply.status).toBe(200);
  return id;
}

async function mediaStateOf(id: string): Promise<unknown> {
  const sql = 'SELECT media_state, media_error FROM video WHERE id = ?';
  const { rows } = await world.deps.db.sql.execute({ sql, args: [id] });
  return { ...rows[0] };
}

test('OPTIONS says what is spoken here', async () => {
  const reply = await owner.fetch('/api/uploads', { method: 'OPTIONS' });
  expect(reply.status).toBe(204);
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'tus-resumable': '1.0.0',
    'tus-version': '1.0.0',
    'tus-extension': 'creation,expiration,checksum,termination',
    'tus-max-size': String(LIMIT),
    'tus-checksum-algorithm': 'sha1,sha256',
  });
});

describe('an upload of a video', () => {
  test('in parts, with checksums, comes to be stored, and every step says how far it is', async () => {
    const id = await imported();
    const created = await tus.create(FILM.length, { videoId: id, filename: 'fox.mp4', sha256: FILM_SHA256 });
    expect([created.status, created.headers.get('upload-offset')]).toEqual([201, '0']);
    expect(Date.parse(created.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now() + 6 * DAY);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'storing', media_error: null });
    const url = created.headers.get('location') ?? '';
    const [first, second] = [FILM.slice(0, 700), FILM.slice(700)];
    const kept = await tus.patch(url, 0, first, checksumOf(first));
    expect([kept.status, kept.headers.get('upload-offset'), kept.headers.get('tus-resumable')]).toEqual([
      204,
      '700',
      '1.0.0',
    ]);
    const head = await tus.head(url);
    expect(head.status).toBe(200);
    expect(Object.fromEntries(head.headers)).toMatchObject({
      'upload-offset': '700',
      'upload-length': String(FILM.length),
      'upload-metadata': expect.stringContaining('filename Zm94Lm1wNA=='),
      'cache-control': 'no-store',
      'tus-resumable': '1.0.0',
    });
    expect((await tus.patch(url, 700, second, checksumOf(second, 'sha1'))).status).toBe(204);
    await work();
    expect(await videoOf(id)).toMatchObject({ status: 'completed', sha256: FILM_SHA256, size: FILM.length, width: 64 });
    const media = await owner.fetch(`/media/${id}`);
    expect(new Uint8Array(await media.arrayBuffer())).toEqual(FILM);
    // Who lost the last reply learns that nothing is left to send.
    expect(await offsetOf(url)).toBe(FILM.length);
    expect((await tus.patch(url, FILM.length, '')).status).toBe(204);
    expect(await tus.state(url)).toMatchObject({ state: 'done', offset: FILM.length, video_id: id, error: null });
  });

  test('that names none makes one, under the name of the file', async () => {
    const url = await tus.begin(FILM.length, { filename: '../My\r\nholiday.mp4', filetype: 'video/mp4' });
    await tus.patch(url, 0, FILM);
    await work();
    const { video_id } = await tus.state(url);
    expect(await videoOf(String(video_id))).toMatchObject({ title: 'My holiday', status: 'completed', width: 64 });
  });

  test('is found under the id that a device first gave it [ID-1]', async () => {
    const [id, alias] = [await imported(), crypto.randomUUID()];
    const sql = 'INSERT INTO video_alias (user_id, alias_id, id) VALUES (?, ?, ?)';
    await world.deps.db.sql.execute({ sql, args: [owner.id, alias, id] });
    const url = await tus.begin(FILM.length, { videoId: alias });
    expect(await tus.state(url)).toMatchObject({ video_id: id });
    expect(await mediaStateOf(id)).toMatchObject({ media_state: 'storing' });
  });

  test('begun twice for the same bytes is one, and goes on where it was', async () => {
    const metadata = { videoId: await imported(), sha256: FILM_SHA256 };
    const url = await tus.begin(FILM.length, metadata);
    await tus.patch(url, 0, FILM.slice(0, 100));
    const again = await tus.create(FILM.length, metadata);
    expect([again.status, again.headers.get('location'), again.headers.get('upload-offset')]).toEqual([
      201,
      url,
      '100',
    ]);
    expect((await tus.create(FILM.length + 1, metadata)).headers.get('location')).not.toBe(url);
  });

  test('over POST, where something on the way lets no PATCH or DELETE through', async () => {
    const url = await tus.begin(10);
    const headers = {
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'upload-offset': '0',
      'x-http-method-override': 'PATCH',
    };
    expect((await owner.fetch(url, { method: 'POST', headers, body: 'abc' })).headers.get('upload-offset')).toBe('3');
    const end = { 'tus-resumable': '1.0.0', 'x-http-method-override': 'DELETE' };
    expect((await owner.fetch(url, { method: 'POST', headers: end })).status).toBe(204);
  });

  test('of one that is stored already is not begun', async () => {
    const id = await imported();
    await tus.patch(await tus.begin(FILM.length, { videoId: id }), 0, FILM);
    await work();
    const create = (metadata: Record<string, string>) => tus.create(FILM.length, { videoId: id, ...metadata });
    expect(await codeOf(await create({ sha256: FILM_SHA256 }))).toEqual([409, 'already_stored']);
    expect(await codeOf(await create({}))).toEqual([409, 'already_stored']);
    expect(await codeOf(await create({ sha256: '0'.repeat(64) }))).toEqual([409, 'stored_otherwise']);
  });
});

describe('creation is refused', () => {
  test.each([
    ['without a length', '', {}, 400, 'invalid'],
    ['with no number', '1e3', {}, 400, 'invalid'],
    ['with less than nothing', '-1', {}, 400, 'invalid'],
    ['with nothing', '0', {}, 400, 'empty'],
    ['over the limit', String(LIMIT + 1), {}, 413, 'too_large'],
    ['with no hash', '10', { sha256: 'abc' }, 400, 'invalid'],
    ['with no id', '10', { videoId: '../x' }, 400, 'invalid'],
    ['for a video that is not there', '10', { videoId: crypto.randomUUID() }, 404, 'not_found'],
  ])('%s', async (_, length, metadata, status, code) => {
    const reply = await tus.create(length, metadata);
    expect(reply.headers.get('tus-resumable')).toBe('1.0.0');
    expect(await codeOf(reply)).toEqual([status, code]);
  });

  test('for metadata that cannot be read, with where it is wrong', async () => {
    const headers = { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': 'filename a b c' };
    const reply = await owner.fetch('/api/uploads', { method: 'POST', headers });
    expect(await reply.json()).toMatchObject({ code: 'invalid', details: [{ path: 'Upload-Metadata' }] });
  });

  test('for a purged video, and for another person’s', async () => {
    const id = await imported();
    expect(await codeOf(await tusOf(other).create(10, { videoId: id }))).toEqual([404, 'not_found']);
    await world.deps.db.sql.execute({ sql: 'UPDATE video SET purged_at = 1 WHERE id = ?', args: [id] });
    expect(await codeOf(await tus.create(10, { videoId: id }))).toEqual([404, 'not_found']);
  });

  test('once too many are unfinished', async () => {
    const person = await world.signUp();
    const theirs = tusOf(person);
    for (let n = 0; n < 100; n++) await theirs.begin(10);
    const reply = await theirs.create(10);
    expect(reply.headers.get('retry-after')).not.toBe(null);
    expect(await codeOf(reply)).toEqual([429, 'too_many_uploads']);
  });
});

describe('a part is refused', () => {
  let url: string;
  beforeAll(async () => {
    url = await tus.begin(1000);
    await tus.patch(url, 0, new Uint8Array(100));
  });
  const part = new Uint8Array(10);

  test.each([
    ['at another offset', 5, part, {}, 409, 'offset_mismatch'],
    ['beyond the end', 100, new Uint8Array(901), { 'content-length': '901' }, 413, 'too_long'],
    ['of another type', 100, part, { 'content-type': 'application/octet-stream' }, 415, 'unsupported_media_type'],
    ['of another version', 100, part, { 'tus-resumable': '0.2.2' }, 412, 'wrong_tus_version'],
    ['without an offset', 100, part, { 'upload-offset': '' }, 400, 'invalid'],
    ['with a negative one', 100, part, { 'upload-offset': '-5' }, 400, 'invalid'],
    ['with an unknown algorithm', 100, part, { 'upload-checksum': 'md5 abcd' }, 400, 'checksum_algorithm'],
    ['with an algorithm of every object', 100, part, { 'upload-checksum': 'constructor a' }, 400, 'checksum_algorithm'],
    ['with half a checksum', 100, part, { 'upload-checksum': 'sha1 YQ==' }, 400, 'invalid'],
    ['with another checksum', 100, part, checksumOf(new Uint8Array(11)), 460, 'checksum_mismatch'],
  ])('%s, and changes nothing', async (_, offset, body, headers, status, code) => {
    const reply = await tus.patch(url, offset, body, headers);
    expect(reply.headers.get('tus-resumable')).toBe('1.0.0');
    if (status === 409) expect(reply.headers.get('upload-offset')).toBe('100');
    if (status === 412) expect(reply.headers.get('tus-version')).toBe('1.0.0');
    expect(await codeOf(reply)).toEqual([status, code]);
    expect(await offsetOf(url)).toBe(100);
  });

  test('where more comes than was announced, whatever its length says', async () => {
    const id = await imported();
    const lied = await tus.begin(1000, { videoId: id });
    const lying = new Blob([new Uint8Array(2000)]).stream();
    expect(await codeOf(await tus.patch(lied, 0, lying))).toEqual([413, 'too_long']);
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error: 'The file is not a video' });
  });

  test('by another person, who does not learn that it is there', async () => {
    const theirs = tusOf(other);
    for (const reply of [await theirs.head(url), await theirs.patch(url, 100, part), await theirs.terminate(url)]) {
      expect(reply.status).toBe(404);
    }
    expect((await other.fetch(url)).status).toBe(404);
  });

  test('while another request has the upload, and no longer', async () => {
    const held = await tus.begin(20);
    let finish = () => {};
    const slow = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new Uint8Array(5));
        finish = () => {
          controller.enqueue(new Uint8Array(5));
          controller.close();
        };
      },
    });
    const first = tus.patch(held, 0, slow);
    await expect.poll(() => offsetOf(held)).toBe(5);
    const second = await tus.patch(held, 5, part);
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await codeOf(second)).toEqual([423, 'locked']);
    expect(await codeOf(await tus.terminate(held))).toEqual([423, 'locked']);
    finish();
    expect((await first).headers.get('upload-offset')).toBe('10');
    expect((await tus.patch(held, 10, part)).status).toBe(204);
  });

  test('but not for long where the other one is half dead; and that one then harms nothing', async () => {
    const held = await tus.begin(30);
    let wakeUp = () => {};
    const halfDead = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new Uint8Array(5).fill(1));
        wakeUp = () => {
          controller.enqueue(new Uint8Array(20).fill(2));
          controller.close();
        };
      },
    });
    const first = tus.patch(held, 0, halfDead);
    await expect.poll(() => offsetOf(held)).toBe(5);
    ahead += 5_001;
    expect((await tus.patch(held, 5, new Uint8Array(10).fill(1))).headers.get('upload-offset')).toBe('15');
    wakeUp();
    expect(await codeOf(await first)).toEqual([423, 'locked']);
    expect(await offsetOf(held)).toBe(15);
    expect((await tus.patch(held, 15, new Uint8Array(15).fill(1))).status).toBe(204);
  });
});

describe('an upload that comes to nothing', () => {
  test('terminated: its bytes are gone, and its video says what it said before', async () => {
    const id = await imported();
    const url = await tus.begin(100, { videoId: id });
    await tus.patch(url, 0, new Uint8Array(50));
    expect((await tus.terminate(url)).status).toBe(204);
    for (const reply of [await tus.head(url), await tus.patch(url, 50, 'x'), await tus.terminate(url)]) {
      expect(reply.status).toBe(404);
    }
    expect(await mediaStateOf(id)).toEqual({ media_state: 'none', media_error: null });
  });

  test('edited while it is on its way: nobody looks elsewhere for its bytes', async () => {
    const id = await imported();
    const url = await tus.begin(100, { videoId: id });
    await owner.send('PATCH', `/api/video/${id}`, { favorite: true });
    await work();
    await tus.terminate(url);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'none', media_error: null });
  });

  test('expired: says so, and is swept, seven days after its last byte', async () => {
    const id = await imported();
    const url = await tus.begin(100, { videoId: id });
    ahead += 6 * DAY;
    await tus.patch(url, 0, new Uint8Array(50));
    ahead += 6 * DAY;
    await work();
    expect(await offsetOf(url)).toBe(50);
    ahead += DAY;
    expect((await tus.head(url)).status).toBe(410);
    expect(await codeOf(await tus.patch(url, 50, 'x'))).toEqual([410, 'expired']);
    await work();
    expect((await tus.head(url)).status).toBe(404);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'none', media_error: null });
    const { uploads } = world.deps;
    expect((await uploads?.list())?.filter(({ key }) => url.endsWith(key.split('/')[1] ?? '-'))).toEqual([]);
  });

  test.each([
    ['text as .mp4', new TextEncoder().encode('<html>Sign in</html>'), /not a video/],
    ['half a film', FILM.slice(0, 400), /not a video|damaged|no picture/],
  ])('%s: refused with its reason, and not taken again', async (_, bytes, reason) => {
    const id = await imported();
    const { sha256 } = { sha256: await sha256Of(bytes) };
    const url = await tus.begin(bytes.length, { videoId: id, sha256 });
    await tus.patch(url, 0, bytes);
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error: expect.stringMatching(reason) });
    expect((await tus.head(url)).status).toBe(410);
    expect(await tus.state(url)).toMatchObject({ state: 'refused', error: expect.stringMatching(reason) });
    expect(await codeOf(await tus.create(bytes.length, { videoId: id, sha256 }))).toEqual([422, 'refused_before']);
    expect((await owner.fetch(`/media/${id}`)).status).toBe(404);
  });

  test('other bytes than were announced: failed, and may be sent again', async () => {
    const id = await imported();
    const metadata = { videoId: id, sha256: '0'.repeat(64) };
    const url = await tus.begin(FILM.length, metadata);
    await tus.patch(url, 0, FILM);
    await work();
    const media_error = expect.stringMatching('not the ones announced');
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error });
    expect(await codeOf(await tus.patch(url, FILM.length, ''))).toEqual([410, 'failed']);
    const next = await tus.begin(FILM.length, { videoId: id, sha256: FILM_SHA256 });
    expect(await mediaStateOf(id)).toEqual({ media_state: 'storing', media_error: null });
    await tus.patch(next, 0, FILM);
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'stored', media_error: null });
  });
});

describe('rescue', () => {
  const store = async (reply: (() => GuardedReply) | null) => {
    const original_url = `https://cdn.example/${crypto.randomUUID()}.mp4`;
    if (reply) web.set(original_url, reply);
    const stored = await owner.send('POST', '/api/video/store', { prompt: 'A fox', original_url });
    const id: string = (await stored.json()).data.id;
    await work();
    return { id, url: original_url };
  };
  const refuse = (): GuardedReply => ({ kind: 'refused', message: 'It is gone' });

  test('a video whose link is dead is stored by a device that has it', async () => {
    const { id } = await store(refuse);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error: 'It is gone' });
    const url = await tus.begin(FILM.length, { videoId: id, sha256: FILM_SHA256 });
    expect(await mediaStateOf(id)).toEqual({ media_state: 'storing', media_error: null });
    await owner.send('PATCH', `/api/video/${id}`, { favorite: true });
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'storing', media_error: null });
    await tus.patch(url, 0, FILM);
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'stored', media_error: null });
  });

  test('given up, it says again why it failed', async () => {
    const { id } = await store(refuse);
    const url = await tus.begin(FILM.length, { videoId: id });
    const second = await tus.begin(FILM.length, { videoId: id });
    await tus.terminate(url);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'storing', media_error: null });
    await tus.terminate(second);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error: 'It is gone' });
  });

  test('of one that is still being tried ends the trying', async () => {
    const { id } = await store(null);
    const url = await tus.begin(FILM.length, { videoId: id });
    await tus.patch(url, 0, FILM);
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'stored', media_error: null });
    const sql = 'SELECT * FROM ingest_job WHERE video_id = ?';
    expect((await world.deps.db.sql.execute({ sql, args: [id] })).rows).toEqual([]);
  });

  test('while the last try fails, the video is still on its way; and fails with that if nothing comes', async () => {
    const { id, url: source } = await store(null);
    const url = await tus.begin(FILM.length, { videoId: id });
    web.set(source, refuse);
    ahead += 10_000;
    await work();
    expect(await mediaStateOf(id)).toMatchObject({ media_state: 'storing' });
    await tus.terminate(url);
    expect(await mediaStateOf(id)).toEqual({ media_state: 'failed', media_error: 'It is gone' });
  });

  test('that comes second is dropped', async () => {
    const { id, url: source } = await store(null);
    const url = await tus.begin(FILM.length, { videoId: id });
    await tus.patch(url, 0, FILM.slice(0, 100));
    web.set(source, answer(FILM));
    ahead += 10_000;
    await work();
    expect(await mediaStateOf(id)).toEqual({ media_state: 'stored', media_error: null });
    expect((await tus.head(url)).status).toBe(404);
    expect(await codeOf(await tus.patch(url, 100, FILM.slice(100)))).toEqual([404, 'not_found']);
  });
});

test('where no uploads are taken, it is said', async () => {
  await using without = await createTestApp({ uploads: null });
  const person = await without.signUp();
  expect(await codeOf(await tusOf(person).create(10))).toEqual([501, 'not_available']);
});

async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
}
