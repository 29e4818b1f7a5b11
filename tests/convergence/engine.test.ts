import fc from 'fast-check';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { exchange } from '../../server/sync/exchange.ts';
import { advanceHead, newNonce } from '../../server/sync/heads.ts';
import { purgeDue } from '../../server/sync/purge.ts';
import { runCycle } from '../../sync/engine.ts';
import { nextStamp, type Stamp, StampSchema, stampTime, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  DeviceIdSchema,
  GenerationIdSchema,
  successorId,
  UserIdSchema,
  uuidv7,
  VideoIdSchema,
} from '../../sync/ids.ts';
import { newGenerationRow, newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import type { Transport, TransportResult } from '../../sync/ports.ts';
import { SyncReplySchema, type SyncRequest, SyncRequestSchema } from '../../sync/protocol.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import { pendingFields, saveState } from '../../sync/save-state.ts';
import { createMemoryStore } from '../../sync/simulation/memory-store.ts';
import { copyOf, openTestDatabase, type TestDatabase } from '../support/database.ts';

const user = v.parse(UserIdSchema, 'alice');
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let db: TestDatabase;
beforeEach(async () => {
  db = await openTestDatabase();
});

describe('one device', () => {
  test('[PUSH-2] a new row is pushed whole and acknowledged', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    expect(device.video(id)?.received).toBeNull();
    await device.sync();
    expect(device.video(id)?.received).toMatchObject({ rev: 1 });
    expect(await device.dirtyCount()).toBe(0);
  });

  test('[PUSH-1] only the fields that changed since are pushed', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    await device.sync();
    await device.edit(id, 'title', 'Mine');
    const sent = device.requests.length;
    await device.sync();
    const [push] = device.requests.slice(sent);
    expect(push?.push.videos).toEqual([{ id, set: { title: ['Mine', expect.any(String)] } }]);
  });

  test('[PUSH-3] an edit made during the flight stays pending and is pushed next', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    device.duringNextExchange(() => device.edit(id, 'title', 'In flight'));
    await device.sync();
    expect(device.video(id)?.received?.stamps).toHaveProperty('title');
    expect(await device.dirtyCount()).toBe(0);
    expect(await serverFields(id)).toMatchObject({ title: ['In flight', expect.any(String)] });
  });

  test('a reply lost after the commit doubles nothing', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    device.failNext({ kind: 'unavailable', status: null, retryAfterMs: null }, 'after');
    expect(await device.sync()).toMatchObject({ kind: 'unavailable' });
    await device.sync();
    expect(await serverVideoIds()).toEqual([id]);
    expect(device.video(id)).toMatchObject({ failures: 0, received: { rev: 1 } });
  });

  test('silence never counts as a failure; three answered ones do, and success ends it', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    const offline = { kind: 'unavailable', status: null, retryAfterMs: null } as const;
    for (let attempt = 0; attempt < 5; attempt++) {
      device.failNext(offline, 'before');
      await device.sync();
    }
    expect(stateOf(device.video(id), device)).toBe('pending');
    for (let attempt = 0; attempt < 3; attempt++) {
      device.failNext({ kind: 'unavailable', status: 503, retryAfterMs: null }, 'before');
      await device.sync();
    }
    expect(stateOf(device.video(id), device)).toBe('failed');
    await device.sync();
    expect(stateOf(device.video(id), device)).toBe('pending');
  });

  test('[PUSH-4] one row that the server refuses holds up no other', async () => {
    const device = newDevice();
    const ids = [];
    for (let index = 0; index < 9; index++) ids.push(await device.addVideo());
    const bad = ids[4] ?? '';
    device.refuse((request) => request.push.videos.some(({ id }) => id === bad));
    await device.sync();
    expect(await serverVideoIds()).toHaveLength(8);
    expect(device.video(bad)?.rejection).toMatchObject({ code: 'refused' });
  });

  test('[PUSH-4] a row on which the server breaks stands alone in the end, and the others go on', async () => {
    const device = newDevice();
    const ids = [];
    for (let index = 0; index < 5; index++) ids.push(await device.addVideo());
    const bad = ids[2] ?? '';
    device.refuse((request) => request.push.videos.some(({ id }) => id === bad), {
      kind: 'unavailable',
      status: 500,
      retryAfterMs: null,
    });
    await device.sync();
    expect(await serverVideoIds()).toHaveLength(4);
    expect(device.video(bad)).toMatchObject({ rejection: null, received: null });
  });

  test('[PUSH-4] an invalid row is rejected with its reason, and an edit sends it again', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    await device.edit(id, 'title', 7);
    await device.sync();
    expect(device.video(id)?.rejection).toMatchObject({ code: 'invalid', message: expect.stringContaining('title') });
    await device.edit(id, 'title', 'seven');
    await device.sync();
    expect(await serverFields(id)).toMatchObject({ title: ['seven', expect.any(String)] });
  });

  test('[GEN-2] a generation is never sent before the history is known, and goes in the same cycle', async () => {
    const device = newDevice();
    const id = await device.addGeneration();
    await device.sync();
    expect(device.requests[0]?.push.generations).toEqual([]);
    expect(device.generation(id)).toMatchObject({ received: { server: { status: 'queued' } } });
    expect(device.generation(id)?.create.sentEpoch).toMatch(/^[0-9a-f]{16}$/);
  });

  test('[GEN-3] with no network in sight a generation is not even tried, and so is known never to have been sent', async () => {
    const device = newDevice();
    await device.sync();
    const id = await device.addGeneration();
    device.connected(false);
    device.failNext({ kind: 'unavailable', status: null, retryAfterMs: null }, 'after');
    expect(await device.sync()).toMatchObject({ kind: 'unavailable' });
    expect(device.generation(id)?.create.sentEpoch).toBeNull();
    expect(device.requests.at(-1)?.push.generations).toEqual([]);
  });

  test('[GEN-3] where the server answers all the same, it goes in the same cycle', async () => {
    const device = newDevice();
    await device.sync();
    const id = await device.addGeneration();
    device.connected(false);
    const sent = device.requests.length;
    expect(await device.sync()).toMatchObject({ kind: 'done' });
    expect(device.requests.slice(sent).map(({ push }) => push.generations.length)).toEqual([0, 1]);
    expect(device.generation(id)).toMatchObject({ received: { server: { status: 'queued' } } });
    expect(await device.dirtyCount()).toBe(0);
  });

  test('[GEN-2] one that was sent without an answer goes on being sent, network in sight or not', async () => {
    const device = newDevice();
    await device.sync();
    const id = await device.addGeneration();
    device.failNext({ kind: 'unavailable', status: null, retryAfterMs: null }, 'after');
    await device.sync();
    device.connected(false);
    await device.sync();
    expect(device.requests.at(-1)?.push.generations).toMatchObject([{ id }]);
  });

  test('[GEN-1] a generation seen to succeed yields its video as pending, in that transaction', async () => {
    const device = newDevice();
    const id = await device.addGeneration();
    await device.sync();
    const videoId = device.generation(id)?.create.videoIds[0] ?? '';
    await succeed(id, videoId);
    await device.sync();
    // It was pending when the cycle went on, and so was pushed in its next exchange.
    const created = device.requests.flatMap(({ push }) => push.videos);
    expect(created).toMatchObject([{ id: videoId, create: { generationId: id, originalUrl: 'local:x/0' } }]);
    expect(device.video(videoId)).toMatchObject({ received: { server: { mediaState: 'storing' } } });
  });

  test('[PUSH-7] another person in the session stops the cycle and keeps the work', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    device.failNext({ kind: 'identity_changed' }, 'before');
    expect(await device.sync()).toEqual({ kind: 'identity_changed' });
    expect(device.video(id)).toMatchObject({ received: null, rejection: null, failures: 0 });
  });
});

describe('a clock that is wrong', () => {
  const AHEAD_MS = 3 * 24 * 60 * 60_000;

  test('[HLC-2] days ahead: its edits are restamped in their order and arrive in the same cycle', async () => {
    const device = newDevice();
    const [a, b] = [await device.addVideo(), await device.addVideo()];
    await device.sync();
    device.setClock(AHEAD_MS);
    await device.edit(a, 'title', 'first');
    await device.edit(b, 'title', 'second');
    await device.edit(a, 'title', 'third');
    expect(await device.sync()).toMatchObject({ kind: 'done' });
    expect(await device.dirtyCount()).toBe(0);
    const [titleA, titleB] = [await serverTitle(a), await serverTitle(b)];
    expect([titleA[0], titleB[0]]).toEqual(['third', 'second']);
    expect(titleA[1] > titleB[1]).toBe(true);
    expect(stampTime(titleA[1])).toBeLessThan(Date.now() + 60_000);
    // The clock goes on from there: the next edit is not ahead again.
    const sent = device.requests.length;
    await device.edit(a, 'title', 'fourth');
    await device.sync();
    expect(device.requests.length - sent).toBe(1);
    expect((await serverTitle(a))[0]).toBe('fourth');
  });

  test('[HLC-2] a restamped edit stays newer than what the server has of its field', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const id = await phone.addVideo();
    await phone.sync();
    phone.setClock(50_000);
    await phone.edit(id, 'title', 'a little ahead');
    await phone.sync();
    await laptop.sync();
    laptop.setClock(AHEAD_MS);
    await laptop.edit(id, 'title', 'newest');
    await laptop.sync();
    expect((await serverTitle(id))[0]).toBe('newest');
  });

  test('[HLC-1] days behind: its edits still win over what it saw', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const id = await phone.addVideo();
    await phone.edit(id, 'title', 'old');
    await phone.sync();
    laptop.setClock(-AHEAD_MS);
    await laptop.sync();
    await laptop.edit(id, 'title', 'new');
    await laptop.sync();
    expect((await serverTitle(id))[0]).toBe('new');
  });
});

describe('[PURGE-1] purged elsewhere', () => {
  async function purged(): Promise<{ readonly device: Device; readonly id: string }> {
    const device = newDevice();
    const id = await device.addVideo(undefined, { provider: 'wavespeed', requestId: 'r1', outputIndex: 0 });
    await device.edit(id, 'title', 'Mine');
    await device.edit(id, 'deletedAt', 5);
    await device.sync();
    await db.sql.execute({ sql: 'UPDATE video SET purge_at = 1', args: [] });
    await purgeDue({ db, now: Date.now, nonce: () => newNonce(random) });
    return { device, id };
  }

  test('with nothing unsent it goes', async () => {
    const { device, id } = await purged();
    device.store.keepBytes(v.parse(VideoIdSchema, id));
    await device.sync();
    expect([...device.store.disk().videos.keys()]).toEqual([]);
  });

  test('restored here, but without its bytes, it goes', async () => {
    const { device, id } = await purged();
    await device.edit(id, 'deletedAt', null);
    await device.sync();
    expect([...device.store.disk().videos.keys()]).toEqual([]);
  });

  test('restored here with its bytes it is created anew, once, whichever devices do so', async () => {
    const { device, id } = await purged();
    device.store.keepBytes(v.parse(VideoIdSchema, id));
    await device.edit(id, 'deletedAt', null);
    await device.sync();
    const [row, ...more] = [...device.store.disk().videos.values()];
    expect(more).toEqual([]);
    expect(row).toMatchObject({
      id: successorId(v.parse(VideoIdSchema, id)),
      copyId: id,
      create: { origin: 'imported', requestId: null },
      fields: { title: ['Mine', expect.anything()] },
    });
    expect(device.store.disk().aliases.get(v.parse(VideoIdSchema, id))).toBe(row?.id);
    expect(await device.dirtyCount()).toBe(0);
    const other = newDevice();
    await other.sync();
    expect([...other.store.disk().videos.keys()]).toEqual([row?.id]);
  });
});

test('[PULL-4] an edit of a row whose tombstone was collected ends in a sweep, however small the pages', async () => {
  const [phone, laptop] = [newDevice(), newDevice()];
  const ids = [];
  for (let index = 1; index <= 6; index++) ids.push(await phone.addVideo(undefined, { createdAt: index }));
  await phone.sync();
  await laptop.sync();
  const [gone = ''] = ids;
  await db.sql.execute({ sql: 'DELETE FROM video WHERE id = ?', args: [gone] });
  laptop.limit(2);
  await laptop.edit(gone, 'title', 'Too late');
  const sent = laptop.requests.length;
  await laptop.sync();
  expect([...laptop.store.disk().videos.keys()].sort()).toEqual(ids.slice(1).sort());
  expect(await laptop.dirtyCount()).toBe(0);
  expect(laptop.requests.length - sent).toBeLessThan(9);
});

describe('[PULL-5] a backup put back without a word', () => {
  test('is found out by the next exchange, and healed by the devices', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const kept = await phone.addVideo();
    await phone.sync();
    await laptop.sync();
    const backup = await copyOf(db);
    const lost = await phone.addVideo();
    await phone.edit(kept, 'title', 'Lost with it');
    const generation = await phone.addGeneration();
    await phone.sync();
    await laptop.sync();
    db = backup;
    for (const device of [laptop, phone, laptop]) await device.sync();
    expect(await serverVideoIds()).toEqual([kept, lost].sort());
    expect(await serverFields(kept)).toMatchObject({ title: ['Lost with it', expect.anything()] });
    expect(phone.generation(generation)?.received?.server.status).toBe('held');
    expect(snapshotOf(laptop)).toEqual(snapshotOf(phone));
    expect([await phone.dirtyCount(), await laptop.dirtyCount()]).toEqual([0, 0]);
  });

  test('[PULL-3] the server is told what was known of a row that it lost', async () => {
    const device = newDevice();
    const backup = await copyOf(db);
    const id = await device.addVideo();
    await device.sync();
    await db.sql.execute({ sql: `UPDATE video SET sha256 = 'abc', media_state = 'stored', rev = 2`, args: [] });
    await db.sql.batch([...advanceHead(user, 'n2')], 'write');
    await device.sync();
    db = backup;
    await device.sync();
    const ops = device.requests.flatMap(({ push }) => push.videos);
    expect(ops.at(-1)).toMatchObject({ id, create: { known: { sha256: 'abc' } } });
    expect(device.video(id)).toMatchObject({ known: null, received: { server: { mediaState: 'storing' } } });
  });
});

describe('reading ahead', () => {
  test('[PULL-1] the next page is asked for before the last one is written', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    for (let index = 1; index <= 6; index++) await phone.addVideo(undefined, { createdAt: index });
    await phone.sync();
    laptop.limit(2);
    const held: number[] = [];
    laptop.onReply(() => held.push(laptop.store.disk().videos.size));
    await laptop.sync();
    expect(laptop.store.disk().videos.size).toBe(6);
    expect(held).toEqual([0, 0, 2, 4]);
  });

  test('what waits to be sent goes before what waits to be read', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    for (let index = 1; index <= 6; index++) await phone.addVideo(undefined, { createdAt: index });
    await phone.sync();
    laptop.limit(2);
    const added: string[] = [];
    laptop.onReply(async () => {
      if (added.length === 0) added.push(await laptop.addVideo());
    });
    await laptop.sync();
    expect(laptop.store.disk().videos.size).toBe(7);
    const pushes = laptop.requests.map(({ push }) => push.videos.length);
    expect(pushes.findIndex((count) => count > 0)).toBeLessThan(3);
  });
});

describe('sending ahead', () => {
  /** Rows without an acknowledgement as each request with rows left. */
  async function unacknowledged(device: Device): Promise<number[]> {
    const { videos } = device.store.disk();
    await device.sync();
    device.onSend(({ push }) => {
      if (push.videos.length > 0) counts.push([...videosOf(device)].filter(({ received }) => received === null).length);
    });
    const counts: number[] = [];
    expect(videos.size).toBe(0);
    for (let index = 0; index < 3; index++) await device.addVideo();
    device.pushRows(1);
    await device.sync();
    return counts;
  }
  const videosOf = (device: Device) => device.store.disk().videos.values();

  test('[PUSH-3] the next rows go before what became of the last ones is written, and none goes twice', async () => {
    const device = newDevice();
    expect(await unacknowledged(device)).toEqual([3, 3, 2]);
    const sent = device.requests.flatMap(({ push }) => push.videos.map(({ id }) => id));
    expect(new Set(sent).size).toBe(sent.length);
    expect(await device.dirtyCount()).toBe(0);
  });

  test('[PUSH-4] where a row was refused, that is written down before anything goes on', async () => {
    const device = newDevice();
    await device.sync();
    // The oldest, and so the first to go.
    const bad = await device.addVideo(uuidv7(1_700_000_000_000, random(10)));
    await device.edit(bad, 'title', 7);
    for (let index = 0; index < 2; index++) await device.addVideo();
    device.pushRows(1);
    const rejections: unknown[] = [];
    device.onSend(() => rejections.push(device.video(bad)?.rejection?.code));
    await device.sync();
    expect(rejections.slice(0, 2)).toEqual([undefined, 'invalid']);
    expect(await serverVideoIds()).toHaveLength(2);
  });

  test('[PULL-5] nothing is sent ahead into a history that has just been found to be another one', async () => {
    const device = newDevice();
    await device.sync();
    await db.sql.execute({ sql: `UPDATE meta SET value = 'eeeeeeeeeeeeeeee' WHERE key = 'epoch'`, args: [] });
    for (let index = 0; index < 3; index++) await device.addVideo();
    device.pushRows(1);
    device.onSend(() => cursors.push(device.store.disk().meta.epoch));
    const cursors: unknown[] = [];
    await device.sync();
    expect(await serverVideoIds()).toHaveLength(3);
    // The first request is of the old epoch; whatever follows was prepared once the new one was written.
    expect(cursors.slice(1).every((epoch) => epoch === 'eeeeeeeeeeeeeeee')).toBe(true);
  });
});

test('[PULL-7] an app that is too old to read goes on sending', async () => {
  const device = newDevice();
  await device.sync();
  device.oldestReadable(2);
  const id = await device.addVideo();
  expect(await device.sync()).toEqual({ kind: 'done', upgrade: true });
  await device.edit(id, 'title', 'Still sent');
  await device.sync();
  expect(await serverFields(id)).toMatchObject({ title: ['Still sent', expect.anything()] });
  const cursor = device.store.disk().meta.cursor;
  device.oldestReadable(1);
  expect(await device.sync()).toEqual({ kind: 'done', upgrade: false });
  expect(device.store.disk().meta.cursor).not.toBe(cursor);
});

describe('several devices', () => {
  test('[ID-1] a video known under another id moves there with its edits and its bytes, and is one', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const request = { provider: 'wavespeed', requestId: 'r1', outputIndex: 0 };
    const known = await phone.addVideo(undefined, request);
    await phone.sync();
    const mine = await laptop.addVideo(undefined, request);
    await laptop.edit(mine, 'title', 'Mine');
    await laptop.sync();
    expect([...laptop.store.disk().videos.keys()]).toEqual([known]);
    expect([...laptop.store.disk().aliases]).toEqual([[mine, known]]);
    expect(laptop.video(known)?.fields).toMatchObject({ title: ['Mine', expect.anything()] });
    await phone.sync();
    expect(phone.video(known)?.fields).toEqual(laptop.video(known)?.fields);
    expect(await serverVideoIds()).toEqual([known]);
  });

  test('[ID-1] an edit made while the alias is told moves over too', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const request = { provider: 'wavespeed', requestId: 'r1', outputIndex: 0 };
    const known = await phone.addVideo(undefined, request);
    await phone.sync();
    const mine = await laptop.addVideo(undefined, request);
    laptop.duringNextExchange(() => laptop.edit(mine, 'title', 'In flight'));
    await laptop.sync();
    expect(await serverFields(known)).toMatchObject({ title: ['In flight', expect.anything()] });
    expect(laptop.video(known)?.copyId).toBe(mine);
  });

  test('[ID-1] it moves over where the known video is on the device already', async () => {
    const device = newDevice();
    const request = { provider: 'wavespeed', requestId: 'r1', outputIndex: 0 };
    const known = await device.addVideo(undefined, request);
    await device.sync();
    const again = await device.addVideo(undefined, request);
    device.duringNextExchange(() => device.edit(again, 'title', 'In flight'));
    await device.sync();
    expect([...device.store.disk().videos.keys()]).toEqual([known]);
    expect(await serverFields(known)).toMatchObject({ title: ['In flight', expect.anything()] });
  });

  test('[PURGE-1] a video purged on the server leaves a device that still edits it', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    await device.sync();
    await db.sql.execute({ sql: 'UPDATE video SET purged_at = 9000000000000', args: [] });
    await device.edit(id, 'title', 'Too late');
    await device.sync();
    expect(device.video(id)).toBeUndefined();
    expect(await device.dirtyCount()).toBe(0);
  });

  test('see each other, and agree on every field', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const id = await phone.addVideo();
    await phone.sync();
    await laptop.sync();
    await laptop.edit(id, 'title', 'From the laptop');
    await phone.edit(id, 'favorite', true);
    for (const device of [laptop, phone, laptop]) await device.sync();
    expect(phone.video(id)?.fields).toEqual(laptop.video(id)?.fields);
    expect(phone.video(id)?.fields).toMatchObject({
      title: ['From the laptop', expect.anything()],
      favorite: [true, expect.anything()],
    });
  });

  test('know of each film what it was made similar to, whoever wrote it first and without a word of it', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const params = { seed: 7, similarTo: { id: await phone.addVideo() } };
    const id = await phone.addGeneration({ params });
    await phone.sync();
    const videoId = phone.generation(id)?.create.videoIds[0] ?? '';
    await succeed(id, videoId);
    await phone.sync();
    await laptop.addVideo(videoId, { generationId: id, outputIndex: 0 });
    for (const device of [laptop, phone]) await device.sync();
    for (const device of [phone, laptop]) {
      expect([device.generation(id)?.create.params, device.video(videoId)?.create.params]).toEqual([params, params]);
    }
    expect(await phone.dirtyCount()).toBe(0);
    expect(await laptop.dirtyCount()).toBe(0);
  });

  test('[ROW-1] a device that was offline at the completion does not undo a title given on another', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const id = await phone.addVideo();
    await laptop.addVideo(id);
    await phone.sync();
    await phone.edit(id, 'title', 'Kept');
    await phone.sync();
    await laptop.sync();
    await phone.sync();
    expect([phone, laptop].map((device) => device.video(id)?.fields.title?.[0])).toEqual(['Kept', 'Kept']);
  });

  test('[PULL-2] a first sync is a snapshot, newest first, page by page', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    for (let index = 1; index <= 7; index++) await phone.addVideo(undefined, { createdAt: index });
    await phone.sync();
    laptop.limit(3);
    const order: number[] = [];
    laptop.onReply((reply) =>
      order.push(...reply.changes.videos.map((row) => ('create' in row ? row.create.createdAt : 0))),
    );
    await laptop.sync();
    expect(order).toEqual([7, 6, 5, 4, 3, 2, 1]);
    expect(laptop.store.disk().videos.size).toBe(7);
  });

  test('[PULL-6] a reply that comes after another cycle moved the cursor is dropped whole', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    await phone.addVideo();
    await phone.sync();
    let moved: unknown;
    laptop.duringNextExchange(async () => {
      await laptop.sync();
      moved = laptop.store.disk();
    });
    const outcome = await laptop.sync();
    expect(outcome).toMatchObject({ kind: 'done' });
    const { meta, videos } = laptop.store.disk();
    expect({ meta, videos }).toEqual({
      meta: Reflect.get(Object(moved), 'meta'),
      videos: Reflect.get(Object(moved), 'videos'),
    });
  });

  test('[PULL-3] a row that a whole snapshot of the same history lacks was purged, and goes', async () => {
    const [phone, laptop] = [newDevice(), newDevice()];
    const id = await phone.addVideo();
    await phone.sync();
    await laptop.sync();
    await db.sql.execute({ sql: 'DELETE FROM video', args: [] });
    await laptop.forgetCursor();
    const unsent = await laptop.addVideo();
    await laptop.sync();
    expect(laptop.video(id)).toBeUndefined();
    expect(laptop.video(unsent)?.received).not.toBeNull();
  });

  test('[PULL-3] a server of another history is healed by what the device has', async () => {
    const device = newDevice();
    const id = await device.addVideo();
    await device.edit(id, 'title', 'Survivor');
    await device.sync();
    db = await openTestDatabase();
    await device.sync();
    expect(await serverVideoIds()).toEqual([id]);
    expect(await serverFields(id)).toMatchObject({ title: ['Survivor', expect.anything()] });
    expect(await device.dirtyCount()).toBe(0);
  });

  test('any history of edits, lost replies and silence converges, and then rests', async () => {
    const act = fc.record({
      device: fc.nat(2),
      kind: fc.constantFrom('add', 'title', 'favorite', 'trash', 'restore', 'sync', 'lose', 'silence'),
      pick: fc.nat(5),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 40 }), async (acts) => {
        db = await openTestDatabase();
        const devices = [newDevice(), newDevice(), newDevice()];
        const ids: string[] = [];
        for (const { device: index, kind, pick } of acts) {
          const device = devices[index] ?? newDevice();
          const id = ids[pick % Math.max(1, ids.length)];
          if (kind === 'add') ids.push(await device.addVideo());
          else if (kind === 'title' && id) await device.edit(id, 'title', `t${pick}`);
          else if (kind === 'favorite' && id) await device.edit(id, 'favorite', pick % 2 === 0);
          else if (kind === 'trash' && id) await device.edit(id, 'deletedAt', 1 + pick);
          else if (kind === 'restore' && id) await device.edit(id, 'deletedAt', null);
          else if (kind === 'lose') {
            device.failNext({ kind: 'unavailable', status: null, retryAfterMs: null }, 'after');
            await device.sync();
          } else if (kind === 'silence') {
            device.failNext({ kind: 'unavailable', status: null, retryAfterMs: null }, 'before');
            await device.sync();
          } else await device.sync();
        }
        for (let round = 0; round < 2; round++) for (const device of devices) await device.sync();
        const views = devices.map((device) => snapshotOf(device));
        expect(views[0]?.map(({ id }) => id)).toEqual([...ids].sort());
        expect(views[1]).toEqual(views[0]);
        expect(views[2]).toEqual(views[0]);
        const before = await headRev();
        for (const device of devices) await device.sync();
        expect(await headRev()).toBe(before);
      }),
      { numRuns: 40 },
    );
  });
});

type Device = ReturnType<typeof newDevice>;

function newDevice() {
  const device = v.parse(DeviceIdSchema, Array.from(random(8), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  const store = createMemoryStore(user, device);
  const requests: SyncRequest[] = [];
  let fault: { result: TransportResult; when: 'before' | 'after' } | null = null;
  let refusal: { matches: (request: SyncRequest) => boolean; result: TransportResult } | null = null;
  let during: (() => Promise<void>) | null = null;
  let isConnected = true;
  let pageLimit = 2500;
  let oldestReadable = 1;
  let offset = 0;
  const clock = () => Date.now() + offset;
  let maxPushRows: number | undefined;
  let onSend: (request: SyncRequest) => unknown = () => {};
  let onReply: (reply: v.InferOutput<typeof SyncReplySchema>) => unknown = () => {};

  const transport: Transport = {
    exchange: async (asked) => {
      requests.push(asked);
      onSend(asked);
      const request = v.parse(SyncRequestSchema, JSON.parse(JSON.stringify({ ...asked, limit: pageLimit })));
      const [failing, meanwhile] = [fault, during];
      [fault, during] = [null, null];
      if (failing?.when === 'before') return failing.result;
      if (refusal?.matches(request)) return refusal.result;
      const raw = await exchange({ db, clock: Date.now, random, wake: () => {}, oldestReadable }, request);
      if (failing) return failing.result;
      await meanwhile?.();
      const reply = v.parse(SyncReplySchema, JSON.parse(JSON.stringify(raw)));
      await onReply(reply);
      return { kind: 'reply', reply };
    },
  };

  return {
    store,
    requests,
    sync: () =>
      runCycle({ store, transport, clock, shouldStop: () => false, isConnected, ...(maxPushRows && { maxPushRows }) }),
    connected: (value: boolean) => {
      isConnected = value;
    },
    video: (id: string) => store.disk().videos.get(id),
    generation: (id: string) => store.disk().generations.get(id),
    dirtyCount: () =>
      store.transact(async (tx) => {
        const none = new Set<string>();
        return (await tx.videos.dirty(99, none)).length + (await tx.generations.dirty(99, none)).length;
      }),
    failNext: (result: TransportResult, when: 'before' | 'after') => {
      fault = { result, when };
    },
    refuse: (
      matches: (request: SyncRequest) => boolean,
      result: TransportResult = { kind: 'refused', status: 400, message: 'no' },
    ) => {
      refusal = { matches, result };
    },
    duringNextExchange: (work: () => Promise<void>) => {
      during = work;
    },
    setClock: (aheadMs: number) => {
      offset = aheadMs;
    },
    oldestReadable: (protocol: number) => {
      oldestReadable = protocol;
    },
    limit: (rows: number) => {
      pageLimit = rows;
    },
    pushRows: (rows: number) => {
      maxPushRows = rows;
    },
    onSend: (listener: typeof onSend) => {
      onSend = listener;
    },
    onReply: (listener: typeof onReply) => {
      onReply = listener;
    },
    addVideo: async (id: string = newId(), create: object = {}) => {
      const row = newVideoRow(
        v.parse(VideoIdSchema, id),
        v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 1_700_000_000_000, ...create }),
      );
      await store.transact((tx) => tx.videos.putMany([row], null));
      return id;
    },
    addGeneration: async (given: object = {}) => {
      const usual = { prompt: 'p', model: 'm', provider: 'local', videoIds: [newId()], createdAt: 1_700_000_000_000 };
      const create = v.parse(GenerationCreateSchema, { ...usual, ...given });
      const row = newGenerationRow(v.parse(GenerationIdSchema, newId()), create);
      await store.transact((tx) => tx.generations.putMany([row], null));
      return row.id;
    },
    edit: (id: string, field: string, value: unknown) =>
      store.transact(async (tx) => {
        const meta = await tx.meta();
        const [row] = await tx.videos.getMany([v.parse(VideoIdSchema, id)]);
        if (!row) return;
        const seen = row.fields[field]?.[1] ?? ZERO_STAMP;
        const lastStamp = nextStamp({ nowMs: clock() + meta.clockOffset, device, last: meta.lastStamp, seen });
        await tx.putMeta({ ...meta, lastStamp });
        const fields = { ...row.fields, [field]: [value, lastStamp] } satisfies VideoRow['fields'];
        await tx.videos.putMany([{ ...row, fields, rejection: null }], meta.epoch);
      }),
    forgetCursor: () => store.transact(async (tx) => tx.putMeta({ ...(await tx.meta()), cursor: null })),
  };
}

function newId(): string {
  return uuidv7(Date.now(), random(10));
}

function stateOf(row: VideoRow | undefined, device: Device) {
  return row && saveState(row, device.store.disk().meta.epoch);
}

/** What has to be equal on every device at rest. */
function snapshotOf(device: Device) {
  return [...device.store.disk().videos.values()]
    .map((row) => ({ id: row.id, fields: row.fields, received: row.received, pending: pendingFields(row) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function serverVideoIds(): Promise<unknown[]> {
  const { rows } = await db.sql.execute({ sql: 'SELECT id FROM video ORDER BY id', args: [] });
  return rows.map(({ id }) => id);
}

async function serverFields(id: string): Promise<unknown> {
  const { rows } = await db.sql.execute({ sql: 'SELECT fields FROM video WHERE id = ?', args: [id] });
  return JSON.parse(String(rows[0]?.fields));
}

async function serverTitle(id: string): Promise<readonly [string, Stamp]> {
  const fields = v.parse(v.object({ title: v.tuple([v.string(), StampSchema]) }), await serverFields(id));
  return fields.title;
}

async function headRev(): Promise<unknown> {
  const { rows } = await db.sql.execute({ sql: 'SELECT rev FROM user_head', args: [] });
  return rows[0]?.rev;
}

/** What the server commits when a provider is done, without the video rows that it writes with it. */
async function succeed(id: string, videoId: string): Promise<void> {
  const outputs = JSON.stringify([{ videoId, url: 'local:x/0' }]);
  await db.sql.batch(
    [
      {
        sql: `UPDATE generation SET status = 'succeeded', outputs = ?, completed_at = 5, rev = rev + 1 WHERE id = ?`,
        args: [outputs, id],
      },
      ...advanceHead(user, 'n9'),
    ],
    'write',
  );
}
