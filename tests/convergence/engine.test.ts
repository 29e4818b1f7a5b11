import fc from 'fast-check';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../server/db/database.ts';
import { exchange } from '../../server/sync/exchange.ts';
import { runCycle } from '../../sync/engine.ts';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { DeviceIdSchema, GenerationIdSchema, UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';
import { newGenerationRow, newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import type { Transport, TransportResult } from '../../sync/ports.ts';
import { SyncReplySchema, type SyncRequest, SyncRequestSchema } from '../../sync/protocol.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import { pendingFields, saveState } from '../../sync/save-state.ts';
import { createMemoryStore } from '../../sync/simulation/memory-store.ts';
import { openTestDatabase } from '../support/database.ts';

const user = v.parse(UserIdSchema, 'alice');
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let db: Database;
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
    await db.sql.execute({ sql: 'UPDATE video SET purged_at = 1', args: [] });
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
  let pageLimit = 2500;
  let onReply: (reply: v.InferOutput<typeof SyncReplySchema>) => void = () => {};

  const transport: Transport = {
    exchange: async (asked) => {
      requests.push(asked);
      const request = v.parse(SyncRequestSchema, JSON.parse(JSON.stringify({ ...asked, limit: pageLimit })));
      const [failing, meanwhile] = [fault, during];
      [fault, during] = [null, null];
      if (failing?.when === 'before') return failing.result;
      if (refusal?.matches(request)) return refusal.result;
      const raw = await exchange({ db, clock: Date.now, random, wake: () => {} }, request);
      if (failing) return failing.result;
      await meanwhile?.();
      const reply = v.parse(SyncReplySchema, JSON.parse(JSON.stringify(raw)));
      onReply(reply);
      return { kind: 'reply', reply };
    },
  };

  return {
    store,
    requests,
    sync: () => runCycle({ store, transport, clock: Date.now, shouldStop: () => false }),
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
    limit: (rows: number) => {
      pageLimit = rows;
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
    addGeneration: async () => {
      const create = { prompt: 'p', model: 'm', provider: 'local', videoIds: [newId()], createdAt: 1_700_000_000_000 };
      const row = newGenerationRow(v.parse(GenerationIdSchema, newId()), v.parse(GenerationCreateSchema, create));
      await store.transact((tx) => tx.generations.putMany([row], null));
      return row.id;
    },
    edit: (id: string, field: string, value: unknown) =>
      store.transact(async (tx) => {
        const meta = await tx.meta();
        const [row] = await tx.videos.getMany([v.parse(VideoIdSchema, id)]);
        if (!row) return;
        const seen = row.fields[field]?.[1] ?? ZERO_STAMP;
        const lastStamp = nextStamp({ nowMs: Date.now(), device, last: meta.lastStamp, seen });
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
      { sql: 'UPDATE user_head SET rev = rev + 1', args: [] },
    ],
    'write',
  );
}
