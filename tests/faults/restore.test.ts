import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GenerationRecord } from '../../client/data/database.ts';
import { readTable } from '../support/library.ts';
import { NODE, PROJECT } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import { until } from '../support/until.ts';
import { type Backup, newBackup } from './backup.ts';
import { expectAtRest, expectSameLibrary, type Library, libraryIn, query, submissions } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';
import { openWorld, type Station, type World } from './world.ts';

let world: World;
let tablet: Station;
let pages: Station['page'][];
let fromTheStart: Backup;
beforeAll(async () => {
  world = await openWorld();
  tablet = await world.another();
  pages = [world.phone.page, tablet.page];
  fromTheStart = await newBackup();
  await fromTheStart.take(world.server);
  await makeFilm(world.phone, 'First of all');
  await expectAtRest(pages);
  await expectSameLibrary(world.server, pages);
});
afterAll(async () => {
  await fromTheStart[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe('restored or wiped server swallows writes', () => {
  test('[PULL-5] a raw copy of the database, of the same epoch, put back under running devices: all of it comes back, and nothing made since is submitted again', async () => {
    await using backup = await newBackup();
    await backup.take(world.server);
    const since = await workSince('a raw copy');
    await world.server.kill();
    await backup.putBack(world.server);
    await world.server.restart();
    await expectHealed(since);
  });

  test('[PULL-5] `npm run backup` under the running server, `npm run restore`: all of it comes back, and nothing made since is submitted again', async () => {
    const { server } = world;
    const file = join(server.dataDir, 'by-night.db');
    await runScript('backup', file, server);
    const since = await workSince('a backup');
    await server.kill();
    await runScript('restore', file, server);
    await server.restart();
    await expectHealed(since);
  });

  test('[PULL-5] the copy taken right after the sign-up: an empty history, and all of it comes back', async () => {
    const since = await workSince('the sign-up');
    await world.server.kill();
    await fromTheStart.putBack(world.server);
    await world.server.restart();
    await expectHealed(since);
  });

  test('[GEN-2] a generation that ran when a copy was put back is not submitted again', async () => {
    const { server, phone } = world;
    await using backup = await newBackup();
    await backup.take(server);
    const running = await (await runningApp(phone.page)).evaluate(({ commands }) => {
      const params = { duration: 8, resolution: '480p' };
      return commands.generate({ prompt: 'A long one', provider: 'local', model: 'local/film', params });
    });
    const status = (sql: Awaited<ReturnType<typeof query>>) => String(sql[0]?.status);
    const known = async () => status(await query(server, `SELECT status FROM generation WHERE id = '${running}'`));
    await until(
      async () => (await readTable<GenerationRecord>(phone.page, 'generations')).find(({ id }) => id === running),
      (row) => row?.received?.server.status === 'running',
    );
    await server.kill();
    await backup.putBack(server);
    await server.restart();

    // Looked up at the provider, or held for the person to decide: never sent again by itself.
    const found = await kickUntil(phone.page, known, (now) => now === 'held' || now === 'succeeded', 60_000);
    await expectSameLibrary(server, pages);
    expect(submissions(server).get(running)).toBe(1);
    if (found === 'held') await phone.page.getByText('On hold').first().waitFor();
  });
});

async function runScript(name: 'backup' | 'restore', file: string, { dataDir }: World['server']): Promise<void> {
  const env = { PATH: process.env.PATH ?? '', DATA_DIR: dataDir };
  await promisify(execFile)(NODE, [join(PROJECT, `scripts/${name}.ts`), file], { cwd: PROJECT, env });
}

async function makeFilm({ page }: Station, prompt: string): Promise<void> {
  const input = { ...FILM, prompt };
  await (await runningApp(page)).evaluate(({ commands }, asked) => commands.generate(asked), input);
}

interface Since {
  readonly library: Library;
  readonly submissions: ReadonlyMap<string, number>;
  readonly films: number;
}

/** A film, titles, favourites and a video in the trash, on both devices, all of it synced. */
async function workSince(what: string): Promise<Since> {
  const { server, phone } = world;
  await makeFilm(phone, `Since ${what}`);
  await expectAtRest(pages);
  await expectSameLibrary(server, pages);
  await (await runningApp(phone.page)).evaluate(async ({ commands, db }, text) => {
    for (const id of await db.videos.toCollection().primaryKeys()) await commands.setTitle(id, `Since ${text} ${id}`);
  }, what);
  await (await runningApp(tablet.page)).evaluate(async ({ commands, db }) => {
    const videos = await db.videos.toArray();
    for (const { id, favorite } of videos) await commands.setFavorite([id], favorite !== 1);
    await commands.moveToTrash(videos.slice(0, 1).map(({ id }) => id));
  });
  await expectAtRest(pages);
  await expectSameLibrary(server, pages);
  const films = storedVideos(server.dataDir).length;
  return { library: await libraryIn(server), submissions: submissions(server), films };
}

async function expectHealed(since: Since): Promise<void> {
  const { server } = world;
  await expectAtRest(pages, 90_000);
  await expectSameLibrary(server, pages);
  const plain = ({ videos, generations }: Library) =>
    [...videos, ...generations].map(({ id, create, fields, server: state }) => ({ id, create, fields, state }));
  expect(plain(await libraryIn(server))).toEqual(plain(since.library));
  expect(submissions(server)).toEqual(since.submissions);
  expect(new Set(since.submissions.values())).toEqual(new Set([1]));
  expect(storedVideos(server.dataDir)).toHaveLength(since.films);
}
