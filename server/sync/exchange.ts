import * as v from 'valibot';
import {
  type GenerationOp,
  GenerationOpSchema,
  MAX_ROW_BYTES,
  PROTOCOL,
  type Result,
  type SyncReply,
  type SyncRequest,
  type VideoOp,
  VideoOpSchema,
} from '../../sync/protocol.ts';
import type { Database } from '../db/database.ts';
import { readPage } from './changes.ts';
import { commitPush } from './commit.ts';
import { parseCursor } from './cursor.ts';
import { readEpoch } from './epoch.ts';
import { newNonce } from './heads.ts';

export interface ExchangeDeps {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Told that a push was committed. */
  readonly wake: () => void;
}

/** Commits what a device pushes, then reads the next page of what it has not seen. */
export async function exchange(deps: ExchangeDeps, request: SyncRequest): Promise<SyncReply> {
  const { db } = deps;
  const { user, cursor } = request;
  const epoch = await readEpoch(db);
  const push = parsePush(request.push);
  const results = [...push.refused];
  if (push.videos.length + push.generations.length > 0) {
    const knowsEpoch = cursor !== null && parseCursor(cursor)?.epoch === epoch;
    const commit = { db, now: deps.clock, nonce: () => newNonce(deps.random) };
    const committed = await commitPush(commit, { ...push, user, knowsEpoch });
    results.push(...committed.results);
    deps.wake();
  }
  const newSnapshotId = () => newNonce(deps.random);
  const page = await readPage(db, { user, epoch, cursor, limit: request.limit, newSnapshotId });
  return { protocol: PROTOCOL, epoch, serverTime: deps.clock(), results, ...page };
}

interface ParsedPush {
  readonly videos: readonly VideoOp[];
  readonly generations: readonly GenerationOp[];
  readonly refused: readonly Result[];
}

/** A row that cannot be taken is answered by itself; the others go on. [PUSH-4] */
function parsePush(push: SyncRequest['push']): ParsedPush {
  const videos = push.videos.map((op) => parseOp('video', VideoOpSchema, op));
  const generations = push.generations.map((op) => parseOp('generation', GenerationOpSchema, op));
  return {
    videos: videos.flatMap((parsed) => ('op' in parsed ? [parsed.op] : [])),
    generations: generations.flatMap((parsed) => ('op' in parsed ? [parsed.op] : [])),
    refused: [...videos, ...generations].flatMap((parsed) => ('refused' in parsed ? [parsed.refused] : [])),
  };
}

function parseOp<const Schema extends v.GenericSchema>(
  kind: string,
  schema: Schema,
  op: { readonly id: string },
): { readonly op: v.InferOutput<Schema> } | { readonly refused: Result } {
  const refuse = (code: string, message: string) => ({
    refused: { kind, id: op.id, status: 'rejected' as const, code, message },
  });
  const parsed = v.safeParse(schema, op);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse('invalid', `${v.getDotPath(issue) ?? 'the record'}: ${issue.message}`);
  }
  if (new TextEncoder().encode(JSON.stringify(op)).length > MAX_ROW_BYTES) {
    return refuse('too_large', 'The record is larger than 64 KiB.');
  }
  return { op: parsed.output };
}
