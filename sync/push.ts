import type { AnyRow, GenerationRow, VideoRow } from './local-row.ts';
import type { LocalTransaction, SyncMeta } from './ports.ts';
import { FIRST_PAGE_ROWS, MAX_PAGE_ROWS, MAX_PUSH_BYTES, PROTOCOL, type SyncRequest } from './protocol.ts';
import type { Field } from './records.ts';
import { pendingFields } from './save-state.ts';

/** How much the next request carries. */
export interface PushPlan {
  /** Rows at most; 0 makes an empty exchange. */
  readonly rows: number;
  /** Rows that already failed alone in this cycle and must not hold up the others. [PUSH-4] */
  readonly except: ReadonlySet<string>;
  /** Keeps back generations that were never sent, so that they may still be canceled for certain. [GEN-3] */
  readonly withoutNew?: boolean;
}

/** A request and the rows in it, which a refusal is about. */
export interface PreparedPush {
  readonly request: SyncRequest;
  readonly rows: readonly AnyRow[];
}

/** Builds the next request from what is dirty; generations first, since they are what people wait for. */
export async function preparePush(tx: LocalTransaction, plan: PushPlan, nowMs: number): Promise<PreparedPush> {
  const meta = await tx.meta();
  const generations = await markSent(tx, meta, await tx.generations.dirty(plan.rows, plan.except), plan);
  const videos = await tx.videos.dirty(plan.rows - generations.length, plan.except);
  const ops = fitting([...generations, ...videos].map((row) => ({ row, op: toOp(row) })));
  const sent = new Set<AnyRow>(ops.map(({ row }) => row));
  return {
    rows: ops.map(({ row }) => row),
    request: {
      protocol: PROTOCOL,
      user: meta.user,
      device: meta.device,
      cursor: meta.cursor,
      head: meta.head,
      limit: meta.cursor === null ? FIRST_PAGE_ROWS : MAX_PAGE_ROWS,
      push: {
        generations: generations.filter((row) => sent.has(row)).map(toOp),
        videos: videos.filter((row) => sent.has(row)).map(toOp),
      },
      ...(isDue(meta, nowMs) && { stats: await tx.stats(nowMs) }),
    },
  };
}

/** Counting costs as much as the library is large, so it is not done at every exchange. */
const STATS_EVERY_MS = 60_000;

function isDue({ statsAt }: SyncMeta, nowMs: number): boolean {
  return statsAt === undefined || Math.abs(nowMs - statsAt) >= STATS_EVERY_MS;
}

/**
 * Writes into each new generation the epoch it is first sent in, before it is sent. Until a cursor
 * of the present epoch is known nothing may be sent at all. [GEN-2]
 */
async function markSent(
  tx: LocalTransaction,
  { cursor, epoch }: SyncMeta,
  rows: readonly GenerationRow[],
  { withoutNew = false }: PushPlan,
): Promise<readonly GenerationRow[]> {
  if (cursor === null || epoch === null) return rows.filter((row) => row.received !== null);
  if (withoutNew) return rows.filter((row) => !isNew(row));
  const marked = rows.map((row) => (isNew(row) ? { ...row, create: { ...row.create, sentEpoch: epoch } } : row));
  await tx.generations.putMany(
    marked.filter((row, index) => row !== rows[index]),
    epoch,
  );
  return marked;
}

function isNew({ received, create }: GenerationRow): boolean {
  return received === null && create.sentEpoch === null;
}

/** A row never acknowledged goes whole, any other only with its pending fields. [PUSH-2] */
function toOp<Row extends GenerationRow | VideoRow>(row: Row) {
  const set: Record<string, Field> = {};
  for (const name of pendingFields(row)) {
    const field = row.fields[name];
    if (field) set[name] = field;
  }
  if (row.received !== null) return { id: row.id, set };
  return { id: row.id, create: row.known ? { ...row.create, known: row.known } : row.create, set };
}

/** The first ops that stay together under the byte limit; one alone always goes. [PUSH-5] */
function fitting<Op extends { readonly op: unknown }>(ops: readonly Op[]): readonly Op[] {
  let room = MAX_PUSH_BYTES - ENVELOPE_BYTES;
  const end = ops.findIndex(({ op }, index) => {
    room -= mostBytes(JSON.stringify(op));
    return room < 0 && index > 0;
  });
  return end < 0 ? ops : ops.slice(0, end);
}

/** At least as many bytes as the text has in UTF-8, and no more where it is ASCII. */
function mostBytes(text: string): number {
  const beyond = text.match(/[^\p{ASCII}]/gu);
  return text.length + 3 * (beyond?.length ?? 0);
}

const ENVELOPE_BYTES = 2_048;
