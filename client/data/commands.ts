import * as v from 'valibot';
import { receiveGenerations } from '../../sync/apply.ts';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  type Epoch,
  type GenerationId,
  GenerationIdSchema,
  uuidv7,
  type VideoId,
  VideoIdSchema,
} from '../../sync/ids.ts';
import { type AnyRow, fieldValue, newGenerationRow } from '../../sync/local-row.ts';
import type { SyncMeta } from '../../sync/ports.ts';
import { type GenerationWireRow, MAX_ROW_BYTES } from '../../sync/protocol.ts';
import { type GenerationCreate, GenerationCreateSchema } from '../../sync/records.ts';
import type { UserDatabase } from './database.ts';
import { generationRecord, videoRecord } from './records.ts';
import { createSyncStore, readMeta, writeMeta } from './sync-store.ts';

/** What a person asks for on the Create screen. */
export interface GenerationInput {
  readonly prompt: string;
  readonly provider: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly retryOf?: GenerationId;
}

/** Everything a person can do to their library. One intent is one transaction; nothing here waits for a network. */
export interface Commands {
  /** @throws {RowTooLarge} before anything is written */
  readonly generate: (input: GenerationInput) => Promise<GenerationId>;
  readonly cancelGeneration: (id: GenerationId) => Promise<void>;
  readonly dismissGeneration: (id: GenerationId) => Promise<void>;
  readonly setTitle: (id: VideoId, title: string) => Promise<void>;
  readonly setFavorite: (ids: readonly VideoId[], favorite: boolean) => Promise<void>;
  readonly moveToTrash: (ids: readonly VideoId[]) => Promise<void>;
  readonly restore: (ids: readonly VideoId[]) => Promise<void>;
  /** Sends a failed row again from a clean start. */
  readonly retry: (ids: readonly VideoId[]) => Promise<void>;
  /** Writes what a poll learned of a generation, and the videos it yielded, in one transaction. [GEN-1] */
  readonly recordGeneration: (row: GenerationWireRow, epoch: Epoch) => Promise<void>;
}

/** A record that would never fit into a push. [ROW-3] */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';
}

/** @param onWrite called after each write that leaves something to send */
export function createCommands(db: UserDatabase, onWrite: () => void): Commands {
  const write = async (work: () => Promise<void>) => {
    await db.transaction('rw', db.meta, db.videos, db.generations, work);
    onWrite();
  };

  const setVideos = (ids: readonly VideoId[], field: string, value: unknown) =>
    write(async () => {
      const meta = await readMeta(db);
      const rows = (await db.videos.bulkGet([...ids])).filter((row) => row !== undefined);
      const edited = editAll(meta, rows, { field, value });
      await db.videos.bulkPut(edited.rows.map((row) => videoRecord(row, meta.epoch)));
      await writeMeta(db, edited.meta);
    });

  const setGeneration = (id: GenerationId, field: string) =>
    write(async () => {
      const meta = await readMeta(db);
      const row = await db.generations.get(id);
      if (!row) return;
      const edited = editAll(meta, [row], { field, value: Date.now() });
      await db.generations.bulkPut(edited.rows.map((next) => generationRecord(next, meta.epoch)));
      await writeMeta(db, edited.meta);
    });

  return {
    generate: async (input) => {
      const id = v.parse(GenerationIdSchema, newId());
      const create = newGeneration(input);
      await write(async () => {
        const { epoch } = await readMeta(db);
        await db.generations.add(generationRecord(newGenerationRow(id, create), epoch));
      });
      return id;
    },
    cancelGeneration: (id) => setGeneration(id, 'cancelRequestedAt'),
    dismissGeneration: (id) => setGeneration(id, 'dismissedAt'),
    setTitle: (id, title) => setVideos([id], 'title', title.trim() === '' ? null : title.trim().slice(0, 500)),
    setFavorite: (ids, favorite) => setVideos(ids, 'favorite', favorite),
    moveToTrash: (ids) => setVideos(ids, 'deletedAt', Date.now()),
    restore: (ids) => setVideos(ids, 'deletedAt', null),
    retry: (ids) =>
      write(async () => {
        const { epoch } = await readMeta(db);
        const rows = (await db.videos.bulkGet([...ids])).filter((row) => row !== undefined);
        await db.videos.bulkPut(rows.map((row) => videoRecord({ ...row, rejection: null, failures: 0 }, epoch)));
      }),
    recordGeneration: (row, epoch) =>
      createSyncStore(db).transact((tx) =>
        receiveGenerations(tx, [row], { epoch, snapshot: null, answersPush: false }),
      ),
  };
}

/** Sets one field of each row with a stamp of its own; the meta returned remembers the last of them. */
function editAll<Row extends AnyRow>(
  meta: SyncMeta,
  rows: readonly Row[],
  edit: { readonly field: string; readonly value: unknown },
): { readonly rows: readonly Row[]; readonly meta: SyncMeta } {
  let last = meta.lastStamp;
  const edited = rows
    .filter((row) => JSON.stringify(fieldValue(row, edit.field)) !== JSON.stringify(edit.value))
    .map((row) => {
      const seen = row.fields[edit.field]?.[1] ?? ZERO_STAMP;
      last = nextStamp({ nowMs: Date.now() + meta.clockOffset, device: meta.device, last, seen });
      return { ...row, fields: { ...row.fields, [edit.field]: [edit.value, last] } as Row['fields'], rejection: null };
    });
  return { rows: edited, meta: { ...meta, lastStamp: last } };
}

function newGeneration(input: GenerationInput): GenerationCreate {
  const create = v.parse(GenerationCreateSchema, {
    ...input,
    videoIds: [newId()],
    sentEpoch: null,
    retryOf: input.retryOf ?? null,
    createdAt: Date.now(),
  });
  if (new TextEncoder().encode(JSON.stringify(create)).length > MAX_ROW_BYTES) throw new RowTooLarge();
  return create;
}

function newId(): string {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
