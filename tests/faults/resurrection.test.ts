import { expect, test } from 'vitest';
import type { VideoRecord } from '../../client/data/database.ts';
import { PASS } from '../support/fault-proxy.ts';
import { readTable } from '../support/library.ts';
import { storedVideos } from '../support/server-files.ts';
import { until } from '../support/until.ts';
import { expectAtRest, expectSameLibrary, query } from './oracle.ts';
import { kickUntil, runningApp } from './running-app.ts';
import { FILM } from './seeding.ts';
import { openWorld, type Station, type World } from './world.ts';

test('create → sync → delete → sync resurrects: [PURGE-1] what was deleted for good comes back from no device and no late request', async () => {
  await using world = await openWorld();
  const { server, phone } = world;
  const tablet = await world.another();
  const made = await (await runningApp(phone.page)).evaluate(
    ({ commands }, film) => commands.generate({ ...film, prompt: 'Gone tomorrow' }),
    FILM,
  );
  await expectAtRest([phone.page]);
  await expectSameLibrary(server, [phone.page, tablet.page]);
  const [video] = await readTable<VideoRecord>(phone.page, 'videos');
  if (!video) throw new Error('there is no video');
  expect(video.create.generationId).toBe(made);

  // The tablet works on it where nobody hears of the deletion.
  tablet.proxy.inject(({ path }) => (path.startsWith('/api/') ? { kind: 'reset_before' } : PASS));
  await (await runningApp(tablet.page)).evaluate(async ({ commands, db }) => {
    const ids = await db.videos.toCollection().primaryKeys();
    if (ids[0]) await commands.setTitle(ids[0], 'Still here');
    await commands.setFavorite(ids, true);
  });

  // Into the trash and out of it again, then for good.
  const onPhone = await runningApp(phone.page);
  await onPhone.evaluate(async ({ commands, db }) =>
    commands.moveToTrash(await db.videos.toCollection().primaryKeys()),
  );
  await expectSameLibrary(server, [phone.page]);
  await onPhone.evaluate(async ({ commands, db }) => commands.restore(await db.videos.toCollection().primaryKeys()));
  await expectSameLibrary(server, [phone.page]);
  const status = await phone.page.evaluate(
    async (id) => (await fetch(`/api/video/${id}?permanent=1`, { method: 'DELETE' })).status,
    video.id,
  );
  expect(status).toBe(200);
  // Every request that the phone ever sent, once more: the network kept them all.
  await sendAgain(world, video);
  await until(
    () => query(server, 'SELECT purged_at FROM video'),
    ([row]) => typeof row?.purged_at === 'number',
  );
  await goneFrom(phone);
  await sendAgain(world, video);

  tablet.proxy.inject(null);
  await goneFrom(tablet);
  const laptop = await world.another();

  for (const station of [phone, tablet, laptop]) {
    await station.page.reload();
    await runningApp(station.page);
    await goneFrom(station);
  }
  await expectAtRest([phone.page, tablet.page, laptop.page]);
  await expectSameLibrary(server, [phone.page, tablet.page, laptop.page]);
  expect(await query(server, 'SELECT id FROM video WHERE purged_at IS NULL')).toEqual([]);
  expect(await query(server, 'SELECT id FROM video')).toHaveLength(1);
  await until(
    () => storedVideos(server.dataDir),
    (files) => files.length === 0,
  );
});

/** All that the phone ever sent, and the video as devices send it that know it alone, under its id and under one of their own. */
async function sendAgain({ server, phone }: World, video: VideoRecord): Promise<void> {
  const sent = phone.proxy.seen().filter(({ method, path }) => method === 'POST' && path === '/api/sync');
  const [first] = sent;
  if (!first) throw new Error('the phone sent nothing');
  const creates = [video.id, crypto.randomUUID()].map((id) => ({ id, create: video.create, set: video.fields }));
  const request = { ...JSON.parse(first.body), push: { videos: creates, generations: [] } };
  for (const body of [...sent.map((each) => each.body), JSON.stringify(request)]) {
    const headers = { cookie: String(first.headers.cookie), 'content-type': 'application/json' };
    const reply = await fetch(new URL('/api/sync', server.url), { method: 'POST', headers, body });
    expect(reply.status).toBe(200);
  }
}

async function goneFrom({ page }: Station): Promise<void> {
  await kickUntil(
    page,
    () => readTable<VideoRecord>(page, 'videos'),
    (videos) => videos.length === 0,
  );
}
