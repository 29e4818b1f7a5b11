/**
 * A person goes on working while the network does everything a network can do.
 *
 *   VIDFAB_FAULT_SEED=123 vitest run --project faults tests/faults/storm.test.ts   the same storm again
 *   FAULT_ROUNDS=50       vitest run --project faults tests/faults/storm.test.ts   a longer one
 */
import { expect, test } from 'vitest';
import type { CopyRecord } from '../../client/data/database.ts';
import { installed, readTable } from '../support/library.ts';
import { storedVideos } from '../support/server-files.ts';
import { until } from '../support/until.ts';
import { faultAt, mulberry32, nameOf, seededPlan } from './fault-plan.ts';
import { expectAtRest, expectSameLibrary, libraryIn, libraryOf, type PlainRow, query, submissions } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';
import { expectKept, newLedger, workOn } from './storm-acts.ts';
import { openWorld } from './world.ts';

const seed = Number(process.env.VIDFAB_FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
const rounds = Number(process.env.FAULT_ROUNDS ?? 3);
const ACTS = 20;
const FILMS = 2;

test(
  `a storm of every fault, seed ${seed}: lost 0, doubled 0, stuck 0`,
  async ({ annotate }) => {
    await annotate(`VIDFAB_FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}`, 'notice');
    await using world = await openWorld();
    const { server, phone } = world;
    const { page, proxy, device } = phone;
    await installed(page);
    const random = mulberry32(seed);
    const ledger = newLedger();
    const since = proxy.seen().length;

    // Two films to work on, made while all is well.
    for (const prompt of ['First of all', 'Second of all']) {
      const input = { ...FILM, prompt };
      await (await runningApp(page)).evaluate(({ commands }, asked) => commands.generate(asked), input);
    }
    await expectAtRest([page]);

    for (let round = 0; round < rounds; round++) {
      proxy.inject(seededPlan({ seed: seed + round, stallMs: 1_500 }));
      for (let act = 0; act < ACTS; act++) {
        const films = ledger.films.length < FILMS * (round + 1);
        await workOn({ page, device, ledger, random, films });
        const before = exchanges();
        // Each act meets at least one exchange, so that the faults fall among them.
        await kickUntil(page, exchanges, (count) => count > before);
      }
    }
    const met = new Set(
      proxy
        .seen()
        .slice(since)
        .filter(({ path }) => path === '/api/sync')
        .map(({ fault }) => nameOf(fault)),
    );
    const all = new Set(Array.from({ length: 40 }, (_, n) => nameOf(faultAt({ seed, lane: 0, n, stallMs: 1 }))));
    expect(met).toEqual(all);

    proxy.inject(null);
    await page.bringToFront();
    await expectAtRest([page]);
    await expectSameLibrary(server, [page]);
    const laptop = await world.another();
    await expectSameLibrary(server, [laptop.page]);

    const { videos, generations } = await libraryIn(server);
    expectKept(ledger, await libraryOf(page));
    // Doubled 0: a video for each generation that succeeded, a submission for each that was submitted at all.
    const succeeded = generations.filter(({ server: { status } }) => status === 'succeeded');
    expect(generations.map(({ id }) => id)).toEqual(expect.arrayContaining([...ledger.films, ...ledger.withdrawn]));
    expect(generations).toHaveLength(2 + ledger.films.length + ledger.withdrawn.length);
    expect(videos).toHaveLength(succeeded.length);
    expect(succeeded.length).toBeGreaterThanOrEqual(2 + ledger.films.length);
    expect([...submissions(server).values()].filter((count) => count !== 1)).toEqual([]);
    expect(new Set(storedVideos(server.dataDir).map(({ sha256 }) => sha256)).size).toBe(succeeded.length);

    // The bytes came through the same storm: each copy is whole, and what the server has.
    await page.reload();
    const etag = ({ server: { sha256 } }: PlainRow) => `"${sha256}"`;
    const wanted = videos.filter(({ fields }) => !fields.deletedAt?.[0]).map(etag);
    const verified = async () =>
      (await readTable<CopyRecord>(page, 'copies'))
        .filter(({ state }) => state === 'verified')
        .map((copy) => copy.etag);
    await until(verified, (kept) => wanted.every((each) => kept.includes(each)), 60_000);
    expect(videos.map(etag)).toEqual(expect.arrayContaining(await verified()));

    // At rest nothing is pushed any more, and no revision is made.
    const [head] = await query(server, 'SELECT max(rev) AS rev FROM user_head');
    const quiet = proxy.seen().length;
    await kickUntil(
      page,
      () =>
        proxy
          .seen()
          .slice(quiet)
          .filter(({ path }) => path === '/api/sync'),
      (seen) => seen.length >= 2,
    );
    for (const { path, body } of proxy.seen().slice(quiet)) {
      if (path === '/api/sync') expect(JSON.parse(body).push).toEqual({ videos: [], generations: [] });
    }
    expect(await query(server, 'SELECT max(rev) AS rev FROM user_head')).toEqual([head]);

    function exchanges(): number {
      return proxy.seen().filter(({ path }) => path === '/api/sync').length;
    }
  },
  120_000 + rounds * 40_000,
);
