import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { ZERO_STAMP } from '../../sync/hlc.ts';
import { CursorSchema, EpochSchema, HeadSchema, UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';
import { newVideoRow } from '../../sync/local-row.ts';
import { GenerationWireRowSchema } from '../../sync/protocol.ts';
import { preparePush } from '../../sync/push.ts';
import { VideoCreateSchema } from '../../sync/records.ts';
import { type Commands, createCommands } from './commands.ts';
import type { UserDatabase } from './database.ts';
import { RowTooLarge } from './generation-commands.ts';
import { recordGeneration } from './record-generation.ts';
import { generationRecord, videoRecord } from './records.ts';
import { openUserDatabase, removeUserDatabase } from './session.ts';
import { createSyncStore, readMeta, writeMeta } from './sync-store.ts';

const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
const input = { prompt: 'A fox', provider: 'local', model: 'local/film', params: { duration: 3 } };

let db: UserDatabase;
let commands: Commands;
let writes: number;
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  writes = 0;
  commands = createCommands(db, () => {
    writes++;
  });
});

describe('a generation', () => {
  test('is queued on the device with the id of its video, and asks to be sent', async () => {
    const id = await commands.generate(input);
    const row = await db.generations.get(id);
    expect(row).toMatchObject({ dirty: 1, open: 1, received: null, create: { prompt: 'A fox', sentEpoch: null } });
    expect(row?.create.videoIds).toHaveLength(1);
    expect(writes).toBe(1);
  });

  test('[ROW-3] too large to ever be sent is refused before anything is written', async () => {
    const params = { negativePrompt: 'x'.repeat(70_000) };
    await expect(commands.generate({ ...input, params })).rejects.toBeInstanceOf(RowTooLarge);
    expect([await db.generations.count(), writes]).toEqual([0, 0]);
  });

  test('canceled before it was ever sent leaves the gallery', async () => {
    const id = await commands.generate(input);
    expect(await commands.cancelGeneration(id)).toBe(false);
    expect(await db.generations.get(id)).toMatchObject({ open: undefined, dirty: 1 });
  });

  test('canceled once it was sent, with an answer or without, may cost', async () => {
    const id = await commands.generate(input);
    await createSyncStore(db).transact(async (tx) => {
      await tx.putMeta({ ...(await tx.meta()), epoch, cursor: v.parse(CursorSchema, 'c') });
      await preparePush(tx, { rows: 10, except: new Set() }, Date.now());
    });
    expect(await commands.cancelGeneration(id)).toBe(true);
    expect(await commands.cancelGeneration(await received('running'))).toBe(true);
  });

  test('[GEN-1] seen to succeed writes its video as pending in one transaction, and only once', async () => {
    const id = await commands.generate(input);
    const head = v.parse(HeadSchema, '2.a');
    const history = { epoch, head, asked: head, known: true };
    await writeMeta(db, { ...(await readMeta(db)), epoch, head });
    await recordGeneration(db, { row: await wire(id, 'running', 1), ...history });
    await recordGeneration(db, { row: await wire(id, 'succeeded', 2), ...history });
    await recordGeneration(db, { row: await wire(id, 'succeeded', 2), ...history });
    const [video, ...more] = await db.videos.toArray();
    expect(more).toEqual([]);
    expect(video).toMatchObject({ saveState: 'pending', dirty: 1, fields: {}, create: { generationId: id } });
    expect(await db.generations.get(id)).toMatchObject({ open: undefined });
  });
});

describe('trying again', () => {
  test('makes a new generation that knows the old one, which leaves the screen in the same transaction', async () => {
    const old = await received('failed');
    const id = await commands.retryGeneration(old);
    if (id === null) throw new Error('nothing was made');
    expect(await db.generations.get(id)).toMatchObject({
      open: 1,
      received: null,
      create: { ...input, retryOf: old, sentEpoch: null },
    });
    const after = await db.generations.get(old);
    expect(after).toMatchObject({ open: undefined, dirty: 1 });
    expect(Object.keys(after?.fields ?? {})).toEqual(['dismissedAt']);
    expect(writes).toBe(2);
  });

  test('pressed twice at once is charged once', async () => {
    const old = await received('failed');
    const made = await Promise.all([commands.retryGeneration(old), commands.retryGeneration(old)]);
    expect(made.filter((id) => id !== null)).toHaveLength(1);
    expect(await db.generations.count()).toBe(2);
  });

  test('[GEN-2] a held one is ended by it, so that only one of the two can still be started', async () => {
    const old = await received('held');
    await commands.retryGeneration(old);
    const { fields } = (await db.generations.get(old)) ?? {};
    expect(Object.keys(fields ?? {}).sort()).toEqual(['cancelRequestedAt', 'dismissedAt']);
  });

  test('with another prompt, one that the server never took is withdrawn', async () => {
    const old = await commands.generate(input);
    await db.generations.update(old, { rejection: { code: 'invalid', message: 'No' }, dirty: undefined });
    const id = await commands.generate({ ...input, prompt: 'A wolf', retryOf: old });
    expect(await db.generations.get(id)).toMatchObject({ create: { prompt: 'A wolf', retryOf: old } });
    expect((await db.generations.get(old))?.fields).toHaveProperty('cancelRequestedAt');
  });
});

describe('dismissing', () => {
  test('what ended is only taken off the screen', async () => {
    const id = await received('failed');
    await commands.dismissGeneration(id);
    const row = await db.generations.get(id);
    expect([row?.open, Object.keys(row?.fields ?? {})]).toEqual([undefined, ['dismissedAt']]);
  });

  test('what the server did not take is withdrawn: it never starts behind the person’s back', async () => {
    const id = await commands.generate(input);
    await db.generations.update(id, { rejection: { code: 'invalid', message: 'No' }, dirty: undefined });
    await commands.dismissGeneration(id);
    expect(await db.generations.get(id)).toMatchObject({
      open: undefined,
      fields: { cancelRequestedAt: expect.anything() },
    });
  });
});

describe('an edit', () => {
  test('[HLC-1] is stamped after everything this device stamped, and remembers the stamp with it', async () => {
    const [a, b] = [await addVideo(), await addVideo()];
    await commands.setTitle(a, 'One');
    await commands.setTitle(b, 'Two');
    const stamps = (await db.videos.bulkGet([a, b])).map((row) => row?.fields.title?.[1] ?? ZERO_STAMP);
    expect((stamps[1] ?? '') > (stamps[0] ?? '')).toBe(true);
    expect((await readMeta(db)).lastStamp).toBe(stamps[1]);
  });

  test('that changes nothing stamps nothing', async () => {
    const id = await addVideo();
    await commands.setTitle(id, 'One');
    const { lastStamp } = await readMeta(db);
    await commands.setTitle(id, 'One');
    expect((await readMeta(db)).lastStamp).toBe(lastStamp);
  });

  test('to the trash and back takes the whole selection', async () => {
    const ids = [await addVideo(), await addVideo(), await addVideo()];
    await commands.moveToTrash(ids);
    expect(await db.videos.where('[deleted+createdAt]').between([1, 0], [1, Infinity]).count()).toBe(3);
    await commands.restore(ids);
    expect(await db.videos.where('[deleted+createdAt]').between([0, 0], [0, Infinity]).count()).toBe(3);
  });

  test('survives the page: what was written is there when the database is opened again', async () => {
    const id = await addVideo();
    await commands.setTitle(id, 'Kept');
    db.close();
    const again = await openUserDatabase(db.user);
    expect((await again.videos.get(id))?.fields.title?.[0]).toBe('Kept');
  });

  test('every indexed column is what its row derives to', async () => {
    const ids = [await addVideo(), await addVideo()];
    await commands.setFavorite(ids, true);
    await commands.moveToTrash(ids.slice(0, 1));
    await commands.generate(input);
    const present = (await readMeta(db)).epoch;
    for (const row of await db.videos.toArray()) expect(row).toEqual(videoRecord(row, present));
    for (const row of await db.generations.toArray()) expect(row).toEqual(generationRecord(row, present));
  });
});

test("two people's databases hold nothing of each other, and removing one leaves the other", async () => {
  await addVideo();
  const other = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  expect(await other.videos.count()).toBe(0);
  other.close();
  await removeUserDatabase(other.user);
  expect(await db.videos.count()).toBe(1);
});

async function addVideo() {
  const id = v.parse(VideoIdSchema, uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))));
  const create = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: Date.now() });
  await db.videos.add(videoRecord(newVideoRow(id, create), null));
  return id;
}

/** A generation that the server was heard to have in this state. */
async function received(status: string) {
  const id = await commands.generate(input);
  const head = v.parse(HeadSchema, '2.a');
  await writeMeta(db, { ...(await readMeta(db)), epoch, head });
  await recordGeneration(db, { row: await wire(id, status, 1), epoch, head, asked: head, known: true });
  return id;
}

async function wire(id: string, status: string, rev: number) {
  const row = await db.generations.where('id').equals(id).first();
  const outputs = status === 'succeeded' ? [{ videoId: row?.create.videoIds[0], url: 'local:x/0' }] : null;
  const times = { submittedAt: 1, completedAt: status === 'succeeded' ? 2 : null, deadline: null };
  const server = { status, error: null, requestId: id, outputs, ...times };
  return v.parse(GenerationWireRowSchema, { id, rev, create: row?.create, fields: {}, server });
}
