import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { PASS } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';
import { expectAtRest, expectSameLibrary, query } from './oracle.ts';
import { runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';
import { openWorld, withoutWorker } from './world.ts';

test('a live event during a push is lost: a poke that comes while the reply is held is acted on after it', async () => {
  // Without the worker, which would look by itself after a while.
  await using world = await openWorld({ prepare: withoutWorker });
  const { server, phone } = world;
  const tablet = await world.another();
  const pages = [phone.page, tablet.page];
  // Whole and at rest: a device that waits for nothing asks by itself only once a minute.
  await (await runningApp(phone.page)).evaluate(
    ({ commands }, film) => commands.generate({ ...film, prompt: 'Quiet' }),
    FILM,
  );
  await expectAtRest(pages);
  await expectSameLibrary(server, pages);
  for (const page of pages) await until(() => isLive(page), Boolean);
  await collectHeads(phone.page);

  let release = () => {};
  let isHeld = false;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const onHeld = () => {
    isHeld = true;
  };
  phone.proxy.inject(({ path, body }) =>
    path === '/api/sync' && body.includes('"title"') ? { kind: 'hold', at: 'reply', until: released, onHeld } : PASS,
  );
  await (await runningApp(phone.page)).evaluate(async ({ commands, db }) => {
    for (const id of await db.videos.toCollection().primaryKeys()) await commands.setTitle(id, 'Held');
  });
  await until(() => isHeld, Boolean);

  // Committed after that reply was made, and told to the phone while it is on its way.
  const before = Date.now();
  await (await runningApp(tablet.page)).evaluate(async ({ commands, db }) => {
    await commands.setFavorite(await db.videos.toCollection().primaryKeys(), true);
  });
  await until(
    () => query(server, `SELECT 1 FROM video WHERE fields ->> '$.favorite[0]' = 1`),
    (rows) => rows.length === 1,
  );
  const [head] = await query(server, 'SELECT max(rev) AS rev FROM user_head');
  await until(
    () => headsHeard(phone.page),
    (heads) => heads.some((heard) => heard.startsWith(`${head?.rev}.`)),
  );
  expect(await isFavorite(phone.page)).toBe(false);
  release();

  await until(() => isFavorite(phone.page), Boolean);
  // Well before it would have asked by itself.
  expect(Date.now() - before).toBeLessThan(50_000);
  await expectSameLibrary(server, pages);
});

async function isLive(page: Page): Promise<boolean> {
  return (await runningApp(page)).evaluate(({ live }) => live.get() === 'connected');
}

/** Listens in on what the tab with the stream passes on to the others. */
async function collectHeads(page: Page): Promise<void> {
  await (await runningApp(page)).evaluate(({ user }) => {
    const heads: string[] = [];
    Reflect.set(globalThis, 'headsHeard', heads);
    const channel = new BroadcastChannel(`vidfab-live-${user.id}`);
    Reflect.set(globalThis, 'headsChannel', channel);
    channel.onmessage = ({ data: [what, data] }: MessageEvent<readonly string[]>) => {
      if (what === 'head' && data) heads.push(data);
    };
  });
}

async function headsHeard(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => Reflect.get(globalThis, 'headsHeard'));
}

async function isFavorite(page: Page): Promise<boolean> {
  return (await runningApp(page)).evaluate(async ({ db }) =>
    (await db.videos.toArray()).some(({ favorite }) => favorite === 1),
  );
}
