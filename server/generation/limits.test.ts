import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJobsWorld, type JobsWorld, STUB_OUTPUT } from '../../tests/support/jobs-world.ts';
import type { AccountLimits } from './limits.ts';

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const work = (limits: AccountLimits) => world.work({ ...world.deps, limits });
const serverOf = async (id: string) => (await world.generation(id)).server;
const statuses = (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await serverOf(id)).status));

async function push(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    ids.push(await world.pushGeneration());
    world.pass(1);
  }
  return ids;
}

describe('as many as may run at once', () => {
  const limits = { atOnce: 2, perDay: null };

  test('run; the others wait, say why, and start in their order when one ends', async () => {
    const ids = await push(5);
    await work(limits);
    expect(await statuses(ids)).toEqual(['running', 'running', 'queued', 'queued', 'queued']);
    expect(await serverOf(ids[2] ?? '')).toMatchObject({
      error: { code: 'limit_running', message: expect.stringContaining('by itself'), retryable: true },
    });
    // Both end, and the next two need not wait for their turn to be looked at.
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    world.pass(1_000);
    await work(limits);
    world.provider.says = { kind: 'running', progress: null };
    await work(limits);
    expect(await statuses(ids)).toEqual(['succeeded', 'succeeded', 'running', 'running', 'queued']);
    expect(await serverOf(ids[2] ?? '')).toMatchObject({ error: null });
  });

  test('count, however many processes look at once', async () => {
    const ids = await push(6);
    await Promise.all([work(limits), work(limits), work(limits), work(limits)]);
    expect((await statuses(ids)).filter((status) => status === 'running')).toHaveLength(2);
    expect(world.provider.calls.filter((call) => call === 'submit')).toHaveLength(2);
  });

  test('are of one account: another’s run', async () => {
    await push(3);
    await work(limits);
    await world.sql(`UPDATE generation SET user_id = 'bob'`);
    const id = await world.pushGeneration();
    await work(limits);
    expect(await statuses([id])).toEqual(['running']);
  });

  test('what the provider does not take now holds up nobody', async () => {
    const { submits } = world.provider;
    world.provider.submits = async () => ({ kind: 'not_now', message: 'Busy', retryAfterMs: 600_000 });
    const busy = await push(2);
    await work(limits);
    world.provider.submits = submits;
    const [id = ''] = await push(1);
    await work(limits);
    expect(await statuses([...busy, id])).toEqual(['queued', 'queued', 'running']);
  });

  test('waiting bumps no revision twice', async () => {
    await push(3);
    await work(limits);
    const head = await world.head();
    world.pass(120_000);
    await work({ ...limits, atOnce: 0 });
    expect(await world.head()).toBe(head);
  });
});

test('one more than a day has fails with its reason, and the next day starts', async () => {
  const limits = { atOnce: null, perDay: 2 };
  const ids = await push(3);
  await work(limits);
  expect(await statuses(ids)).toEqual(['running', 'running', 'failed']);
  expect((await serverOf(ids[2] ?? '')).error).toEqual({
    code: 'limit_daily',
    message: expect.stringMatching(/2 generations in 24 hours.*in 24 hours/),
    retryable: true,
  });
  world.pass(24 * 60 * 60_000);
  const [next = ''] = await push(1);
  await work(limits);
  expect(await statuses([next])).toEqual(['running']);
});

test('what the provider did not take counts for no day', async () => {
  const limits = { atOnce: null, perDay: 1 };
  const { submits } = world.provider;
  world.provider.submits = async () => ({ kind: 'not_now', message: 'Busy', retryAfterMs: null });
  const [id = ''] = await push(1);
  await work(limits);
  world.provider.submits = submits;
  world.pass(60_000);
  await work(limits);
  expect(await statuses([id])).toEqual(['running']);
});

test('what the provider turned away counts for no day', async () => {
  const limits = { atOnce: null, perDay: 1 };
  const { submits } = world.provider;
  const error = { code: 'invalid', message: 'The prompt is empty', retryable: false };
  world.provider.submits = async () => ({ kind: 'refused', error });
  const [refused = ''] = await push(1);
  await work(limits);
  expect(await serverOf(refused)).toMatchObject({ status: 'failed', submittedAt: null });
  world.provider.submits = submits;
  const [id = ''] = await push(1);
  await work(limits);
  expect(await statuses([id])).toEqual(['running']);
});
