import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { uuidv7 } from '../../sync/ids.ts';
import { MAX_PUSH_BYTES, MAX_PUSH_ROWS, SyncReplySchema, SyncRequestSchema } from '../../sync/protocol.ts';
import { COLUMNS_TYPE, packRequest, unpackReply } from '../../sync/wire.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';

let app: TestApp;
let ada: Person;
beforeEach(async () => {
  app = await createTestApp();
  ada = await app.signUp();
});
afterEach(() => app[Symbol.asyncDispose]());

describe('POST /api/sync', () => {
  test('answers an empty device with an empty snapshot of this epoch', async () => {
    const reply = await sync({});
    expect(reply.status).toBe(200);
    expect(await reply.json()).toMatchObject({
      protocol: 1,
      epoch: expect.stringMatching(/^[0-9a-f]{16}$/),
      head: '0.',
      results: [],
      changes: { videos: [], generations: [] },
      more: false,
      snapshot: { head: 0, start: true, end: true },
    });
  });

  test('[PUSH-7] refuses a device that speaks for someone else, and takes none of its rows', async () => {
    const bob = await app.signUp();
    const reply = await sync({ user: bob.id, videos: [video()] });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ success: false, code: 'identity_changed' });
    expect(await countVideos()).toBe(0);
  });

  test('[PUSH-4] answers a bad row by itself and takes the others', async () => {
    const [good, untimely, large] = [video(), video({ createdAt: 'yesterday' }), video({ prompt: 'x'.repeat(19_000) })];
    large.create.params = { negativePrompt: 'x'.repeat(60_000) };
    const { results } = await (await sync({ videos: [untimely, good, large, { id: 'not an id', set: {} }] })).json();
    const byId = Object.fromEntries(results.map((result: { id: string }) => [result.id, result]));
    expect(byId[good.id]).toMatchObject({ status: 'ok' });
    expect(byId[untimely.id]).toMatchObject({
      status: 'rejected',
      code: 'invalid',
      message: expect.stringContaining('createdAt'),
    });
    expect(byId[large.id]).toMatchObject({ status: 'rejected', code: 'too_large' });
    expect(byId['not an id']).toMatchObject({ status: 'rejected', code: 'invalid' });
    expect(await countVideos()).toBe(1);
  });

  test('speaks columns with whoever asks for them, row for row the same', async () => {
    const push = { videos: [video(), video()], generations: [] };
    const body = request({ videos: push.videos });
    const columns = await send(JSON.stringify(packRequest(v.parse(SyncRequestSchema, body))), COLUMNS_TYPE);
    expect(columns.headers.get('content-type')).toBe(COLUMNS_TYPE);
    const reply = unpackReply(await columns.json(), v.parse(SyncRequestSchema, body));
    const plain = await (await sync({ videos: push.videos })).json();
    expect(v.parse(SyncReplySchema, reply).results).toEqual(plain.results);
    expect(plain.results).toMatchObject([{ status: 'ok' }, { status: 'ok' }]);
  });

  test('columns that are none, or stand for more than a body may hold, cost nothing', async () => {
    const rows = { count: 500, columns: ['same', { id: 'x', create: { prompt: 'x'.repeat(100_000) }, set: {} }] };
    const none = { count: 0, columns: ['same', null] };
    const bomb = { ...request({}), push: { videos: rows, generations: none } };
    expect((await send(JSON.stringify(bomb), COLUMNS_TYPE)).status).toBe(413);
    const broken = { ...request({}), push: { videos: { count: 2, columns: ['values', []] }, generations: none } };
    expect((await send(JSON.stringify(broken), COLUMNS_TYPE)).status).toBe(400);
    expect(await countVideos()).toBe(0);
  });

  test('[PUSH-5] refuses more rows than a push may hold, with 413', async () => {
    const reply = await sync({ videos: Array.from({ length: MAX_PUSH_ROWS + 1 }, () => video()) });
    expect(reply.status).toBe(413);
    expect(await countVideos()).toBe(0);
  });

  test('takes a gzipped push, and refuses one that inflates without end', async () => {
    const body = JSON.stringify(request({ videos: [video()] }));
    expect((await post(gzipSync(body), { 'content-encoding': 'gzip' })).status).toBe(200);
    const bomb = gzipSync(`${' '.repeat(64 * MAX_PUSH_BYTES)}{}`);
    expect(bomb.byteLength).toBeLessThan(MAX_PUSH_BYTES);
    const reply = await post(bomb, { 'content-encoding': 'gzip' });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toMatchObject({ success: false, code: 'too_large' });
  });

  test.each(['c.0000000000000000.5', 'garbage', 's.x.y', ''])(
    '[PULL-1] starts a snapshot for the cursor «%s»',
    async (cursor) => {
      const reply = await (await sync({ cursor })).json();
      expect(reply.snapshot).toMatchObject({ start: true });
    },
  );

  test('[PULL-1] reads on from a cursor, and again from an older one', async () => {
    const first = await (await sync({ videos: [video()] })).json();
    const second = await (await sync({ cursor: first.cursor, videos: [video()] })).json();
    // What the results tell of already is not told again.
    expect([second.results.length, second.changes.videos]).toEqual([1, []]);
    const nothing = await (await sync({ cursor: second.cursor })).json();
    expect(nothing.changes.videos).toEqual([]);
    const again = await (await sync({ cursor: first.cursor })).json();
    expect(again.changes.videos).toHaveLength(1);
  });
});

interface Ask {
  readonly user?: string;
  readonly cursor?: string | null;
  readonly videos?: readonly object[];
}

function request({ user = ada.id, cursor = null, videos = [] }: Ask): object {
  const push = { videos, generations: [] };
  return { protocol: 1, user, device: '0123456789abcdef', cursor, head: null, limit: 100, push };
}

function sync(ask: Ask): Promise<Response> {
  return ada.send('POST', '/api/sync', request(ask));
}

function post(body: Uint8Array<ArrayBuffer>, headers: Record<string, string>): Promise<Response> {
  return ada.fetch('/api/sync', { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}

function send(body: string, type: string): Promise<Response> {
  return ada.fetch('/api/sync', { method: 'POST', headers: { 'content-type': type, accept: type }, body });
}

function video(create: object = {}) {
  const id = uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  const base: Record<string, unknown> = {
    origin: 'generated',
    createdAt: 1_700_000_000_000,
    prompt: 'A fox',
    ...create,
  };
  return { id, create: base, set: {} };
}

async function countVideos(): Promise<number> {
  const { rows } = await app.deps.db.sql.execute({ sql: 'SELECT count(*) AS n FROM video', args: [] });
  return Number(rows[0]?.n);
}
