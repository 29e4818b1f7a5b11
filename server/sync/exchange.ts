import * as v from 'valibot';
import { stampTime } from '../../sync/hlc.ts';
import {
  type GenerationOp,
  GenerationOpSchema,
  MAX_AHEAD_MS,
  MAX_ROW_BYTES,
  OLDEST_READABLE_PROTOCOL,
  PROTOCOL,
  type Result,
  type SyncReply,
  type SyncRequest,
  type VideoOp,
  VideoOpSchema,
} from '../../sync/protocol.ts';
import type { Fields } from '../../sync/records.ts';
import type { Database } from '../db/database.ts';
import { type Page, readPage } from './changes.ts';
import { commitPush } from './commit.ts';
import { parseCursor } from './cursor.ts';
import { epochFor, readHistory } from './epoch.ts';
import { newNonce } from './heads.ts';

export interface ExchangeDeps {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Told that a push was committed. */
  readonly wake: () => void;
  /** The oldest protocol that is told of changes; `OLDEST_READABLE_PROTOCOL` where absent. */
  readonly oldestReadable?: number;
}

/** Commits what a device pushes, then reads the next page of what it has not seen. */
export async function exchange(deps: ExchangeDeps, request: SyncRequest): Promise<SyncReply> {
  const { db, random } = deps;
  const { user, cursor } = request;
  // Before anything is written: what a device of another history sends is judged by that. [PULL-5]
  const epoch = await epochFor(db, request, random);
  const serverTime = deps.clock();
  const push = parsePush(request.push, serverTime);
  const results = [...push.refused];
  if (push.videos.length + push.generations.length > 0) {
    const knowsEpoch = cursor !== null && parseCursor(cursor)?.epoch === epoch;
    const commit = { db, now: deps.clock, nonce: () => newNonce(random) };
    const committed = await commitPush(commit, { ...push, user, knowsEpoch });
    results.push(...committed.results);
  }
  const newSnapshotId = () => newNonce(random);
  const page =
    request.protocol < (deps.oldestReadable ?? OLDEST_READABLE_PROTOCOL)
      ? await unreadable(db, request)
      : await readPage(db, { user, epoch, cursor, limit: request.limit, told: revisionsIn(results), newSnapshotId });
  // Last, so that the device does not wait for work of which it hears later.
  if (results.length > push.refused.length) deps.wake();
  return { protocol: PROTOCOL, epoch, serverTime, results, ...page };
}

function revisionsIn(results: readonly Result[]): ReadonlyMap<string, number> {
  return new Map(results.flatMap((result) => (result.status === 'ok' ? [[result.row.id, result.row.rev]] : [])));
}

/** An app too old to be told of changes still gets its work saved. [PULL-7] */
async function unreadable(db: Database, { user, cursor }: SyncRequest): Promise<Page & { readonly upgrade: true }> {
  const { head } = await readHistory(db, { user, head: null });
  return { head, changes: { videos: [], generations: [] }, cursor, more: false, upgrade: true };
}

interface ParsedPush {
  readonly videos: readonly VideoOp[];
  readonly generations: readonly GenerationOp[];
  readonly refused: readonly Result[];
}

/** A row that cannot be taken is answered by itself; the others go on. [PUSH-4] */
function parsePush(push: SyncRequest['push'], now: number): ParsedPush {
  const videos = push.videos.map((op) => parseOp({ kind: 'video', schema: VideoOpSchema, now }, op));
  const generations = push.generations.map((op) =>
    parseOp({ kind: 'generation', schema: GenerationOpSchema, now }, op),
  );
  return {
    videos: videos.flatMap((parsed) => ('op' in parsed ? [parsed.op] : [])),
    generations: generations.flatMap((parsed) => ('op' in parsed ? [parsed.op] : [])),
    refused: [...videos, ...generations].flatMap((parsed) => ('refused' in parsed ? [parsed.refused] : [])),
  };
}

function parseOp<const Schema extends v.GenericSchema<unknown, { readonly set: Fields }>>(
  { kind, schema, now }: { readonly kind: string; readonly schema: Schema; readonly now: number },
  op: { readonly id: string },
): { readonly op: v.InferOutput<Schema> } | { readonly refused: Result } {
  const refuse = (code: string, message: string, status: 'rejected' | 'retry' = 'rejected') => ({
    refused: { kind, id: op.id, status, code, message },
  });
  const parsed = v.safeParse(schema, op);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return refuse('invalid', `${v.getDotPath(issue) ?? 'the record'}: ${issue.message}`);
  }
  if (new TextEncoder().encode(JSON.stringify(op)).length > MAX_ROW_BYTES) {
    return refuse('too_large', 'The record is larger than 64 KiB.');
  }
  // A stamp is never rewritten here: the device whose clock is wrong corrects it. [HLC-2]
  if (Object.values(parsed.output.set).some(([, stamp]) => stampTime(stamp) > now + MAX_AHEAD_MS)) {
    return refuse('clock_ahead', "This device's clock is ahead.", 'retry');
  }
  return { op: parsed.output };
}
