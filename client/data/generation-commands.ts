import * as v from 'valibot';
import { type GenerationId, GenerationIdSchema, uuidv7 } from '../../sync/ids.ts';
import { type GenerationRow, newGenerationRow } from '../../sync/local-row.ts';
import type { LocalTransaction } from '../../sync/ports.ts';
import { MAX_ROW_BYTES } from '../../sync/protocol.ts';
import { type GenerationCreate, GenerationCreateSchema, isFinal } from '../../sync/records.ts';
import { editRows } from './edit-rows.ts';
import { isOpen } from './generation-stage.ts';

/** What a person asks for on the Create screen. */
export interface GenerationInput {
  readonly prompt: string;
  readonly provider: string;
  readonly model: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The one that this takes the place of; it leaves the screen. */
  readonly retryOf?: GenerationId | undefined;
}

export interface GenerationCommands {
  /** @throws {RowTooLarge} before anything is written */
  readonly generate: (input: GenerationInput) => Promise<GenerationId>;
  /** Asks for the same again; null where that was done already, or the old one is gone: it would be charged twice. */
  readonly retryGeneration: (id: GenerationId) => Promise<GenerationId | null>;
  /** @returns whether it had left this device: else it certainly costs nothing. [GEN-3] */
  readonly cancelGeneration: (id: GenerationId) => Promise<boolean>;
  /** Takes it off the screen, and ends it where it has not ended. */
  readonly dismissGeneration: (id: GenerationId) => Promise<void>;
}

/** A record that would never fit into a push. [ROW-3] */
export class RowTooLarge extends Error {
  override readonly name = 'RowTooLarge';
}

/** @param write runs the work in one transaction, and has what it leaves sent */
export function createGenerationCommands(
  write: (work: (tx: LocalTransaction) => Promise<void>) => Promise<void>,
): GenerationCommands {
  return {
    generate: async (input) => {
      const row = newRow(input);
      await write((tx) => add(tx, row));
      return row.id;
    },
    retryGeneration: async (id) => {
      let made: GenerationId | null = null;
      await write(async (tx) => {
        const [old] = await tx.generations.getMany([id]);
        if (!old || !isOpen(old)) return;
        const { prompt, provider, model, params } = old.create;
        const row = newRow({ prompt, provider, model, params, retryOf: id });
        await add(tx, row);
        made = row.id;
      });
      return made;
    },
    cancelGeneration: async (id) => {
      let wasSent = false;
      await write(async (tx) => {
        const [row] = await tx.generations.getMany([id]);
        // Written before it is sent, so that what it does not say certainly was not. [GEN-2]
        wasSent = row !== undefined && (row.received !== null || row.create.sentEpoch !== null);
        await set(tx, id, 'cancelRequestedAt');
      });
      return wasSent;
    },
    dismissGeneration: (id) => write((tx) => settle(tx, id)),
  };
}

async function add(tx: LocalTransaction, row: GenerationRow): Promise<void> {
  if (row.create.retryOf !== null) await settle(tx, row.create.retryOf);
  await tx.generations.putMany([row], (await tx.meta()).epoch);
}

/** What is dismissed must not start behind the person's back, once the server does take it. */
async function settle(tx: LocalTransaction, id: GenerationId): Promise<void> {
  const [row] = await tx.generations.getMany([id]);
  if (!row) return;
  if (!isFinal(row.received?.server.status ?? 'queued')) await set(tx, id, 'cancelRequestedAt');
  await set(tx, id, 'dismissedAt');
}

function set(tx: LocalTransaction, id: GenerationId, field: string): Promise<void> {
  return editRows(tx, tx.generations, [id], { field, value: Date.now() });
}

function newRow(input: GenerationInput): GenerationRow {
  const create: GenerationCreate = v.parse(GenerationCreateSchema, {
    ...input,
    videoIds: [newId()],
    sentEpoch: null,
    retryOf: input.retryOf ?? null,
    createdAt: Date.now(),
  });
  if (new TextEncoder().encode(JSON.stringify(create)).length > MAX_ROW_BYTES) throw new RowTooLarge();
  return newGenerationRow(v.parse(GenerationIdSchema, newId()), create);
}

function newId(): string {
  return uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}
