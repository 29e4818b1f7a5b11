import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { type Fault, PASS } from '../support/fault-proxy.ts';
import { readTable } from '../support/library.ts';
import { until } from '../support/until.ts';
import { ANSWERS, answer } from './fault-plan.ts';
import { expectAtRest, expectSameLibrary, query } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { pushImports } from './seeding.ts';
import { openWorld, type World } from './world.ts';

const ROWS = 1_000;
const BAD = 500;

let world: World;
beforeAll(async () => {
  world = await openWorld();
  const { page } = world.phone;
  await pushImports(page, ROWS);
  await kickUntil(
    page,
    async () => (await readTable(page, 'videos')).length,
    (count) => count === ROWS,
  );
});
afterAll(() => world[Symbol.asyncDispose]());

describe('one poison row wedges the queue: row 500 of 1,000 is bad', () => {
  test('[PUSH-4] the server refuses it: 999 land, one says why, and lands once it is mended', async () => {
    const { page, proxy } = world.phone;
    proxy.inject(({ path }) => (path === '/api/sync' ? { kind: 'reset_before' } : PASS));
    const app = await runningApp(page);
    const bad = await app.evaluate(async ({ commands, db }, at) => {
      await commands.setFavorite(await db.videos.toCollection().primaryKeys(), true);
      // What an app with a fault of its own might have written: no act of a person makes it.
      const row = (await db.videos.where('dirty').equals(1).sortBy('id'))[at];
      const stamp = row?.fields.favorite?.[1];
      if (!row || !stamp) throw new Error('there is no such row');
      await db.videos.update(row.id, { fields: { ...row.fields, favorite: ['very much', stamp] } });
      return row.id;
    }, BAD);
    proxy.inject(null);
    await kickUntil(page, favorites, (count) => count === ROWS - 1);

    // The server has them before the device has heard of it.
    const rejected = await until(
      async () => (await readTable<VideoRecord>(page, 'videos')).filter(({ rejection }) => rejection !== null),
      ({ length }) => length > 0,
    );
    expect(rejected).toMatchObject([{ id: bad, saveState: 'failed', rejection: { code: 'invalid' } }]);
    const unsent = (await readTable<VideoRecord>(page, 'videos')).filter(({ dirty }) => dirty === 1);
    expect(unsent).toEqual([]);
    await page.goto(new URL('/activity', proxy.url).href);
    await page.getByText(/The server did not accept this video: set\.favorite/).waitFor();
    expect(await page.getByText('The server did not accept this video').count()).toBe(1);

    const again = await runningApp(page);
    await again.evaluate(async ({ commands, db }, id) => {
      for (const key of await db.videos.toCollection().primaryKeys()) {
        if (key === id) await commands.setFavorite([key], true);
      }
    }, bad);
    await expectAtRest([page]);
    await expectSameLibrary(world.server, [page]);
    expect(await favorites()).toBe(ROWS);
  });

  test('[PUSH-4] the server breaks on it: 999 land by halving, one says why, and lands once the server is mended', async () => {
    const { page, proxy } = world.phone;
    const app = await runningApp(page);
    const ids = (await readTable<VideoRecord>(page, 'videos')).map(({ id }) => id).sort();
    const bad = ids[BAD] ?? '';
    // Pulls go well: it is this row in a push that it cannot take.
    proxy.inject(({ path, body }) => (path === '/api/sync' && body.includes(bad) ? ANSWERS.failure : PASS));
    await setAllFavorites(app, false);
    await kickUntil(page, favorites, (count) => count === 1, 100_000);
    await until(
      async () => (await readTable<VideoRecord>(page, 'videos')).filter(({ saveState }) => saveState === 'failed'),
      (failed) => failed.length === 1 && failed[0]?.id === bad,
    );
    await page.goto(new URL('/activity', proxy.url).href);
    await page.getByText(/The server refused \d+ times in a row/).waitFor();
    expect(await page.getByText(/The server refused \d+ times in a row/).count()).toBe(1);

    proxy.inject(null);
    await expectAtRest([page]);
    await expectSameLibrary(world.server, [page]);
    expect(await favorites()).toBe(0);
  });

  test('[PUSH-5] a proxy on the way takes no large bodies: 413 halves the push until it fits, and all land', async () => {
    const { page, proxy } = world.phone;
    const app = await runningApp(page);
    const tooLarge: Fault = answer('413', 413, { 'content-type': 'text/html' }, '<h1>413 Too Large</h1>');
    proxy.inject(({ path, body }) => (path === '/api/sync' && body.length > 20_000 ? tooLarge : PASS));
    await setAllFavorites(app, true);
    await kickUntil(page, favorites, (count) => count === ROWS, 60_000);
    expect(proxy.seen().some(({ fault }) => fault === tooLarge)).toBe(true);
    proxy.inject(null);
    await expectAtRest([page]);
    await expectSameLibrary(world.server, [page]);
  });
});

function setAllFavorites(app: Awaited<ReturnType<typeof runningApp>>, favorite: boolean): Promise<void> {
  return app.evaluate(async ({ commands, db }, wanted) => {
    await commands.setFavorite(await db.videos.toCollection().primaryKeys(), wanted);
  }, favorite);
}

async function favorites(): Promise<number> {
  const sql = `SELECT count(*) AS count FROM video WHERE fields ->> '$.favorite[0]' = 1`;
  return Number((await query(world.server, sql))[0]?.count);
}
