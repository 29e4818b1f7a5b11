import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fault, PASS } from '../support/fault-proxy.ts';
import { storedVideos } from '../support/server-files.ts';
import { expectAtRest, expectSameLibrary, libraryIn, query, submissions } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { FILM, NO_FILM, pushImports } from './seeding.ts';
import { openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await pushImports(world.phone.page, 1);
  await expectSameLibrary(world.server, [world.phone.page]);
});
afterAll(() => world[Symbol.asyncDispose]());

const CASES: readonly (readonly [string, Fault])[] = [
  ['reset after commit', { kind: 'reset_after' }],
  ['reset after 0 bytes of the reply', { kind: 'cut', bytes: 0 }],
  ['reset after 1 byte of the reply', { kind: 'cut', bytes: 1 }],
  ['reset after 100 bytes of the reply', { kind: 'cut', bytes: 100 }],
  ['reset after 500 bytes of the reply', { kind: 'cut', bytes: 500 }],
  ['the whole reply, and no end of it', { kind: 'stall', at: 'body', ms: 1_000 }],
  ['the request delivered twice', { kind: 'replay' }],
];

describe('reply lost after commit doubles the row', () => {
  test.each(CASES)('%s: one row, one submission, one revision for each change', async (name, fault) => {
    const { server, phone } = world;
    const { page, proxy } = phone;
    const app = await runningApp(page);
    const before = await libraryIn(server);
    const isPush = (path: string, body: string) => path === '/api/sync' && body.includes(name);
    proxy.inject(({ path, body }) => (isPush(path, body) ? fault : PASS));

    const made = await app.evaluate(
      async ({ commands, db }, { prompt, given }) => {
        const [video] = await db.videos.toCollection().primaryKeys();
        if (!video) throw new Error('a video was pushed');
        await commands.setTitle(video, prompt);
        return commands.generate({ ...given, prompt });
      },
      { prompt: name, given: NO_FILM },
    );
    const isLost = fault.kind !== 'replay';
    await kickUntil(
      page,
      () => proxy.seen().filter((request) => isPush(request.path, request.body)).length,
      (pushes) => pushes >= (isLost ? 3 : 1),
    );
    proxy.inject(null);
    await expectAtRest([page]);
    await expectSameLibrary(server, [page]);

    const after = await libraryIn(server);
    expect(after.generations).toHaveLength(before.generations.length + 1);
    expect(after.videos).toHaveLength(1);
    expect(submissions(server).get(made)).toBe(1);
    // Two pushes, and what the server itself did with the generation: submitting, then failed.
    expect(await headOf(server)).toBeLessThanOrEqual(maxRev(before) + 2 + 2);
    expect(after.videos.map(({ fields }) => fields.title?.[0])).toEqual([name]);
  });

  test('a film whose every reply was lost is made once and stored once', async () => {
    const { server, phone } = world;
    const { page, proxy } = phone;
    const app = await runningApp(page);
    const before = await libraryIn(server);
    let lost = 0;
    // Until the film is stored, nothing that the server says of it arrives whole.
    proxy.inject(({ path }) => {
      if (path !== '/api/sync' && !path.startsWith('/api/generations/')) return PASS;
      lost += 1;
      return lost % 2 ? { kind: 'reset_after' } : { kind: 'cut', bytes: 60 };
    });
    const made = await app.evaluate(({ commands }, film) => commands.generate({ ...film, prompt: 'Once' }), FILM);
    await kickUntil(
      page,
      () => storedVideos(server.dataDir).length,
      (stored) => stored === 1,
      60_000,
    );
    proxy.inject(null);
    await expectAtRest([page]);
    await expectSameLibrary(server, [page]);
    const after = await libraryIn(server);
    expect(after.videos).toHaveLength(before.videos.length + 1);
    expect(after.generations).toHaveLength(before.generations.length + 1);
    expect(submissions(server).get(made)).toBe(1);
    expect(storedVideos(server.dataDir)).toHaveLength(1);
    expect(lost).toBeGreaterThan(2);
  });
});

function maxRev({ videos, generations }: Awaited<ReturnType<typeof libraryIn>>): number {
  return Math.max(0, ...[...videos, ...generations].map(({ rev }) => rev ?? 0));
}

async function headOf(server: World['server']): Promise<number> {
  return Number((await query(server, 'SELECT max(rev) AS rev FROM user_head'))[0]?.rev);
}
