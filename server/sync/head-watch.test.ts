import * as v from 'valibot';
import { beforeEach, expect, test } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import type { Database } from '../db/database.ts';
import { createLog } from '../log.ts';
import { createHeadWatch } from './head-watch.ts';

const [ada, bea] = [v.parse(UserIdSchema, 'ada'), v.parse(UserIdSchema, 'bea')];

/** A watch whose database answers when the test says so, and whose timers run when it says so. */
async function createWorld() {
  const database = await openTestDatabase();
  const queries: { readonly args: unknown; readonly answer: () => Promise<void> }[] = [];
  const timers = new Map<() => void, number>();
  const world = { blind: 0, fails: false };
  const db: Database = {
    ...database,
    sql: {
      ...database.sql,
      execute: (statement) =>
        new Promise((resolve, reject) => {
          const answer = async () => {
            if (world.fails) reject(new Error('no database'));
            else resolve(await database.sql.execute(statement));
            await new Promise((next) => setTimeout(next));
          };
          queries.push({ args: statement.args, answer });
        }),
    },
  };
  const watch = createHeadWatch({
    db,
    log: createLog({ level: 'silent', clock: () => 0, write: () => undefined }),
    pollMs: 1_000,
    after: (ms, run) => {
      timers.set(run, ms);
      return () => timers.delete(run);
    },
    onBlind: () => {
      world.blind++;
    },
  });
  return Object.assign(world, {
    watch,
    queries,
    timers,
    commit: (user: string, rev: number) =>
      database.sql.execute({
        sql: `INSERT INTO user_head (user_id, rev, nonce) VALUES (?, ?, 'n')
          ON CONFLICT DO UPDATE SET rev = excluded.rev`,
        args: [user, rev],
      }),
    /** Answers every question, those that follow from it too. */
    settle: async () => {
      for (let query = queries.shift(); query; query = queries.shift()) await query.answer();
    },
    fireTimers: () => {
      for (const run of [...timers.keys()]) {
        timers.delete(run);
        run();
      }
    },
  });
}

let world: Awaited<ReturnType<typeof createWorld>>;
beforeEach(async () => {
  world = await createWorld();
});

test('while nobody watches nothing is asked and no timer runs', async () => {
  world.watch.look();
  expect([world.queries.length, world.timers.size]).toEqual([0, 0]);
  const end = world.watch.watch(ada, () => undefined);
  await world.settle();
  expect([...world.timers.values()]).toEqual([1_000]);
  end();
  expect(world.timers.size).toBe(0);
  world.watch.look();
  expect(world.queries).toHaveLength(0);
});

test('however many commits fall into one look, one more follows it', async () => {
  const heads: string[] = [];
  world.watch.watch(ada, (head) => heads.push(head));
  for (let n = 0; n < 100; n++) world.watch.look();
  expect(world.queries).toHaveLength(1);
  await world.queries.shift()?.answer();
  expect(world.queries).toHaveLength(1);
  await world.commit('ada', 5);
  await world.settle();
  expect(heads).toEqual(['0.', '5.n']);
});

test('one query serves everyone, and each hears of their own head alone', async () => {
  const heads: string[] = [];
  world.watch.watch(ada, (head) => heads.push(`ada ${head}`));
  world.watch.watch(ada, (head) => heads.push(`ada's other ${head}`));
  world.watch.watch(bea, (head) => heads.push(`bea ${head}`));
  await world.settle();
  await world.commit('bea', 2);
  world.watch.look();
  expect(world.queries.map(({ args }) => args)).toEqual([['["ada","bea"]']]);
  await world.settle();
  expect(heads).toEqual(['ada 0.', "ada's other 0.", 'bea 0.', 'bea 2.n']);
});

test('who joins during a look is told by the next, never a head that was not read for them', async () => {
  const heads: string[] = [];
  await world.commit('bea', 3);
  world.watch.watch(ada, () => undefined);
  world.watch.watch(bea, (head) => heads.push(head));
  await world.settle();
  expect(heads).toEqual(['3.n']);
});

test('a database that fails is asked ever less often, and watchers are told after five times', async () => {
  const heads: string[] = [];
  world.watch.watch(ada, (head) => heads.push(head));
  await world.settle();
  world.fails = true;
  const delays: number[] = [];
  for (let n = 0; n < 6; n++) {
    world.fireTimers();
    await world.settle();
    delays.push(...world.timers.values());
  }
  expect(delays).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect(world.blind).toBe(1);
  world.fails = false;
  await world.commit('ada', 1);
  world.fireTimers();
  await world.settle();
  expect([heads, [...world.timers.values()]]).toEqual([['0.', '1.n'], [1_000]]);
});
