import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import { ALICE, createJobsWorld, type JobsWorld, STUB_OUTPUT, status } from '../../tests/support/jobs-world.ts';
import { createReader, type Reader, readVapid, TEST_VAPID } from '../../tests/support/push.ts';
import type { JobDeps } from '../generation/jobs.ts';
import type { GuardedReply, GuardedRequest } from '../media/guarded-fetch.ts';
import { LEASE_MS } from './message.ts';
import { MAX_SUBSCRIPTIONS, subscribe, unsubscribe } from './subscription.ts';

const PHONE = 'https://push.example/phone';
const LAPTOP = 'https://push.example/laptop';
const BOB = v.parse(UserIdSchema, 'bob');
const DAY = 24 * 60 * 60_000;

interface Sent {
  readonly endpoint: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

let world: JobsWorld;
let deps: JobDeps;
let sent: Sent[];
let answers: (endpoint: string) => GuardedReply;
let phone: Reader;
let laptop: Reader;

beforeEach(async () => {
  world = await createJobsWorld();
  sent = [];
  answers = status(201);
  deps = { ...world.deps, remote: async (url, request) => pushService(url, request) };
  [phone, laptop] = [createReader(PHONE), createReader(LAPTOP)];
});
afterEach(() => world[Symbol.asyncDispose]());

function pushService(url: string, request: GuardedRequest = {}): GuardedReply {
  if (request.method !== 'POST' || !request.body) throw new Error(`${request.method} without a body`);
  sent.push({ endpoint: url, headers: new Headers(request.headers), body: request.body });
  return answers(url);
}

const join = ({ subscription }: Reader, user: UserId = ALICE) =>
  subscribe(world.deps.db, { user, subscription, now: world.now() });
const work = () => world.work(deps);
const rows = (table: string) => world.sql(`SELECT * FROM ${table}`);

/** A generation that the provider takes and then ends. */
async function ended(says: JobsWorld['provider']['says'] = { kind: 'succeeded', outputs: [STUB_OUTPUT] }) {
  world.provider.says = says;
  const id = await world.pushGeneration();
  await work();
  world.pass(1000);
  await work();
  return id;
}

const FAILED = { kind: 'failed', error: { code: 'nsfw', message: 'Refused', retryable: false } } as const;

describe('what is sent', () => {
  test('a generation that succeeded is told to every browser of its person, by kind and ids and nothing else', async () => {
    await join(phone);
    await join(laptop);
    const id = await ended();
    const { create } = await world.generation(id);
    expect(sent.map(({ endpoint }) => endpoint).sort()).toEqual([LAPTOP, PHONE]);
    for (const { endpoint, body } of sent) {
      const notice = (endpoint === PHONE ? phone : laptop).read(body);
      expect(JSON.parse(notice)).toEqual({ kind: 'succeeded', generation: id, video: create.videoIds[0] });
    }
    expect(await rows('push_message')).toEqual([]);
  });

  test('one that failed as well, without a video', async () => {
    await join(phone);
    const id = await ended(FAILED);
    expect(sent.map(({ body }) => JSON.parse(phone.read(body)))).toEqual([
      { kind: 'failed', generation: id, video: null },
    ]);
  });

  test('signed for the service, with a lifetime, urgent, and under a topic that replaces its like', async () => {
    await join(phone);
    const id = await ended();
    const headers = sent[0]?.headers ?? new Headers();
    expect(readVapid(headers.get('authorization') ?? '')).toMatchObject({
      key: TEST_VAPID.publicKey,
      claims: { aud: 'https://push.example' },
    });
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '86400',
      urgency: 'high',
      topic: id.replaceAll('-', ''),
    });
  });

  test('nothing to other people, nothing of what ended before they asked, nothing of what was cancelled', async () => {
    const before = await ended();
    // As if nobody had looked since.
    await world.sql('UPDATE generation SET told_at = NULL WHERE id = ?', [before]);
    world.pass(1);
    await join(phone);
    await join(laptop, BOB);
    await work();
    world.provider.says = { kind: 'running', progress: null };
    const id = await world.pushGeneration();
    await world.sql('UPDATE generation SET status = ?, completed_at = ?, next_at = NULL WHERE id = ?', [
      'canceled',
      world.now(),
      id,
    ]);
    await work();
    expect(sent).toEqual([]);
  });

  test('nothing, where the server knows no keys', async () => {
    await join(phone);
    deps = { ...deps, vapid: null };
    await ended();
    expect(sent).toEqual([]);
  });
});

describe('nothing is sent twice for the same generation', () => {
  test('not by two processes at once, nor by one that looks again and again', async () => {
    await join(phone);
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    for (let n = 0; n < 10; n++) await world.pushGeneration();
    await work();
    world.pass(1000);
    await Promise.all([work(), work(), work()]);
    await work();
    world.pass(DAY / 2);
    await work();
    expect(sent).toHaveLength(10);
    expect(new Set(sent.map(({ body }) => phone.read(body))).size).toBe(10);
  });

  test('not when its outputs come after it was told as failed', async () => {
    await join(phone);
    const id = await ended(FAILED);
    await world.sql(`UPDATE generation SET status = 'succeeded', outputs = '[]', completed_at = ? WHERE id = ?`, [
      world.now() + 1,
      id,
    ]);
    await work();
    expect(sent).toHaveLength(1);
  });

  test('a process that died while it sent: another goes on once the claim has lapsed, under the same topic', async () => {
    await join(phone);
    let die = () => {};
    const dying = new Promise<void>((resolve) => {
      die = resolve;
    });
    const dead: JobDeps = {
      ...deps,
      remote: async (url, request) => {
        pushService(url, request);
        die();
        return new Promise(() => {});
      },
    };
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    await world.pushGeneration();
    await work();
    world.pass(1000);
    void world.work(dead);
    await dying;
    await work();
    expect(sent).toHaveLength(1);
    world.pass(LEASE_MS);
    await work();
    expect(sent).toHaveLength(2);
    expect(sent[0]?.headers.get('topic')).toBe(sent[1]?.headers.get('topic'));
    expect(await rows('push_message')).toEqual([]);
  });
});

describe('what the service answers', () => {
  test.each([404, 410])('%i: the browser is forgotten, the others are not', async (code) => {
    await join(phone);
    await join(laptop);
    answers = (endpoint) => status(endpoint === PHONE ? code : 201)();
    await ended();
    expect((await rows('push_subscription')).map(({ endpoint }) => endpoint)).toEqual([LAPTOP]);
    expect(await rows('push_message')).toEqual([]);
  });

  test.each([408, 429, 500, 503])('%i: tried again, later and later, until it is taken', async (code) => {
    await join(phone);
    answers = status(code);
    await ended();
    expect(sent).toHaveLength(1);
    world.pass(1_999);
    await work();
    expect(sent).toHaveLength(1);
    world.pass(1);
    await work();
    expect(sent).toHaveLength(2);
    answers = status(201);
    world.pass(4_000);
    await work();
    expect(sent).toHaveLength(3);
    expect(await rows('push_message')).toEqual([]);
  });

  test('no answer is no refusal', async () => {
    await join(phone);
    answers = () => ({ kind: 'unreachable', message: 'No answer' });
    await ended();
    expect(await rows('push_message')).toMatchObject([{ attempts: 1, lease_until: 0 }]);
  });

  test.each([
    ['120', 120_000],
    [new Date(1_800_000_000_000 + 1_000 + 300_000).toUTCString(), 300_000],
  ])('Retry-After: %s is honoured', async (value, ms) => {
    await join(phone);
    const headers = new Headers({ 'retry-after': value });
    answers = () => ({ kind: 'reply', status: 429, headers, body: null });
    await ended();
    expect(await rows('push_message')).toMatchObject([{ next_at: world.now() + ms }]);
  });

  test('what it will never take is dropped, and the browser is kept', async () => {
    await join(phone);
    answers = status(413);
    await ended();
    expect(await rows('push_message')).toEqual([]);
    expect(await rows('push_subscription')).toHaveLength(1);
  });

  test('after a day it is no news any more', async () => {
    await join(phone);
    answers = status(503);
    await ended();
    world.pass(DAY);
    await work();
    expect(sent).toHaveLength(1);
    expect(await rows('push_message')).toEqual([]);
  });
});

describe('who is told', () => {
  test('an endpoint has one row: renewed, it is told from when it was first made', async () => {
    await join(phone);
    const [first] = await rows('push_subscription');
    world.pass(5_000);
    const renewed = createReader(PHONE);
    await join(renewed);
    expect(await rows('push_subscription')).toMatchObject([
      { since: first?.since, seen_at: world.now(), p256dh: renewed.subscription.keys.p256dh },
    ]);
  });

  test('another person on the same browser takes it over, and what was on its way is not told to them', async () => {
    await join(phone);
    answers = status(503);
    await ended();
    await join(phone, BOB);
    answers = status(201);
    world.pass(60_000);
    await work();
    expect(sent).toHaveLength(1);
    expect(await rows('push_subscription')).toMatchObject([{ user_id: 'bob', since: world.now() - 60_000 }]);
  });

  test('only its own person can end it', async () => {
    await join(phone);
    await unsubscribe(world.deps.db, BOB, PHONE);
    expect(await rows('push_subscription')).toHaveLength(1);
    await unsubscribe(world.deps.db, ALICE, PHONE);
    expect(await rows('push_subscription')).toEqual([]);
  });

  test('a person has so many browsers and no more: the one not heard of for longest makes room', async () => {
    for (let n = 0; n <= MAX_SUBSCRIPTIONS; n++) {
      await join(createReader(`https://push.example/${n}`));
      world.pass(1);
    }
    const endpoints = (await rows('push_subscription')).map(({ endpoint }) => endpoint);
    expect(endpoints).toHaveLength(MAX_SUBSCRIPTIONS);
    expect(endpoints).not.toContain('https://push.example/0');
  });
});
