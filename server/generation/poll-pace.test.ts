import { afterEach, beforeEach, expect, test } from 'vitest';
import { createJobsWorld, type JobsWorld } from '../../tests/support/jobs-world.ts';
import { pollPause } from './poll-pace.ts';
import { NoAnswerError } from './provider.ts';

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
  Object.assign(world.provider, { slowestPollMs: 30_000 });
});
afterEach(() => world[Symbol.asyncDispose]());

const dueIn = async () => Number((await world.sql('SELECT next_at FROM generation'))[0]?.next_at) - world.now();

test('asks soon at first and then less often, down to a bound, with some chance in it', () => {
  const pace = { pollEveryMs: 2_000, slowestPollMs: 30_000, chance: 0 };
  expect([0, 10_000, 60_000, 200_000, 1_800_000].map((ran) => pollPause(pace, ran))).toEqual([
    2_000, 2_000, 6_000, 20_000, 30_000,
  ]);
  expect(pollPause({ ...pace, chance: 0.999 }, 1_800_000)).toBeGreaterThanOrEqual(24_000);
});

test('a film of half an hour is asked about for as long as it takes, not for four minutes', async () => {
  const id = await world.pushGeneration();
  await world.work();
  const pauses: number[] = [];
  for (let ran = 0; ran < 30 * 60_000; ) {
    const pause = await dueIn();
    pauses.push(pause);
    ran += pause;
    world.pass(pause);
    await world.work();
  }
  expect(pauses[0]).toBeLessThanOrEqual(1_000);
  expect(pauses.at(-1)).toBeGreaterThan(20_000);
  expect(pauses.length).toBeLessThan(200);
  expect(new Set(pauses.slice(-20)).size).toBeGreaterThan(5);
  expect((await world.generation(id)).server.status).toBe('running');
});

test('Retry-After is never undercut, of a poll or of a submission', async () => {
  await world.pushGeneration();
  const { submits } = world.provider;
  world.provider.submits = async () => ({ kind: 'not_now', message: 'Busy', retryAfterMs: 90_000 });
  await world.work();
  expect(await dueIn()).toBe(90_000);
  world.provider.submits = submits;
  world.pass(90_000);
  await world.work();
  world.provider.says = new NoAnswerError('Busy', 45_000);
  world.pass(1_000);
  await world.work();
  expect(await dueIn()).toBe(45_000);
});
