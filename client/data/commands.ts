import * as v from 'valibot';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import { type GenerationId, GenerationIdSchema, uuidv7, type VideoId } from '../../sync/ids.ts';
import { type AnyRow, fieldValue, newGenerationRow } from '../../sync/local-row.ts';
import type { LocalTransaction, RowTable } from '../../sync/ports.ts';
import { MAX_ROW_BYTES } from '../../sync/protocol.ts';
import { type GenerationCreate, GenerationCreateSchema } from '../../sync/records.ts';
import type { UserDatabase } from './database.ts';
import { createSyncStore } from './sync-store.ts';

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
}

/** A record that would never fit into a push. [ROW-3] */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';
}

/** @param onWrite called after each write that leaves something to send */
export function createCommands(db: UserDatabase, onWrite: () => void): Commands {
  const store = createSyncStore(db);
  const write = async (work: (tx: LocalTransaction) => Promise<void>) => {
    await store.transact(work);
    onWrite();
  };

  const setVideos = (ids: readonly VideoId[], edit: Edit) => write((tx) => editRows(tx, tx.videos, ids, edit));
  const setGeneration = (id: GenerationId, field: string) =>
    write((tx) => editRows(tx, tx.generations, [id], { field, value: Date.now() }));

  return {
    generate: async (input) => {
      const id = v.parse(GenerationIdSchema, newId());
      const row = newGenerationRow(id, newGeneration(input));
      await write(async (tx) => tx.generations.putMany([row], (await tx.meta()).epoch));
      return id;
    },
    cancelGeneration: (id) => setGeneration(id, 'cancelRequestedAt'),
    dismissGeneration: (id) => setGeneration(id, 'dismissedAt'),
    setTitle: (id, title) => setVideos([id], { field: 'title', value: title.trim().slice(0, 500) || null }),
    setFavorite: (ids, value) => setVideos(ids, { field: 'favorite', value }),
    moveToTrash: (ids) => setVideos(ids, { field: 'deletedAt', value: Date.now() }),
    restore: (ids) => setVideos(ids, { field: 'deletedAt', value: null }),
    retry: (ids) =>
      write(async (tx) => {
        const rows = (await tx.videos.getMany(ids)).filter((row) => row !== undefined);
        const { epoch } = await tx.meta();
        await tx.videos.putMany(
          rows.map((row) => ({ ...row, rejection: null, failures: 0 })),
          epoch,
        );
      }),
  };
}

interface Edit {
  readonly field: string;
  readonly value: unknown;
}

/** Sets one field of each row with a stamp of its own, and remembers the last of them. [HLC-1] */
async function editRows<Id, Row extends AnyRow>(
  tx: LocalTransaction,
  table: RowTable<Id, Row>,
  ids: readonly Id[],
  { field, value }: Edit,
): Promise<void> {
  const meta = await tx.meta();
  const rows = (await table.getMany(ids)).filter((row) => row !== undefined);
  let last = meta.lastStamp;
  const edited = rows
    .filter((row) => JSON.stringify(fieldValue(row, field)) !== JSON.stringify(value))
    .map((row): Row => {
      const seen = row.fields[field]?.[1] ?? ZERO_STAMP;
      last = nextStamp({ nowMs: Date.now() + meta.clockOffset, device: meta.device, last, seen });
      return { ...row, fields: { ...row.fields, [field]: [value, last] }, rejection: null };
    });
  await table.putMany(edited, meta.epoch);
  await tx.putMeta({ ...meta, lastStamp: last });
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
