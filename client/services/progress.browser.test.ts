import * as v from 'valibot';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EpochSchema, type GenerationId, HeadSchema, UserIdSchema } from '../../sync/ids.ts';
import { GenerationWireRowSchema } from '../../sync/protocol.ts';
import { createCommands } from '../data/commands.ts';
import type { UserDatabase } from '../data/database.ts';
import { recordGeneration } from '../data/record-generation.ts';
import { openUserDatabase } from '../data/session.ts';
import { readMeta, writeMeta } from '../data/sync-store.ts';
import { createSource } from './observable.ts';
import { watchProgress } from './progress.ts';

const history = { epoch: v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa'), head: v.parse(HeadSchema, '2.a') };

let db: UserDatabase;
let id: GenerationId;
let ended: AbortController;
let status: string;
let live: boolean;
let polls: number;
beforeEach(async () => {
  db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  const commands = createCommands(db, () => undefined);
  await writeMeta(db, { ...(await readMeta(db)), ...history });
  id = await commands.generate({ prompt: 'A fox', provider: 'local', model: 'local/film', params: {} });
  ended = new AbortController();
  [status, live, polls] = ['running', true, 0];
  await recordGeneration(db, { row: await wire(), ...history, asked: history.head, known: true });
  vi.stubGlobal('fetch', async () => {
    polls++;
    return Response.json({ data: { progress: 0.1, ...history, row: await wire() } });
  });
});
afterEach(() => {
  ended.abort();
  vi.unstubAllGlobals();
  db.close();
});

test('while the server tells by itself it is asked ten times less often', async () => {
  watch();
  await passing(1_800);
  expect(polls).toBe(1);
  live = false;
  await expect.poll(() => polls, { timeout: 5_000 }).toBeGreaterThan(2);
});

test('[GEN-1] a completion that nothing tells of is met by a poll all the same', async () => {
  const { progress } = watch();
  await expect.poll(() => progress.get().get(id)).toBe(0.1);
  status = 'succeeded';
  await expect.poll(() => db.videos.count(), { timeout: 15_000 }).toBe(1);
});

test('what the server tells is shown at once, and gone when the generation has ended', async () => {
  const watched = watch();
  await expect.poll(() => watched.progress.get().get(id)).toBe(0.1);
  watched.heard(id, 0.7);
  expect(watched.progress.get().get(id)).toBe(0.7);
  await watched.prune();
  expect(watched.progress.get().get(id)).toBe(0.7);
  status = 'succeeded';
  await recordGeneration(db, { row: await wire(), ...history, asked: history.head, known: true });
  await watched.prune();
  expect(watched.progress.get().size).toBe(0);
});

function watch() {
  const progress = createSource<ReadonlyMap<GenerationId, number>>(new Map());
  const watched = watchProgress({
    db,
    progress,
    signal: ended.signal,
    isLive: () => live,
    onRecorded: () => undefined,
  });
  return { ...watched, progress };
}

function passing(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function wire() {
  const row = await db.generations.get(id);
  const isDone = status === 'succeeded';
  const outputs = isDone ? [{ videoId: row?.create.videoIds[0], url: 'local:x/0' }] : null;
  const times = { submittedAt: 1, completedAt: isDone ? 2 : null, deadline: null };
  const server = { status, error: null, requestId: id, outputs, ...times };
  return v.parse(GenerationWireRowSchema, { id, rev: isDone ? 2 : 1, create: row?.create, fields: {}, server });
}
