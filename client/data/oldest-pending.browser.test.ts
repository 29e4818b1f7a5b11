import * as v from 'valibot';
import { expect, test } from 'vitest';
import { type Stamp, StampSchema } from '../../sync/hlc.ts';
import { EpochSchema, GenerationIdSchema, RevSchema, UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';
import { newGenerationRow, newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import { GenerationCreateSchema, VideoCreateSchema, VideoServerSchema } from '../../sync/records.ts';
import { waiting } from './oldest-pending.ts';
import { generationRecord, videoRecord } from './records.ts';
import { openUserDatabase } from './session.ts';
import { readMeta, writeMeta } from './sync-store.ts';

const EPOCH = v.parse(EpochSchema, '00000000000000aa');
const OTHER = v.parse(EpochSchema, '00000000000000bb');
const LONG_AGO = 1_000_000;
const LATELY = 1_700_000_000_000;

test('nothing waits where all is saved', async () => {
  const { db, add } = await newLibrary();
  await add(newVideo(), { mediaState: 'stored' });
  expect(await waiting(db)).toEqual({ rows: 0, since: null });
});

test('a new video waits since it was made, and what the server still stores too', async () => {
  const { db, add } = await newLibrary();
  await add({ ...newVideo(), create: createdAt(LATELY) });
  expect(await waiting(db)).toEqual({ rows: 1, since: LATELY });
  await add({ ...newVideo(), create: createdAt(LATELY - 5) }, { mediaState: 'storing' });
  expect(await waiting(db)).toEqual({ rows: 2, since: LATELY - 5 });
});

test('an edit waits since it was made by this clock, however old its video', async () => {
  const { db, add } = await newLibrary(3_000);
  const fields = { title: ['a', stamp(LATELY + 3_000)], favorite: [true, stamp(LATELY + 9_000)] } as const;
  await add({ ...newVideo(), fields }, { mediaState: 'stored' });
  expect(await waiting(db)).toEqual({ rows: 1, since: LATELY });
});

test('after a new epoch nobody knows since when, so nothing is called stuck', async () => {
  const { db, add } = await newLibrary();
  await add(newVideo(), { mediaState: 'stored', epoch: OTHER });
  expect(await waiting(db)).toEqual({ rows: 1, since: null });
});

test('while an upload gets on, nothing whose bytes are missing is called stuck', async () => {
  const { db, add } = await newLibrary();
  const row = newVideo();
  await add(row, { mediaState: 'storing' });
  await add(newVideo(), { mediaState: 'storing' });
  const { id: videoId, copyId } = row;
  const upload = { copyId, videoId, epoch: EPOCH, url: '/api/uploads/1', offset: 1, total: 2, limit: null };
  await db.uploads.put({ ...upload, at: LATELY, wished: false });
  expect(await waiting(db)).toEqual({ rows: 2, since: LATELY });
});

test('a video that only another device has is nothing that waits here', async () => {
  const { db, add } = await newLibrary();
  const row = newVideo();
  await add(row, { mediaState: 'none' });
  expect(await waiting(db)).toEqual({ rows: 1, since: null });
  const copy = { copyId: row.copyId, contentType: 'video/mp4', etag: '', total: 1, received: 1 };
  await db.copies.put({ ...copy, state: 'verified', pinned: false, lastPlayedAt: 0 });
  expect(await waiting(db)).toEqual({ rows: 1, since: LONG_AGO });
});

test('a generation that was not sent waits as well', async () => {
  const { db } = await newLibrary();
  const create = v.parse(GenerationCreateSchema, {
    prompt: 'a',
    model: 'm',
    provider: 'p',
    params: {},
    videoIds: [newId()],
    createdAt: LATELY,
  });
  const id = v.parse(GenerationIdSchema, newId());
  await db.generations.put(generationRecord(newGenerationRow(id, create), EPOCH));
  expect(await waiting(db)).toEqual({ rows: 1, since: LATELY });
});

async function newLibrary(clockOffset = 0) {
  const db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  await writeMeta(db, { ...(await readMeta(db)), epoch: EPOCH, clockOffset });
  return {
    db,
    add: async (row: VideoRow, server?: { readonly mediaState: string; readonly epoch?: typeof EPOCH }) => {
      const received = server && {
        epoch: server.epoch ?? EPOCH,
        rev: v.parse(RevSchema, 1),
        stamps: {},
        server: v.parse(VideoServerSchema, { ...NOT_MEASURED, mediaState: server.mediaState }),
      };
      await db.videos.put(videoRecord({ ...row, received: received ?? null }, EPOCH));
    },
  };
}

const NOT_MEASURED = {
  mediaError: null,
  bytes: null,
  sha256: null,
  posterAt: null,
  storedAt: null,
  width: null,
  height: null,
  durationMs: null,
  codec: null,
};

function newVideo(): VideoRow {
  return newVideoRow(v.parse(VideoIdSchema, newId()), createdAt(LONG_AGO));
}

function createdAt(ms: number) {
  return v.parse(VideoCreateSchema, { origin: 'generated', createdAt: ms });
}

function stamp(ms: number): Stamp {
  return v.parse(StampSchema, `${ms.toString(16).padStart(12, '0')}0000-0123456789abcdef`);
}

function newId(): string {
  return uuidv7(LATELY, crypto.getRandomValues(new Uint8Array(10)));
}
