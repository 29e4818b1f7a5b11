import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { SERVER_DEVICE, VideoIdSchema } from '../../sync/ids.ts';
import { videosOf } from '../../sync/records.ts';
import { crashPoints } from '../../tests/support/crash.ts';
import { ALICE, createJobsWorld, FILM_SHA256, type JobsWorld, STUB_OUTPUT } from '../../tests/support/jobs-world.ts';
import { commitPush } from '../sync/commit.ts';
import { readEpoch } from '../sync/epoch.ts';
import { newNonce } from '../sync/heads.ts';

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const succeeded = (...urls: string[]) => ({
  kind: 'succeeded' as const,
  outputs: urls.map((url) => ({ ...STUB_OUTPUT, url })),
});
const statusOf = async (id: string) => (await world.generation(id)).server.status;

test('a generation is submitted, polled and done', async () => {
  const id = await world.pushGeneration();
  expect(await statusOf(id)).toBe('queued');
  await world.work();
  const submittedAt = world.now();
  expect((await world.generation(id)).server).toMatchObject({
    status: 'running',
    requestId: 'request-7',
    submittedAt,
    deadline: submittedAt + 3_600_000,
  });
  world.pass(1000);
  await world.work();
  world.provider.says = succeeded(STUB_OUTPUT.url);
  world.pass(1000);
  await world.work();
  const { create, server } = await world.generation(id);
  expect(server).toEqual({
    status: 'succeeded',
    error: null,
    requestId: 'request-7',
    outputs: [{ ...STUB_OUTPUT, videoId: create.videoIds[0] }],
    submittedAt,
    completedAt: world.now(),
    deadline: submittedAt + 3_600_000,
  });
  expect(world.provider.calls).toEqual(['submit', 'status', 'status']);
});

test('polls and progress bump no revision', async () => {
  const id = await world.pushGeneration();
  await world.work();
  const head = await world.head();
  for (let n = 0; n < 5; n++) {
    world.provider.says = { kind: 'running', progress: n / 5 };
    world.pass(1000);
    await world.work();
  }
  expect([await world.head(), (await world.generation(id)).rev]).toEqual([head, head]);
  expect(world.provider.calls.filter((call) => call === 'status')).toHaveLength(5);
});

describe('[GEN-1] success', () => {
  test('writes the videos and their ingest jobs in the same batch, with no client involved', async () => {
    const id = await world.pushGeneration();
    await world.work();
    world.provider.says = succeeded(STUB_OUTPUT.url, 'stub:film/1');
    world.pass(1000);
    let batches = 0;
    const sql = {
      ...world.deps.db.sql,
      execute: world.deps.db.sql.execute.bind(world.deps.db.sql),
      batch: async (...args: Parameters<typeof world.deps.db.sql.batch>) => {
        if (batches++ > 0) throw new Error('killed after the first batch');
        return world.deps.db.sql.batch(...args);
      },
    };
    await world.work({ ...world.deps, db: { ...world.deps.db, sql } });
    const { create, server } = await world.generation(id);
    const [first, second] = videosOf({ id, create, server });
    expect(server.status).toBe('succeeded');
    expect(first?.id).toBe(create.videoIds[0]);
    expect(second?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    for (const video of [first, second]) {
      const row = await world.video(video?.id ?? '');
      expect(row.create).toEqual(video?.create);
      expect(row.fields).toEqual({});
    }
    expect((await world.jobs()).map(({ video_id }) => video_id).sort()).toEqual([first?.id, second?.id].sort());
  });

  test('its videos say what the generation does of how it came to be', async () => {
    const params = { duration: 3, similarTo: { id: '01900000-0000-7000-8000-000000000001' } };
    const id = await world.pushGeneration({ params });
    await world.work();
    world.provider.says = succeeded(STUB_OUTPUT.url);
    world.pass(1000);
    await world.work();
    const { create } = await world.generation(id);
    expect((await world.video(create.videoIds[0] ?? '')).create.params).toEqual(params);
  });

  test('a device that was first and the server write one and the same row', async () => {
    const id = await world.pushGeneration();
    await world.work();
    world.provider.says = succeeded(STUB_OUTPUT.url);
    world.pass(1000);
    await world.work();
    const { create, server } = await world.generation(id);
    const head = await world.head();
    const videos = videosOf({ id, create, server }).map((video) => ({ ...video, set: {} }));
    const commit = { db: world.deps.db, now: world.now, nonce: () => newNonce(world.deps.random) };
    await commitPush(commit, { user: ALICE, videos, generations: [], knowsEpoch: true });
    expect([await world.head(), (await world.videos()).length]).toEqual([head, 1]);
  });

  test('told twice, by two processes at once, it bumps nothing twice', async () => {
    const id = await world.pushGeneration();
    await world.work();
    world.provider.says = succeeded(STUB_OUTPUT.url);
    world.pass(1000);
    await Promise.all([world.work(), world.work()]);
    const [rev, head] = [(await world.generation(id)).rev, await world.head()];
    await world.sql(`UPDATE generation SET next_at = 0`);
    await world.work();
    expect([(await world.generation(id)).rev, await world.head()]).toEqual([rev, head]);
    expect(await world.videos()).toHaveLength(1);
  });

  test('killed at every step and started again: one submission at a time, one video, stored', {
    timeout: 120_000,
  }, async () => {
    let point = 0;
    for (const killed of crashPoints()) {
      await world[Symbol.asyncDispose]();
      world = await createJobsWorld();
      const id = await world.pushGeneration();
      world.provider.says = succeeded(STUB_OUTPUT.url);
      const mortal = killed.wrap(world.deps);
      for (let n = 0; n < 3; n++) {
        await world.work(mortal).catch(() => undefined);
        world.pass(1000);
      }
      for (let n = 0; n < 4; n++) {
        world.pass(60_000);
        await world.work();
      }
      const where = `killed at ${point++}: ${killed.at()}`;
      const videos = (await world.videos()).map(({ media_state, sha256 }) => ({ media_state, sha256 }));
      expect({ where, status: await statusOf(id), videos }).toEqual({
        where,
        status: 'succeeded',
        videos: [{ media_state: 'stored', sha256: FILM_SHA256 }],
      });
      if (killed.at() === null) break;
    }
    expect(point).toBeGreaterThan(20);
  });
});

describe('[GEN-2] charged once', () => {
  test('a submission lost with its process is held when it costs, and repeated when it is free', async () => {
    const dies = async () => new Promise<never>(() => undefined);
    for (const resubmitIsFree of [false, true]) {
      world.provider.resubmitIsFree = resubmitIsFree;
      world.provider.calls.length = 0;
      const id = await world.pushGeneration();
      const { submits } = world.provider;
      world.provider.submits = dies;
      void world.work();
      await expect.poll(() => statusOf(id)).toBe('submitting');
      await expect.poll(() => world.provider.calls.length).toBe(1);
      world.provider.submits = submits;
      await world.work();
      expect(await statusOf(id)).toBe('submitting');
      world.pass(30_000);
      await world.work();
      expect(await statusOf(id)).toBe(resubmitIsFree ? 'running' : 'held');
      expect(world.provider.calls.filter((call) => call === 'submit')).toHaveLength(resubmitIsFree ? 2 : 1);
    }
  });

  test('a submission without a clear answer is held, never repeated', async () => {
    world.provider.resubmitIsFree = false;
    world.provider.submits = async () => Promise.reject(new Error('socket hang up'));
    const id = await world.pushGeneration();
    await world.work();
    world.pass(3_600_000);
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({
      status: 'held',
      error: { code: 'submission_unclear', message: 'socket hang up' },
    });
    expect(world.provider.calls).toEqual(['submit']);
  });

  test('one sent in another epoch is held, one of the present epoch is not', async () => {
    const epoch = await readEpoch(world.deps.db, ALICE);
    const [present, past] = [
      await world.pushGeneration({ sentEpoch: epoch }),
      await world.pushGeneration({ sentEpoch: epoch }),
    ];
    await world.sql(
      `UPDATE generation SET creation = json_set(creation, '$.sentEpoch', 'ffffffffffffffff') WHERE id = ?`,
      [past],
    );
    await world.work();
    expect([await statusOf(present), await statusOf(past)]).toEqual(['running', 'held']);
    expect(world.provider.calls).toEqual(['submit']);
  });

  test('one that was submitted before the database was put back is held, whoever speaks first', async () => {
    world.provider.resubmitIsFree = false;
    const id = await world.pushGeneration();
    await world.work();
    expect(await statusOf(id)).toBe('running');
    await world.sql(`UPDATE generation SET status = 'queued', reference = NULL, next_at = 0, lease_until = 0`);
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({
      status: 'held',
      error: { code: 'submission_unclear' },
    });
    expect(world.provider.calls.filter((call) => call === 'submit')).toHaveLength(1);
  });

  test('one that the provider did not take leaves no mark, and is submitted again', async () => {
    world.provider.resubmitIsFree = false;
    const { submits } = world.provider;
    world.provider.submits = async () => ({ kind: 'not_now', message: 'Too many jobs', retryAfterMs: null });
    const id = await world.pushGeneration();
    await world.work();
    expect(await statusOf(id)).toBe('queued');
    world.provider.submits = submits;
    world.pass(60_000);
    await world.work();
    expect(await statusOf(id)).toBe('running');
  });

  test('of several processes one submits', async () => {
    await world.pushGeneration();
    await Promise.all([world.work(), world.work(), world.work(), world.work()]);
    expect(world.provider.calls.filter((call) => call === 'submit')).toHaveLength(1);
  });
});

describe('what goes wrong', () => {
  test('a provider that refuses ends it with its reason', async () => {
    const error = { code: 'invalid', message: 'The prompt is empty', retryable: false };
    world.provider.submits = async () => ({ kind: 'refused', error });
    const id = await world.pushGeneration();
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({ status: 'failed', error, completedAt: world.now() });
  });

  test('one that is busy is asked again after 2, 4 and 6 seconds', async () => {
    world.provider.submits = async () => ({ kind: 'not_now', message: 'Too many jobs', retryAfterMs: null });
    const id = await world.pushGeneration();
    const waits: number[] = [];
    for (let n = 0; n < 5; n++) {
      await world.work();
      const [row] = await world.sql('SELECT next_at FROM generation');
      waits.push(Number(row?.next_at) - world.now());
      world.pass(waits.at(-1) ?? 0);
    }
    expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 6_000]);
    expect((await world.generation(id)).server).toMatchObject({
      status: 'queued',
      error: { message: 'Too many jobs' },
    });
  });

  test('a failed poll is no failed job; the last error is shown until one succeeds', async () => {
    const id = await world.pushGeneration();
    await world.work();
    world.provider.says = new Error('503 from the provider');
    for (let n = 0; n < 5; n++) {
      world.pass(300_000);
      await world.work();
    }
    expect((await world.generation(id)).server).toMatchObject({
      status: 'running',
      error: { code: 'no_answer', message: '503 from the provider' },
    });
    world.provider.says = succeeded(STUB_OUTPUT.url);
    world.pass(300_000);
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({ status: 'succeeded', error: null });
  });

  test.each([
    ['never answers', new Error('timeout')],
    ['says it runs for ever', { kind: 'running', progress: 0.99 }],
    ['says a word nobody knows', { kind: 'unknown' }],
  ] as const)(
    'stuck in “processing” for ever (postiz#1809, clipcrafter#43): a provider that %s ends at the deadline',
    async (_, says) => {
      const id = await world.pushGeneration();
      await world.work();
      world.provider.says = says;
      world.pass(3_599_000);
      await world.work();
      expect(await statusOf(id)).toBe('running');
      world.pass(300_000);
      await world.work();
      expect((await world.generation(id)).server).toMatchObject({ status: 'failed', error: { code: 'deadline' } });
    },
  );

  test('a row that cannot be read holds up no other', async () => {
    const broken = await world.pushGeneration();
    await world.sql(`UPDATE generation SET creation = json_set(creation, '$.videoIds', 'none') WHERE id = ?`, [broken]);
    const id = await world.pushGeneration();
    await world.work();
    expect(await statusOf(id)).toBe('running');
  });

  test('another provider’s generation is not sent to this one', async () => {
    const id = await world.pushGeneration({ provider: 'elsewhere' });
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({
      status: 'failed',
      error: { code: 'provider_unavailable' },
    });
    expect(world.provider.calls).toEqual([]);
  });
});

describe('[GEN-3] cancel', () => {
  async function cancel(id: Awaited<ReturnType<typeof world.pushGeneration>>): Promise<void> {
    const stamp = nextStamp({ nowMs: world.now(), device: SERVER_DEVICE, last: ZERO_STAMP, seen: ZERO_STAMP });
    const op = { id, set: { cancelRequestedAt: [world.now(), stamp] as const } };
    const commit = { db: world.deps.db, now: world.now, nonce: () => newNonce(world.deps.random) };
    await commitPush(commit, { user: ALICE, videos: [], generations: [op], knowsEpoch: true });
  }

  test('before it is submitted: it never is', async () => {
    const id = await world.pushGeneration();
    await cancel(id);
    await world.work();
    expect(await statusOf(id)).toBe('canceled');
    expect(world.provider.calls).toEqual([]);
  });

  test('while it runs: at the provider too, and at once', async () => {
    const id = await world.pushGeneration();
    await world.work();
    await cancel(id);
    await world.work();
    expect(await statusOf(id)).toBe('canceled');
    expect(world.provider.calls).toEqual(['submit', 'status', 'cancel']);
    world.pass(3_600_000);
    await world.work();
    expect(world.provider.calls).toHaveLength(3);
  });

  test('not heard by the provider: asked for again, and not said to be done', async () => {
    const id = await world.pushGeneration();
    await world.work();
    const { cancel: cancels } = world.provider;
    world.provider.cancel = async () => Promise.reject(new Error('503'));
    await cancel(id);
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({
      status: 'running',
      error: { message: 'Not cancelled yet: 503' },
    });
    world.provider.cancel = cancels;
    world.pass(10_000);
    await world.work();
    expect([await statusOf(id), world.provider.calls.at(-1)]).toEqual(['canceled', 'cancel']);
  });

  test('while it is held', async () => {
    world.provider.resubmitIsFree = false;
    world.provider.submits = async () => Promise.reject(new Error('socket hang up'));
    const id = await world.pushGeneration();
    await world.work();
    await cancel(id);
    await world.work();
    expect(await statusOf(id)).toBe('canceled');
  });

  test('after the film was made: outputs win', async () => {
    const id = await world.pushGeneration();
    await world.work();
    world.provider.says = succeeded(STUB_OUTPUT.url);
    await cancel(id);
    await world.work();
    expect(await statusOf(id)).toBe('succeeded');
    expect(v.parse(VideoIdSchema, (await world.videos())[0]?.id)).toBeDefined();
  });
});
