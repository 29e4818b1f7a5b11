import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { type Fault, PASS } from '../support/fault-proxy.ts';
import { readTable } from '../support/library.ts';
import { ANSWERS } from './fault-plan.ts';
import { expectSameLibrary, libraryIn } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { pushImports } from './seeding.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await pushImports(world.phone.page, 3);
  await expectSameLibrary(world.server, [world.phone.page]);
});
afterAll(() => world[Symbol.asyncDispose]());

const TRIES = 4;

describe("a captive portal's HTML 200, a 401, a 500 or a redirect counts as sent", () => {
  test.each<Fault & { readonly kind: 'answer' }>(Object.values(ANSWERS))(
    '$name: the edits and the prompt stay, and are sent once the server itself answers',
    async (fault) => {
      const { server, phone } = world;
      const { page, proxy } = phone;
      const app = await runningApp(page);
      const before = await libraryIn(server);
      proxy.inject(({ path }) => (path === '/api/sync' || path.startsWith('/api/generations/') ? fault : PASS));
      const generation = await app.evaluate(async ({ commands, db }, title) => {
        const [first, second, third] = await db.videos.toCollection().primaryKeys();
        if (!first || !second || !third) throw new Error('three videos were pushed');
        await commands.setTitle(first, title);
        await commands.setFavorite([second], (await db.videos.get(second))?.favorite !== 1);
        await commands.moveToTrash([third]);
        await commands.restore([third]);
        const made = await commands.generate({ prompt: title, provider: 'local', model: 'local/film', params: {} });
        await commands.cancelGeneration(made);
        return made;
      }, fault.name);

      await kickUntil(
        page,
        () => countOf(proxy.seen(), fault),
        (tries) => tries >= TRIES,
      );
      expect(await libraryIn(server)).toEqual(before);
      const dirty = (await readTable<VideoRecord>(page, 'videos')).filter((row) => row.dirty === 1);
      expect(dirty).toHaveLength(3);
      expect(dirty.map(({ rejection }) => rejection)).toEqual([null, null, null]);

      proxy.inject(null);
      await expectSameLibrary(server, [page]);
      const after = await libraryIn(server);
      expect(after.videos.map(({ fields }) => fields.title?.[0])).toContain(fault.name);
      expect(after.generations.filter(({ id }) => id === generation)).toMatchObject([
        { server: { status: 'canceled' } },
      ]);
      expect(after.videos).toHaveLength(3);
    },
  );
});

function countOf(seen: ReturnType<World['phone']['proxy']['seen']>, fault: Fault): number {
  return seen.filter((request) => request.path === '/api/sync' && request.fault === fault).length;
}
