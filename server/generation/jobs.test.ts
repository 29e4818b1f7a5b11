import { afterEach, beforeEach, expect, test } from 'vitest';
import { ALICE, createJobsWorld, type JobsWorld, STUB_OUTPUT } from '../../tests/support/jobs-world.ts';
import { createJobLoop } from './jobs.ts';

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
  Object.assign(world.provider, { pollEveryMs: 20 });
});
afterEach(() => world[Symbol.asyncDispose]());

const real = () => ({ ...world.deps, clock: Date.now });

test('the loop brings a generation home by itself, from one wake-up', async () => {
  const loop = createJobLoop(real());
  const id = await world.pushGeneration();
  await world.sql('UPDATE generation SET next_at = 0');
  loop.wake();
  await expect.poll(() => loop.progressOf(id)).toBe(0.5);
  world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
  await expect.poll(async () => (await world.videos()).map((row) => row.media_state)).toEqual(['stored']);
  expect(loop.progressOf(id)).toBe(null);
  await loop.stop();
});

test('progress is told with its owner, and its end once', async () => {
  const told: unknown[][] = [];
  const loop = createJobLoop(real(), (...args) => told.push(args));
  const id = await world.pushGeneration();
  await world.sql('UPDATE generation SET next_at = 0');
  loop.wake();
  await expect.poll(() => told.at(-1)).toEqual([ALICE, id, 0.5]);
  world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
  await expect.poll(() => told.at(-1)).toEqual([ALICE, id, null]);
  await loop.stop();
});

test('stop lets what runs finish and starts nothing more', async () => {
  const loop = createJobLoop(real());
  let finish = () => {};
  const { submits } = world.provider;
  world.provider.submits = async () => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    return submits();
  };
  const id = await world.pushGeneration();
  await world.sql('UPDATE generation SET next_at = 0');
  loop.wake();
  await expect.poll(() => world.provider.calls).toEqual(['submit']);
  const stopped = loop.stop();
  await world.pushGeneration();
  loop.wake();
  finish();
  await stopped;
  expect((await world.generation(id)).server.status).toBe('running');
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(world.provider.calls).toEqual(['submit']);
});

test('a database that fails is asked again', async () => {
  let failing = true;
  const deps = real();
  const sql = {
    batch: deps.db.sql.batch.bind(deps.db.sql),
    execute: async (...args: Parameters<typeof deps.db.sql.execute>) => {
      if (failing) throw new Error('the disk is full');
      return deps.db.sql.execute(...args);
    },
  };
  const waits: number[] = [];
  const after = (ms: number, run: () => void) => {
    waits.push(ms);
    const timer = setTimeout(run, Math.min(ms, 20));
    return () => clearTimeout(timer);
  };
  const loop = createJobLoop({ ...deps, db: { ...deps.db, sql }, after });
  await world.pushGeneration();
  await world.sql('UPDATE generation SET next_at = 0');
  loop.wake();
  await expect.poll(() => waits.length).toBeGreaterThan(1);
  expect(waits.every((ms) => ms === 5000)).toBe(true);
  failing = false;
  await expect.poll(() => world.provider.calls).toContain('submit');
  await loop.stop();
});

test('work that breaks and stays due rests before it is tried again', async () => {
  const deps = real();
  let tries = 0;
  const batch = async () => {
    tries++;
    await new Promise((resolve) => setTimeout(resolve, 1));
    throw new Error('the disk is full');
  };
  const id = await world.pushGeneration();
  await world.sql(`UPDATE generation SET next_at = NULL, status = 'succeeded', completed_at = ? WHERE id = ?`, [
    Date.now(),
    id,
  ]);
  const sql = { execute: deps.db.sql.execute.bind(deps.db.sql), batch };
  const loop = createJobLoop({ ...deps, db: { ...deps.db, sql } });
  loop.wake();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(tries).toBe(1);
  await loop.stop();
});

test('a purge that breaks keeps no picture', async () => {
  const deps = real();
  const old = Date.now() - 1000;
  await world.sql(`INSERT INTO source (user_id, id, sha256, content_type, check_at) VALUES (?, 's', 'x', 'x', ?)`, [
    ALICE,
    old,
  ]);
  await world.pushVideo();
  await world.sql('UPDATE video SET purge_at = ?', [old]);
  const batch: typeof deps.db.sql.batch = async (statements, mode) => {
    if (JSON.stringify(statements).includes('purged_at = :now')) throw new Error('the disk is full');
    return deps.db.sql.batch(statements, mode);
  };
  const sql = { execute: deps.db.sql.execute.bind(deps.db.sql), batch };
  const loop = createJobLoop({ ...deps, db: { ...deps.db, sql } });
  loop.wake();
  await expect.poll(() => world.sql('SELECT id FROM source')).toEqual([]);
  expect(await world.sql('SELECT purged_at FROM video')).toEqual([{ purged_at: null }]);
  await loop.stop();
});

test('with nothing to do the database is left alone', async () => {
  const deps = real();
  // Nine lanes are asked what is due and when the next is.
  let asked = 0;
  const sql = {
    batch: deps.db.sql.batch.bind(deps.db.sql),
    execute: async (...args: Parameters<typeof deps.db.sql.execute>) => {
      asked++;
      return deps.db.sql.execute(...args);
    },
  };
  const loop = createJobLoop({ ...deps, db: { ...deps.db, sql } });
  loop.wake();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked).toBeLessThanOrEqual(18);
  await loop.stop();
});
