import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GenerationIdSchema, UserIdSchema, uuidv7 } from '../../sync/ids.ts';
import { NewsSchema, SyncReplySchema } from '../../sync/protocol.ts';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { type EventReader, readEvents } from '../../tests/support/events.ts';
import type { Person } from '../../tests/support/person.ts';
import { newNonce } from '../sync/heads.ts';
import { purgeDue } from '../sync/purge.ts';

/** Longer than any test takes: what comes is then not the poll's. */
const NEVER = 600_000;
const GENERATION = v.parse(GenerationIdSchema, '01a20a45-28cd-7a45-b87d-65f4a5106370');

let app: TestApp;
let ada: Person;
beforeEach(async () => {
  app = await createTestApp({}, { pollMs: NEVER, heartbeatMs: NEVER });
  ada = await app.signUp();
});
afterEach(() => app[Symbol.asyncDispose]());

describe('GET /api/sync/events', () => {
  test('is an event stream that nothing on the way keeps or holds back', async () => {
    const reply = await ada.fetch('/api/sync/events');
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    await reply.body?.cancel();
  });

  test('says the head at once, that of a person without any row too, and again after a commit', async () => {
    const events = await open(ada);
    expect(await events.next()).toEqual({ name: 'head', data: '0.' });
    await store(ada);
    const poked = await events.next('head');
    expect(poked).toEqual({ name: 'head', data: await headOf(ada) });
    expect((await (await open(ada)).next()).data).toBe(poked.data);
  });

  test('pokes nobody else, and nobody when a commit changed nothing', async () => {
    const [mine, others] = [await open(ada), await open(await app.signUp())];
    await mine.next();
    await others.next();
    await store(ada);
    await mine.next('head');
    await store(ada);
    await store(ada, 'https://cdn.example/2.mp4');
    // The second one was a match: the next event is the third one's.
    expect((await mine.next('head')).data).toBe(await headOf(ada));
    expect(others.isQuiet()).toBe(true);
  });

  test('[PULL-6] tells what changed before the head that it leads to, from the one told before', async () => {
    const events = await open(ada);
    await events.next();
    await store(ada);
    const first = await newsOf(events);
    expect(first.from.head).toBe('0.');
    expect(first.changes.videos.map(({ rev }) => rev)).toEqual([1]);
    expect((await events.next()).data).toBe(first.to.head);
    // What an exchange from there says is the same, and leaves nothing to be told.
    const asked = await exchange(ada, first.from);
    expect(first).toMatchObject({ epoch: asked.epoch, to: { head: asked.head, cursor: asked.cursor } });
    expect(first.changes).toEqual(asked.changes);
    expect((await exchange(ada, first.to)).changes).toEqual({ videos: [], generations: [] });
    await store(ada, 'https://cdn.example/2.mp4');
    const second = await newsOf(events);
    expect(second.from).toEqual(first.to);
    expect(second.changes.videos.map(({ rev }) => rev)).toEqual([2]);
  });

  test('[PULL-6] tells a purge, and nothing of other people', async () => {
    const [mine, others] = [await open(ada), await open(await app.signUp())];
    await mine.next();
    await others.next();
    const { data } = await (await store(ada)).json();
    await mine.next('head');
    await ada.send('DELETE', `/api/video/${data.id}?permanent=1`, {});
    const { db, clock, random } = app.deps;
    await purgeDue({ db, now: clock, nonce: () => newNonce(random) });
    await expect.poll(() => mine.seen.some(({ data }) => data.includes('"purged":true'))).toBe(true);
    expect(others.isQuiet()).toBe(true);
  });

  test('leaves much to an exchange, in rows as in bytes', async () => {
    const events = await open(ada);
    await events.next();
    await push(
      ada,
      Array.from({ length: 21 }, () => ({ prompt: 'A fox' })),
    );
    expect((await events.next()).name).toBe('head');
    await push(
      ada,
      Array.from({ length: 20 }, () => ({ prompt: 'A fox' })),
    );
    expect((await events.next()).name).toBe('news');
    await events.next('head');
    await push(
      ada,
      [1, 2, 3].map(() => ({ prompt: 'x'.repeat(19_000) })),
    );
    expect((await events.next()).name).toBe('head');
  });

  test('[PULL-5] tells no news from a head that a restore took back', async () => {
    const events = await open(ada);
    await events.next();
    await store(ada);
    await events.next('head');
    const { sql } = app.deps.db;
    for (const table of ['video', 'user_head', 'head_history'])
      await sql.execute({ sql: `DELETE FROM ${table}`, args: [] });
    await push(ada, [{ prompt: 'A fox' }, { prompt: 'A hare' }]);
    expect((await events.next()).name).toBe('head');
  });

  test('a hundred commits at once end with the newest head', async () => {
    const events = await open(ada);
    await Promise.all(Array.from({ length: 100 }, (_, n) => store(ada, `https://cdn.example/${n}.mp4`)));
    const newest = await headOf(ada);
    await expect.poll(() => events.seen.at(-1)?.data).toBe(newest);
  });

  test('a reader that stands still keeps nothing but the newest', async () => {
    const reply = await ada.fetch('/api/sync/events');
    for (let n = 0; n < 50; n++) await store(ada, `https://cdn.example/${n}.mp4`);
    const events = readEvents(reply);
    const newest = await headOf(ada);
    await expect.poll(() => events.seen.at(-1)?.data).toBe(newest);
    expect(events.seen.length).toBeLessThan(5);
  });

  test('carries progress to its owner, a few times a second at most', async () => {
    const user = v.parse(UserIdSchema, ada.id);
    const [mine, others] = [await open(ada), await open(await app.signUp())];
    await mine.next();
    await others.next();
    for (let n = 1; n <= 10; n++) app.deps.live.progress(user, GENERATION, n / 10);
    expect(await mine.next()).toEqual({ name: 'progress', data: `{"generationId":"${GENERATION}","progress":0.1}` });
    app.deps.live.progress(user, GENERATION, null);
    app.deps.live.progress(user, GENERATION, 0.5);
    expect(await mine.next()).toMatchObject({ data: expect.stringContaining('0.5') });
    expect([mine.isQuiet(), others.isQuiet()]).toEqual([true, true]);
  });

  test('[PUSH-7] is refused to a device that names another person', async () => {
    const headers = { 'x-vidfab-user': (await app.signUp()).id };
    const reply = await ada.fetch('/api/sync/events', { headers });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ code: 'identity_changed' });
    expect((await ada.fetch('/api/sync/events', { headers: { 'x-vidfab-user': ada.id } })).status).toBe(200);
  });

  test('of one person are twenty at most; one that ends makes room', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(ada)));
    const refused = await ada.fetch('/api/sync/events');
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ success: false, code: 'too_many_streams' });
    expect((await (await app.signUp()).fetch('/api/sync/events')).status).toBe(200);
    await streams[0]?.cancel();
    expect((await ada.fetch('/api/sync/events')).status).toBe(200);
  });

  test('a HEAD opens none', async () => {
    const reply = await ada.fetch('/api/sync/events', { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(app.deps.live.count()).toBe(0);
  });

  test('one whose reader goes away leaves nothing behind', async () => {
    const events = await open(ada);
    await events.next();
    expect(app.deps.live.count()).toBe(1);
    await events.cancel();
    expect(app.deps.live.count()).toBe(0);
  });

  test('ends when the server stops, and one opened after that at once', async () => {
    const before = await open(ada);
    app.deps.live.close();
    await before.ended;
    const reply = await ada.fetch('/api/sync/events');
    expect(await reply.text()).toBe('');
    expect(app.deps.live.count()).toBe(0);
  });
});

describe('with heartbeats', () => {
  test('a quiet stream is heard of, for as long as the session holds', async () => {
    await using brisk = await createTestApp({}, { pollMs: NEVER, heartbeatMs: 30 });
    const person = await brisk.signUp();
    const events = readEvents(await person.fetch('/api/sync/events'));
    await expect.poll(() => events.heartbeats()).toBeGreaterThan(2);
    await person.send('POST', '/api/auth/sign-out', {});
    await events.ended;
    expect(brisk.deps.live.count()).toBe(0);
  });

  test('a reader that takes none of them counts as gone', async () => {
    await using brisk = await createTestApp({}, { pollMs: NEVER, heartbeatMs: 30 });
    const person = await brisk.signUp();
    await person.fetch('/api/sync/events');
    expect(brisk.deps.live.count()).toBe(1);
    await expect.poll(() => brisk.deps.live.count()).toBe(0);
  });
});

describe('the database', () => {
  test('is looked at for the commits of other processes', async () => {
    await using brisk = await createTestApp({}, { pollMs: 20, heartbeatMs: NEVER });
    const person = await brisk.signUp();
    const events = readEvents(await person.fetch('/api/sync/events'));
    await events.next();
    // Past the decorator, as another process does it.
    const sql = `INSERT INTO user_head (user_id, rev, nonce) VALUES (?, 7, 'abc')`;
    await brisk.deps.db.sql.execute({ sql, args: [person.id] });
    expect(await events.next('head')).toEqual({ name: 'head', data: '7.abc' });
  });

  test('that does not answer for long ends the streams, and the server goes on', async () => {
    await using brisk = await createTestApp({}, { pollMs: 5, heartbeatMs: NEVER });
    const person = await brisk.signUp();
    const events = readEvents(await person.fetch('/api/sync/events'));
    await events.next();
    await brisk.deps.db.sql.execute({ sql: 'ALTER TABLE user_head RENAME TO elsewhere', args: [] });
    await events.ended;
    await brisk.deps.db.sql.execute({ sql: 'ALTER TABLE elsewhere RENAME TO user_head', args: [] });
    expect(await readEvents(await person.fetch('/api/sync/events')).next()).toEqual({ name: 'head', data: '0.' });
  });
});

async function open(person: Person): Promise<EventReader> {
  return readEvents(await person.fetch('/api/sync/events'));
}

function store(person: Person, original_url = 'https://cdn.example/1.mp4'): Promise<Response> {
  return person.send('POST', '/api/video/store', { prompt: 'A fox', original_url });
}

async function headOf(person: Person): Promise<string> {
  return (await exchange(person, { cursor: null, head: null })).head;
}

async function newsOf(events: EventReader) {
  return v.parse(v.pipe(v.string(), v.parseJson(), NewsSchema), (await events.next('news')).data);
}

async function exchange(
  person: Person,
  from: { readonly cursor: string | null; readonly head: string | null },
  videos: readonly unknown[] = [],
) {
  const request = { protocol: 1, user: person.id, device: 'd'.repeat(16), ...from, limit: 100 };
  const reply = await person.send('POST', '/api/sync', { ...request, push: { videos, generations: [] } });
  return v.parse(SyncReplySchema, await reply.json());
}

async function push(person: Person, creations: readonly { readonly prompt: string }[]): Promise<void> {
  const videos = creations.map((create) => {
    const id = uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
    return { id, create: { origin: 'imported', createdAt: 1_700_000_000_000, ...create }, set: {} };
  });
  const { results } = await exchange(person, { cursor: null, head: null }, videos);
  expect(results.map(({ status }) => status)).toEqual(videos.map(() => 'ok'));
}
