import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Stamp, stampTime } from '../../sync/hlc.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';

let testApp: TestApp;
let person: Person;

beforeAll(async () => {
  testApp = await createTestApp();
});
afterAll(() => testApp[Symbol.asyncDispose]());
beforeEach(async () => {
  person = await testApp.signUp();
});

async function store(body: Record<string, unknown>) {
  const reply = await person.send('POST', '/api/video/store', { prompt: 'a fox', ...body });
  return { status: reply.status, ...(await reply.json()) };
}

/** Stores videos with whole URLs of their own, created one millisecond apart, the first the oldest. */
async function seed(count: number, columns: (n: number) => string = () => 'id = id'): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const { data } = await store({ prompt: `video ${n}`, original_url: `https://cdn.example/${n}.mp4` });
    ids.push(data.id);
    await testApp.deps.db.sql.execute({
      sql: `UPDATE video SET creation = json_set(creation, '$.createdAt', ?), ${columns(n)} WHERE id = ?`,
      args: [1_700_000_000_000 + n, data.id],
    });
  }
  return ids;
}

async function list(query: string) {
  const reply = await person.fetch(`/api/user/videos?${query}`);
  const body = await reply.json();
  expect({ query, status: reply.status, body }).toMatchObject({ status: 200, body: { success: true } });
  const { videos, pagination } = body.data;
  return { videos, pagination, ids: videos.map(({ id }: { id: string }) => id) };
}

describe('POST /api/video/store', () => {
  test('creates a row in snake_case, which is read back the same', async () => {
    const { status, success, data } = await store({
      wavespeed_request_id: 'req-1',
      original_url: 'https://cdn.example/fox.mp4',
      model: 'wan-2.2',
      params: { seed: 7 },
    });
    expect({ status, success }).toEqual({ status: 201, success: true });
    expect(data).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      wavespeed_request_id: 'req-1',
      request_id: 'req-1',
      original_url: 'https://cdn.example/fox.mp4',
      video_url: `/media/${data.id}`,
      poster_url: null,
      prompt: 'a fox',
      title: 'a fox',
      model: 'wan-2.2',
      provider: 'wavespeed',
      params: { seed: 7 },
      status: 'storing',
      error: null,
      duration: null,
      width: null,
      height: null,
      size: null,
      favorite: false,
      tags: [],
      sha256: null,
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      updated_at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
    const read = await person.fetch(`/api/video/${data.id}`);
    expect(await read.json()).toEqual({ success: true, data });
  });

  test('[ID-1] matches by id', async () => {
    const id = '01a20a45-28cd-7a45-b87d-65f4a5106370';
    expect((await store({ id, original_url: 'https://cdn.example/1.mp4' })).status).toBe(201);
    const again = await store({ id, original_url: 'https://cdn.example/other.mp4' });
    expect(again).toMatchObject({ status: 200, data: { id, original_url: 'https://cdn.example/1.mp4' } });
    expect((await list('')).ids).toEqual([id]);
  });

  test('[ID-1] matches by request id and output', async () => {
    const first = await store({ wavespeed_request_id: 'r', originalUrl: 'https://cdn.example/1.mp4' });
    const same = await store({ requestId: 'r', videoUrl: 'https://cdn.example/signed-anew.mp4' });
    expect(same).toMatchObject({ status: 200, data: { id: first.data.id } });
    const second = await store({ requestId: 'r', outputIndex: 1, original_url: 'https://cdn.example/2.mp4' });
    expect(second.status).toBe(201);
    expect(second.data.id).not.toBe(first.data.id);
  });

  test('[ID-1] matches by original URL where one side has no request id', async () => {
    const first = await store({ original_url: 'https://cdn.example/1.mp4' });
    const same = await store({ requestId: 'late', original_url: 'https://cdn.example/1.mp4' });
    expect(same).toMatchObject({ status: 200, data: { id: first.data.id } });
    await store({ requestId: 'a', original_url: 'https://cdn.example/2.mp4' });
    const distinct = await store({ requestId: 'b', original_url: 'https://cdn.example/2.mp4' });
    expect(distinct.status).toBe(201);
  });

  test('is idempotent under concurrency', async () => {
    const body = { requestId: 'twice', original_url: 'https://cdn.example/1.mp4' };
    const replies = await Promise.all(Array.from({ length: 8 }, () => store(body)));
    expect(new Set(replies.map(({ data }) => data.id)).size).toBe(1);
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  test('keeps the same video of two people apart', async () => {
    const body = { requestId: 'shared', original_url: 'https://cdn.example/1.mp4' };
    const mine = await store(body);
    person = await testApp.signUp();
    const theirs = await store(body);
    expect(theirs.status).toBe(201);
    expect(theirs.data.id).not.toBe(mine.data.id);
  });

  test.each([
    [{ original_url: undefined }, 'original_url, originalUrl or videoUrl is required', ''],
    [{ original_url: 'file:///etc/passwd' }, 'must be an http or https URL', 'original_url'],
    [{ prompt: undefined }, expect.any(String), 'prompt'],
    [{ id: 'mine' }, 'must be a UUID', 'id'],
    [{ outputIndex: -1 }, expect.any(String), 'outputIndex'],
  ])('names what is wrong with %j', async (wrong, message, path) => {
    const reply = await store({ original_url: 'https://cdn.example/1.mp4', ...wrong });
    expect(reply).toMatchObject({ status: 400, code: 'invalid', details: [{ path, message }] });
  });
});

test('[ROW-3] a row larger than 64 KiB is refused', async () => {
  const params = { image: 'x'.repeat(64 * 1024) };
  const reply = await store({ original_url: 'https://cdn.example/1.mp4', params });
  expect(reply).toMatchObject({ status: 413, success: false, code: 'too_large' });
});

describe('a video', () => {
  test('is edited; each act of the server is stamped past what it replaces', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    const ahead = `${(Date.now() + 50_000).toString(16).padStart(12, '0')}0000-${'a'.repeat(16)}`;
    await testApp.deps.db.sql.execute({
      sql: 'UPDATE video SET fields = ? WHERE id = ?',
      args: [JSON.stringify({ title: ['from a fast clock', ahead] }), data.id],
    });
    const reply = await person.send('PATCH', `/api/video/${data.id}`, {
      title: 'A fox',
      favorite: true,
      tags: ['fox'],
    });
    expect(await reply.json()).toMatchObject({ data: { title: 'A fox', favorite: true, tags: ['fox'] } });
    const { rows } = await testApp.deps.db.sql.execute({
      sql: 'SELECT fields FROM video WHERE id = ?',
      args: [data.id],
    });
    const [, stamp]: [string, Stamp] = JSON.parse(String(rows[0]?.fields)).title;
    expect(stamp.endsWith('-srv0000000000000')).toBe(true);
    expect(stamp > ahead).toBe(true);
    expect(stampTime(stamp)).toBeLessThan(Date.now() + 50_001);
  });

  test('an edit is a commit: it moves the row to a new revision', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    const rev = async () =>
      Number(
        (await testApp.deps.db.sql.execute({ sql: 'SELECT rev FROM video WHERE id = ?', args: [data.id] })).rows[0]
          ?.rev,
      );
    const before = await rev();
    await person.send('PATCH', `/api/video/${data.id}`, { favorite: true });
    expect(await rev()).toBeGreaterThan(before);
  });

  test('goes to the trash and comes back', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    const deleted = await person.fetch(`/api/video/${data.id}`, { method: 'DELETE' });
    expect(await deleted.json()).toMatchObject({ success: true, data: { id: data.id, status: 'trash' } });
    expect((await list('')).ids).toEqual([]);
    expect((await list('status=trash')).ids).toEqual([data.id]);
    const restored = await person.fetch(`/api/video/${data.id}/restore`, { method: 'POST' });
    expect(await restored.json()).toMatchObject({ data: { status: 'storing' } });
    expect((await list('')).ids).toEqual([data.id]);
  });

  test('deleted for good carries the wish to be purged', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    await person.fetch(`/api/video/${data.id}?permanent=1`, { method: 'DELETE' });
    const { rows } = await testApp.deps.db.sql.execute({
      sql: 'SELECT fields FROM video WHERE id = ?',
      args: [data.id],
    });
    expect(Object.keys(JSON.parse(String(rows[0]?.fields)))).toEqual(['deletedAt', 'purgeRequestedAt']);
  });

  test('[PURGE-1] once purged is not found', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    await testApp.deps.db.sql.execute({ sql: 'UPDATE video SET purged_at = 1 WHERE id = ?', args: [data.id] });
    expect((await person.fetch(`/api/video/${data.id}`)).status).toBe(404);
    expect((await person.send('PATCH', `/api/video/${data.id}`, { favorite: true })).status).toBe(404);
    expect((await store({ original_url: 'https://cdn.example/1.mp4' })).status).toBe(404);
  });

  test('[ID-1] is found under the id a device first gave it', async () => {
    const { data } = await store({ original_url: 'https://cdn.example/1.mp4' });
    const alias = '01a20a45-0000-7a45-b87d-65f4a5106370';
    await store({ id: alias, original_url: 'https://cdn.example/1.mp4' });
    const reply = await person.fetch(`/api/video/${alias}`);
    expect(await reply.json()).toMatchObject({ data: { id: data.id } });
  });
});

describe('GET /api/user/videos', () => {
  test('has the envelope, newest first, twenty to a page', async () => {
    const ids = await seed(23);
    const first = await list('');
    expect(first.ids).toEqual(ids.toReversed().slice(0, 20));
    expect(first.pagination).toEqual({
      page: 1,
      limit: 20,
      total: 23,
      totalPages: 2,
      hasNext: true,
      hasPrev: false,
      nextCursor: expect.any(String),
    });
    const second = await list('page=2');
    expect(second.ids).toEqual(ids.toReversed().slice(20));
    expect(second.pagination).toEqual({
      page: 2,
      limit: 20,
      total: 23,
      totalPages: 2,
      hasNext: false,
      hasPrev: true,
      nextCursor: null,
    });
    expect((await list('page=9')).ids).toEqual([]);
  });

  test.each(['created_at', 'updated_at', 'title', 'duration', 'size'])(
    'ordered by %s, cursor and number agree',
    async (by) => {
      // Ties and gaps in every column but the first.
      await seed(
        7,
        (n) => `bytes = ${n % 3 ? n % 2 : 'NULL'}, duration_ms = ${n % 2 ? n % 3 : 'NULL'}, updated_at = ${n % 2}`,
      );
      for (const direction of ['asc', 'desc']) {
        const order = `orderBy=${by}&orderDirection=${direction}&limit=2`;
        const byNumber: string[] = [];
        for (let page = 1; page <= 4; page++) byNumber.push(...(await list(`${order}&page=${page}`)).ids);
        expect(new Set(byNumber).size).toBe(7);
        expect(await walk(order)).toEqual(byNumber);
      }
    },
  );

  test('by cursor neither repeats nor skips when rows come and go meanwhile', async () => {
    const ids = (await seed(6)).toReversed();
    const first = await list('limit=2');
    await store({ original_url: 'https://cdn.example/new.mp4' });
    await person.fetch(`/api/video/${ids[0]}`, { method: 'DELETE' });
    const second = await list(`limit=2&cursor=${first.pagination.nextCursor}`);
    expect([...first.ids, ...second.ids]).toEqual(ids.slice(0, 4));
    expect(second.pagination).toMatchObject({ page: 2, total: 6, hasPrev: true });
  });

  test('filters by status', async () => {
    const [storing, stored, failed, trashed] = await seed(
      4,
      (n) => `media_state = '${['storing', 'stored', 'failed', 'stored'][n]}'`,
    );
    await person.fetch(`/api/video/${trashed}`, { method: 'DELETE' });
    expect((await list('status=completed')).ids).toEqual([stored]);
    expect((await list('status=storing')).ids).toEqual([storing]);
    expect((await list('status=failed')).ids).toEqual([failed]);
    expect((await list('status=trash')).ids).toEqual([trashed]);
    expect((await list('')).pagination.total).toBe(3);
  });

  test('searches title and prompt, literally', async () => {
    const { data } = await store({ prompt: '100% fox_tail', original_url: 'https://cdn.example/1.mp4' });
    await store({ prompt: '1000 foxes', original_url: 'https://cdn.example/2.mp4' });
    await person.send('PATCH', `/api/video/${data.id}`, { title: 'Red' });
    expect((await list(`q=${encodeURIComponent('100%')}`)).ids).toEqual([data.id]);
    expect((await list('q=x_t')).ids).toEqual([data.id]);
    expect((await list('q=RED')).ids).toEqual([data.id]);
    expect((await list('q=fox')).ids).toHaveLength(2);
    expect((await list(`q=${encodeURIComponent("'; DROP TABLE video")}`)).ids).toEqual([]);
  });

  test.each([
    'limit=0',
    'limit=101',
    'limit=ten',
    'page=0',
    'page=-1',
    'page=1e3',
    'orderBy=prompt',
    'orderDirection=up',
    'status=gone',
    'cursor=nonsense',
    'cursor=e30',
    `q=${'x'.repeat(201)}`,
  ])('%s is 400, with the name in details', async (query) => {
    const reply = await person.fetch(`/api/user/videos?${query}`);
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({
      success: false,
      code: 'invalid',
      details: [{ path: query.split('=')[0] }],
    });
  });

  test('reads a page through an index, however deep', async () => {
    const plan = await testApp.deps.db.sql.execute({
      sql: `EXPLAIN QUERY PLAN SELECT * FROM video WHERE user_id = ? AND purged_at IS NULL
        AND (created_at, id) < (?, ?) ORDER BY created_at DESC, id DESC LIMIT 21`,
      args: [person.id, 1, 'x'],
    });
    const detail = plan.rows.map((row) => String(row.detail)).join('; ');
    expect(detail).toContain('USING INDEX video_by_creation (user_id=? AND (created_at,id)<(?,?))');
    expect(detail).not.toContain('TEMP B-TREE');
  });

  async function walk(order: string): Promise<string[]> {
    const seen: string[] = [];
    for (let query = order; ; ) {
      const { ids, pagination } = await list(query);
      seen.push(...ids);
      if (!pagination.hasNext) return seen;
      query = `limit=2&cursor=${pagination.nextCursor}`;
    }
  }
});
