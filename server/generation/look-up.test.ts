import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { SERVER_DEVICE } from '../../sync/ids.ts';
import { ALICE, createJobsWorld, type JobsWorld, STUB_OUTPUT } from '../../tests/support/jobs-world.ts';
import { BlobKeySchema } from '../media/blob-store/blob-store.ts';
import { commitPush } from '../sync/commit.ts';
import { newNonce } from '../sync/heads.ts';
import { hear } from './hear.ts';
import type { Found, JobSearch } from './provider.ts';

let world: JobsWorld;
let searches: JobSearch[];
/** What the provider's list says from now on. */
let list: Found | Error;
beforeEach(async () => {
  world = await createJobsWorld();
  world.provider.resubmitIsFree = false;
  searches = [];
  list = { kind: 'absent' };
  world.provider.find = async (search) => {
    searches.push(search);
    world.provider.calls.push('find');
    if (list instanceof Error) throw list;
    if (list.kind === 'found' && (await search.isTaken(list.requestId)))
      return { kind: 'cannot_tell', message: 'Taken' };
    return list;
  };
});
afterEach(() => world[Symbol.asyncDispose]());

const FOUND: Found = { kind: 'found', reference: { job: 9 }, requestId: 'request-9' };
const serverOf = async (id: string) => (await world.generation(id)).server;
const submissions = () => world.provider.calls.filter((call) => call === 'submit').length;
const fails = async () => Promise.reject(new Error('503 from the provider'));

/** Works whenever something is due, for so long. */
async function live(ms: number): Promise<void> {
  for (let passed = 0; passed <= ms; passed += 5_000) {
    await world.work();
    world.pass(5_000);
  }
}

async function unanswered(create = {}): Promise<Awaited<ReturnType<JobsWorld['pushGeneration']>>> {
  const { submits } = world.provider;
  world.provider.submits = fails;
  const id = await world.pushGeneration(create);
  await world.work();
  world.provider.submits = submits;
  return id;
}

/** A process that dies while it waits for the answer. */
async function killed(): Promise<Awaited<ReturnType<JobsWorld['pushGeneration']>>> {
  const { submits } = world.provider;
  world.provider.submits = () => new Promise<never>(() => undefined);
  const id = await world.pushGeneration();
  void world.work();
  await expect.poll(submissions).toBe(1);
  world.provider.submits = submits;
  world.pass(30_000);
  return id;
}

describe('the retry of a paid start charges again (AI SDK re-posts on 503): [GEN-2]', () => {
  test.each([
    ['503 or a timeout', unanswered],
    ['a kill', killed],
  ])('after %s it is found at the provider, and submitted once', async (_, lose) => {
    const id = await lose();
    list = FOUND;
    world.pass(5_000);
    await world.work();
    expect(await serverOf(id)).toMatchObject({ status: 'running', requestId: 'request-9', error: null });
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    await live(10_000);
    expect(await serverOf(id)).toMatchObject({ status: 'succeeded', requestId: 'request-9' });
    expect([submissions(), (await world.videos()).length]).toEqual([1, 1]);
  });

  test.each([
    ['503 or a timeout', unanswered],
    ['a kill', killed],
  ])('after %s one that is not there yet is awaited, as it may still be on its way', async (_, lose) => {
    const id = await lose();
    await live(80_000);
    expect(await serverOf(id)).toMatchObject({ status: 'submitting', error: { code: 'looking' } });
    list = FOUND;
    await live(60_000);
    expect(await serverOf(id)).toMatchObject({ status: 'running', requestId: 'request-9' });
    expect(submissions()).toBe(1);
  });

  test('one that is surely not there is submitted again', async () => {
    const id = await unanswered();
    await live(180_000);
    expect(await serverOf(id)).toMatchObject({ status: 'running', requestId: 'request-7', error: null });
    expect(submissions()).toBe(2);
  });

  test.each([
    ['may be there', { kind: 'cannot_tell', message: 'There is a job that may be this one' }],
    ['cannot be looked for', new Error('The list is away')],
  ] as const)('one that %s is held, says so, and is never submitted again', async (_, says) => {
    list = says;
    const id = await unanswered();
    await live(says instanceof Error ? 930_000 : 180_000);
    expect(await serverOf(id)).toMatchObject({
      status: 'held',
      error: { code: 'submission_unclear', message: says.message },
    });
    await live(3_600_000);
    expect([(await serverOf(id)).status, submissions()]).toEqual(['held', 1]);
  });
});

test('a provider that does not answer is asked again for a quarter of an hour, and no more often than before', async () => {
  list = new Error('503 from the list');
  const id = await unanswered();
  await live(600_000);
  expect(await serverOf(id)).toMatchObject({ status: 'submitting', error: { code: 'looking' } });
  const looks = searches.length;
  await live(120_000);
  expect(searches.length - looks).toBeLessThanOrEqual(5);
  list = FOUND;
  await live(60_000);
  expect(await serverOf(id)).toMatchObject({ status: 'running', requestId: 'request-9' });
  expect(submissions()).toBe(1);
});

test('a held one that turns up later is taken on', async () => {
  list = { kind: 'cannot_tell', message: 'Perhaps' };
  const id = await unanswered();
  await live(180_000);
  expect((await serverOf(id)).status).toBe('held');
  list = FOUND;
  await live(3_600_000);
  expect((await serverOf(id)).status).toBe('running');
  expect(submissions()).toBe(1);
});

test('a held one that was never there ends with that, and costs nothing', async () => {
  list = { kind: 'cannot_tell', message: 'Perhaps' };
  const id = await unanswered();
  await live(180_000);
  list = { kind: 'absent' };
  await live(3_600_000);
  expect(await serverOf(id)).toMatchObject({ status: 'failed', error: { code: 'not_started', retryable: true } });
  expect(submissions()).toBe(1);
});

test('one that a restored server forgot is found by when it was made', async () => {
  const id = await world.pushGeneration();
  await world.work();
  const { createdAt } = (await world.generation(id)).create;
  world.pass(3_600_000);
  await world.sql(
    `UPDATE generation SET status = 'queued', reference = NULL, request_id = NULL, submitted_at = NULL, next_at = 0`,
  );
  list = { ...FOUND, requestId: 'request-7' };
  await live(10_000);
  expect(await serverOf(id)).toMatchObject({ status: 'running', requestId: 'request-7' });
  expect(submissions()).toBe(1);
  expect(searches[0]?.from).toBe(createdAt);
});

describe('a server that was put back moments after a submission, before the list can show it', () => {
  async function forgotten(status: 'queued' | 'held') {
    const id = await world.pushGeneration();
    // It waited before it was sent.
    world.pass(600_000);
    await world.work();
    expect(submissions()).toBe(1);
    world.pass(10_000);
    await world.sql(
      `UPDATE generation SET status = ?, reference = NULL, request_id = NULL, submitted_at = NULL, next_at = 0`,
      [status],
    );
    await live(80_000);
    return id;
  }

  test('does not send it again: it looks until the list has settled', async () => {
    const id = await forgotten('queued');
    expect([(await serverOf(id)).status, submissions()]).toEqual(['submitting', 1]);
    list = { ...FOUND, requestId: 'request-7' };
    await live(40_000);
    expect([await serverOf(id), submissions()]).toMatchObject([{ status: 'running', requestId: 'request-7' }, 1]);
  });

  test('does not say of what it holds that it never was', async () => {
    const id = await forgotten('held');
    expect((await serverOf(id)).status).toBe('held');
    await live(60_000);
    expect(await serverOf(id)).toMatchObject({ status: 'failed', error: { code: 'not_started' } });
    expect(submissions()).toBe(1);
  });

  test('with a mark of before marks told the time leaves it to the person', async () => {
    const id = await world.pushGeneration();
    await world.blobs.putSmall(
      v.parse(BlobKeySchema, `${ALICE}/${id}/submitted`),
      new TextEncoder().encode('submitted'),
    );
    await live(300_000);
    expect([(await serverOf(id)).status, submissions()]).toEqual(['held', 0]);
  });
});

test('a film that is told of after its cancellation keeps the name of its job', async () => {
  const id = await world.pushGeneration();
  await world.sql(`UPDATE generation SET status = 'canceled', completed_at = 5, next_at = NULL`);
  const heard = {
    requestId: 'request-7',
    referenceFor: () => ({ job: 7 }),
    status: { kind: 'succeeded' as const, outputs: [STUB_OUTPUT] },
    deliveryId: '1',
  };
  expect(await hear({ ...world.deps, onProgress: () => undefined }, { user: ALICE, id }, heard)).toBe(true);
  expect(await serverOf(id)).toMatchObject({ status: 'succeeded', requestId: 'request-7' });
  expect(await world.videos()).toMatchObject([{ request_id: 'request-7' }]);
});

test('another generation’s job is never taken for this one', async () => {
  const other = await world.pushGeneration();
  await world.work();
  expect((await serverOf(other)).requestId).toBe('request-7');
  list = { ...FOUND, requestId: 'request-7' };
  const id = await unanswered();
  await live(180_000);
  expect(await serverOf(id)).toMatchObject({ status: 'held' });
});

test('a twin is one that was sent, asks for the same, and whose job nobody knows', async () => {
  const twins = async () => searches.at(-1)?.hasTwin();
  await world.pushGeneration({ prompt: 'A  fox ' });
  await world.work();
  list = { kind: 'cannot_tell', message: 'Perhaps' };
  await unanswered({ prompt: 'A hare' });
  const id = await unanswered({ prompt: 'A fox' });
  await live(180_000);
  expect([(await serverOf(id)).status, await twins()]).toEqual(['held', false]);
  await unanswered({ prompt: 'A  fox ' });
  world.pass(5_000);
  await world.work();
  expect(await twins()).toBe(true);
});

test('of two that look the same and find the same job at once one gets it', async () => {
  world.provider.find = async (search) => {
    searches.push(search);
    await new Promise((resolve) => setTimeout(resolve, 50));
    return FOUND;
  };
  const { submits } = world.provider;
  world.provider.submits = fails;
  const ids = [await world.pushGeneration(), await world.pushGeneration()];
  await world.work();
  world.provider.submits = submits;
  world.pass(10_000);
  await world.work();
  const taken = await Promise.all(ids.map(async (id) => (await serverOf(id)).requestId));
  expect(taken.filter((requestId) => requestId === 'request-9')).toHaveLength(1);
});

test('a look that took longer than the claim on it decides nothing', async () => {
  const id = await unanswered();
  world.pass(200_000);
  world.provider.find = async () => {
    world.pass(31_000);
    return { kind: 'absent' };
  };
  await world.work();
  expect([(await serverOf(id)).status, submissions()]).toEqual(['submitting', 1]);
});

test('what was found out about one submission is not taken for the next', async () => {
  const id = await unanswered();
  world.pass(200_000);
  const late = Promise.withResolvers<Found>();
  const { find } = world.provider;
  let looks = 0;
  world.provider.find = (search) => (looks++ === 0 ? late.promise : (find?.(search) ?? late.promise));
  const slow = world.work();
  await expect.poll(() => looks).toBe(1);
  await world.sql('UPDATE generation SET lease_until = 0, next_at = 0');
  world.provider.submits = () => new Promise<never>(() => undefined);
  void world.work();
  await expect.poll(submissions).toBe(2);
  late.resolve({ kind: 'absent' });
  await slow;
  expect((await serverOf(id)).status).toBe('submitting');
});

test('a mark that took too long to make lets nothing be sent after others look for it', async () => {
  const slow = {
    ...world.deps.blobs,
    putSmall: async (...args: Parameters<typeof world.deps.blobs.putSmall>) => {
      world.pass(30_000);
      return world.deps.blobs.putSmall(...args);
    },
  };
  const id = await world.pushGeneration();
  await world.work({ ...world.deps, blobs: slow });
  expect([(await serverOf(id)).status, submissions()]).toEqual(['queued', 0]);
  await live(5_000);
  expect([(await serverOf(id)).status, submissions()]).toEqual(['running', 1]);
});

test('[GEN-3] one that is held and cancelled is looked for, and cancelled there', async () => {
  list = { kind: 'cannot_tell', message: 'Perhaps' };
  const id = await unanswered();
  await live(180_000);
  list = FOUND;
  const stamp = nextStamp({ nowMs: world.now(), device: SERVER_DEVICE, last: ZERO_STAMP, seen: ZERO_STAMP });
  const op = { id, set: { cancelRequestedAt: [world.now(), stamp] as const } };
  const commit = { db: world.deps.db, now: world.now, nonce: () => newNonce(world.deps.random) };
  await commitPush(commit, { user: ALICE, videos: [], generations: [op], knowsEpoch: true });
  await world.work();
  expect((await serverOf(id)).status).toBe('canceled');
  expect(world.provider.calls.slice(-2)).toEqual(['status', 'cancel']);
});
