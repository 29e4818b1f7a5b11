import { describe, expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { type Fault, PASS } from '../support/fault-proxy.ts';
import { readTable } from '../support/library.ts';
import { until } from '../support/until.ts';
import { expectSameLibrary } from './oracle.ts';
import { runningApp } from './running-app.ts';
import { pushImports } from './seeding.ts';
import { openWorld, type Station } from './world.ts';

/** Far longer than anybody waits: it is the device that has to give up, and does so within half a minute. */
const STALL_MS = 5 * 60_000;
const PATIENCE_MS = 90_000;

describe('a stall of 30 s and more', () => {
  test('before the server and in the middle of its answer: the app goes on, and recovers by itself', async () => {
    await using world = await openWorld();
    const stations = [world.phone, await world.another()];
    await pushImports(world.phone.page, 2);
    const pages = stations.map(({ page }) => page);
    await expectSameLibrary(world.server, pages);
    // Both at once: the wait is the same.
    const places = ['request', 'body'] as const;
    await Promise.all(stations.map((station, index) => stalled(station, places[index] ?? 'request')));
    await expectSameLibrary(world.server, pages);
    const titles = (await readTable<VideoRecord>(world.phone.page, 'videos')).map(({ fields }) => fields.title?.[0]);
    expect(titles.sort()).toEqual(places.flatMap((place) => [`${place} after`]).sort());
  });
});

/** Edits a video of its own, in a stall and after; sends no kick: a timer has to do it. */
async function stalled({ page, proxy }: Station, at: 'request' | 'body'): Promise<void> {
  const fault: Fault = { kind: 'stall', at, ms: STALL_MS };
  const isPush = (path: string, body: string) => path === '/api/sync' && body.includes(at);
  proxy.inject(({ path, body }) => (isPush(path, body) && stalls() === 0 ? fault : PASS));
  const stalls = () => proxy.seen().filter((request) => request.fault === fault).length;
  await rename(page, at, `${at} first`);
  await until(stalls, (count) => count === 1);
  // What a person does meanwhile is written at once, and waits for nothing.
  await rename(page, at, `${at} after`);
  await until(
    async () => (await readTable<VideoRecord>(page, 'videos')).filter(({ dirty }) => dirty === 1).length,
    (dirty) => dirty === 0,
    PATIENCE_MS,
  );
}

async function rename(page: Station['page'], at: 'request' | 'body', title: string): Promise<void> {
  const app = await runningApp(page);
  const index = { request: 0, body: 1 }[at];
  await app.evaluate(
    async ({ commands, db }, edit) => {
      const id = (await db.videos.toCollection().primaryKeys()).sort()[edit.index];
      if (id) await commands.setTitle(id, edit.title);
    },
    { index, title },
  );
}
