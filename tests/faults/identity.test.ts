import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { PASS, type Seen } from '../support/fault-proxy.ts';
import { installed, newAccount, readTable, signInTo, signUpIn } from '../support/library.ts';
import { expectAtRest, expectSameLibrary, query, submissions } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { NO_FILM, pushImports } from './seeding.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await pushImports(world.phone.page, 2);
  await expectSameLibrary(world.server, [world.phone.page]);
});
afterAll(() => world[Symbol.asyncDispose]());

describe("sign-out deletes unsaved work, another user's push carries it", () => {
  test('[PUSH-7] out and in as each: what was not sent waits for its owner, and only its owner sends it', async () => {
    const { account: ada, phone, server } = world;
    const { page, proxy } = phone;
    await installed(page);
    proxy.inject(({ path }) => (path.startsWith('/api/') ? { kind: 'reset_before' } : PASS));
    const work = await unsentWork(page, 'Only for Ada');
    await signOut(page, proxy.url);
    proxy.inject(null);

    const bob = newAccount();
    const sinceBob = proxy.seen().length;
    await signUpIn(page, bob);
    const bobs = await pushImports(page, 1);
    await kickUntil(
      page,
      async () => (await readTable<VideoRecord>(page, 'videos')).length,
      (n) => n === 1,
    );
    await (await runningApp(page)).evaluate(async ({ commands, db }) => {
      for (const id of await db.videos.toCollection().primaryKeys()) await commands.setTitle(id, "Bob's");
    });
    await expectAtRest([page]);
    const [bobUser] = await owners(server, bobs);
    const [adaUser] = await owners(server, work.videos);
    expectNothingOf(work, adaUser, proxy.seen().slice(sinceBob));
    expect((await readTable<VideoRecord>(page, 'videos')).map(({ id }) => id)).toEqual(bobs);
    await signOut(page, proxy.url);

    await signInTo(page, ada);
    await expectAtRest([page]);
    expect(adaUser).not.toBe(bobUser);
    expect(await owners(server, [...work.videos, work.generation])).toEqual(
      work.videos.map(() => adaUser).concat(adaUser ?? ''),
    );
    expect(await titles(server, work.videos)).toEqual(['Only for Ada', 'Only for Ada']);
    expect(submissions(server).get(work.generation)).toBe(1);
    expect(await owners(server, bobs)).toEqual([bobUser]);
  });

  test('[PUSH-7] signed out and in as another in a second tab: the open page keeps its work for its owner', async () => {
    const { account: ada, phone, server } = world;
    const { page, proxy, device } = phone;
    await installed(page);
    const mine = (await readTable<VideoRecord>(page, 'videos')).map(({ id }) => id);
    const titlesBefore = await titles(server, mine);
    const peopleBefore = await query(server, 'SELECT DISTINCT user_id FROM video');
    const other = await device.page('/');
    await signOut(other, proxy.url);
    const bob = newAccount();
    await signUpIn(other, bob);
    const sinceBob = proxy.seen().length;

    // The first tab was never reloaded: it still shows Ada's library, and works under Bob's cookie.
    await page.bringToFront();
    const work = await unsentWork(page, 'Still for Ada');
    await kickUntil(
      page,
      () =>
        proxy
          .seen()
          .slice(sinceBob)
          .filter(({ body }) => body.includes('Still for Ada')).length,
      (tries) => tries >= 2,
    );
    expect(await titles(server, work.videos)).toEqual(titlesBefore);
    expect(await owners(server, [work.generation])).toEqual([]);
    expect(await query(server, 'SELECT DISTINCT user_id FROM video')).toEqual(peopleBefore);
    await page.close();

    await signOut(other, proxy.url);
    await signInTo(other, ada);
    await expectAtRest([other]);
    const [adaUser] = await owners(server, work.videos);
    expect(await owners(server, [work.generation])).toEqual([adaUser]);
    expect(await titles(server, work.videos)).toEqual(['Still for Ada', 'Still for Ada']);
    expect(submissions(server).get(work.generation)).toBe(1);
  });
});

interface Work {
  readonly videos: readonly string[];
  readonly generation: string;
}

/** A title for each video and a prompt, none of which the server takes now. */
async function unsentWork(page: Page, text: string): Promise<Work> {
  const app = await runningApp(page);
  const { unsent, ...work } = await app.evaluate(
    async ({ commands, db }, { title, given }) => {
      const videos = (await db.videos.toCollection().primaryKeys()).sort();
      for (const id of videos) await commands.setTitle(id, title);
      const input = { ...given, prompt: title };
      const generation = await commands.generate(input);
      const dirty = [await db.videos.where({ dirty: 1 }).count(), await db.generations.where({ dirty: 1 }).count()];
      return { videos, generation, unsent: dirty };
    },
    { title: text, given: NO_FILM },
  );
  expect(unsent).toEqual([work.videos.length, 1]);
  return work;
}

async function signOut(page: Page, origin: string): Promise<void> {
  await page.goto(new URL('/settings', origin).href);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /Sign out/ })
    .click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
}

/** Whoever names another user than the owner carries nothing of the work. */
function expectNothingOf(work: Work, owner: string | undefined, requests: readonly Seen[]): void {
  const exchanges = requests.filter(({ path }) => path === '/api/sync');
  const others = exchanges.filter(({ body }) => JSON.parse(body).user !== owner);
  expect(others.length).toBeGreaterThan(0);
  for (const id of [...work.videos, work.generation]) {
    expect(others.filter(({ body }) => body.includes(id))).toEqual([]);
  }
}

async function owners(server: World['server'], ids: readonly string[]): Promise<readonly string[]> {
  const list = ids.map((id) => `'${id}'`).join(', ');
  const rows = await query(
    server,
    `SELECT user_id, id FROM video WHERE id IN (${list}) UNION ALL SELECT user_id, id FROM generation WHERE id IN (${list})`,
  );
  return rows.map((row) => String(row.user_id));
}

async function titles(server: World['server'], ids: readonly string[]): Promise<readonly unknown[]> {
  const list = ids.map((id) => `'${id}'`).join(', ');
  const rows = await query(server, `SELECT fields ->> '$.title[0]' AS title FROM video WHERE id IN (${list})`);
  return rows.map(({ title }) => title);
}
