import * as v from 'valibot';
import { type Cursor, type Epoch, SnapshotIdSchema, type UserId } from '../../sync/ids.ts';
import type { GenerationWireRow, SyncReply, VideoWireRow } from '../../sync/protocol.ts';
import type { Database, SqlRows, Statement } from '../db/database.ts';
import { formatCursor, PHASES, type Phase, type Place, type Position, parseCursor } from './cursor.ts';
import { headQuery, toHead } from './heads.ts';
import { generationRow, type SqlRow, videoRow, wireColumns } from './rows.ts';

export type Page = Pick<SyncReply, 'changes' | 'cursor' | 'more' | 'snapshot' | 'head'>;

export interface PageRequest {
  readonly user: UserId;
  readonly epoch: Epoch;
  readonly cursor: Cursor | null;
  readonly limit: number;
  /** Revisions by id that the same reply tells of already; a snapshot says them again, since there they count as seen. */
  readonly told: ReadonlyMap<string, number>;
  /** Names a snapshot that starts with this request. */
  readonly newSnapshotId: () => string;
}

/** The next page of what a device has not read: changes in revision order, or a snapshot. [PULL-1] [PULL-2] */
export async function readPage(db: Database, request: PageRequest): Promise<Page> {
  const position = request.cursor === null ? null : parseCursor(request.cursor);
  if (position?.epoch !== request.epoch) return startSnapshot(db, request);
  return position.kind === 'changes' ? readChanges(db, request, position) : readSnapshot(db, request, position);
}

type ChangesPosition = Extract<Position, { kind: 'changes' }>;
type SnapshotPosition = Extract<Position, { kind: 'snapshot' }>;

async function readChanges(db: Database, request: PageRequest, { epoch, rev }: ChangesPosition): Promise<Page> {
  const { user, limit, told } = request;
  // One read transaction: a row seen without an earlier one would move the cursor past it.
  const read = await db.sql.batch([headQuery(user), ...changesSince(user, rev, limit + 1)], 'read');
  const [head, videos, generations] = [toHead(read[0]?.rows[0]), read[1]?.rows ?? [], read[2]?.rows ?? []];
  if (rev < head.floor) return startSnapshot(db, request);
  const revs = [...videos, ...generations].map((row) => Number(row.rev)).sort((a, b) => a - b);
  const more = revs.length > limit;
  const last = (more ? revs[limit - 1] : head.rev) ?? rev;
  const isNews = (row: SqlRow) => Number(row.rev) <= last && told.get(String(row.id)) !== row.rev;
  return {
    head: head.head,
    changes: {
      videos: videos.filter(isNews).map(videoRow),
      generations: generations.filter(isNews).map(generationRow),
    },
    cursor: formatCursor({ kind: 'changes', epoch, rev: Math.max(last, rev) }),
    more,
  };
}

/** The videos, and the generations, that changed after a revision, in the order in which they did. */
export function changesSince(user: UserId, rev: number, limit: number): readonly [Statement, Statement] {
  const since = (table: 'video' | 'generation'): Statement => ({
    sql: `SELECT ${wireColumns(table, table)} FROM ${table} WHERE user_id = ? AND rev > ? ORDER BY rev LIMIT ?`,
    args: [user, rev, limit],
  });
  return [since('video'), since('generation')];
}

async function startSnapshot(db: Database, request: PageRequest): Promise<Page> {
  const { rows } = await db.sql.execute(headQuery(request.user));
  const { rev } = toHead(rows[0]);
  const id = v.parse(SnapshotIdSchema, request.newSnapshotId());
  const start = { kind: 'snapshot', epoch: request.epoch, id, head: rev, phase: PHASES[0], after: null } as const;
  return readSnapshot(db, request, start);
}

/** Newest first, from where the last page ended; its head stays the one it began with. [PULL-2] */
async function readSnapshot(db: Database, request: PageRequest, from: SnapshotPosition): Promise<Page> {
  const { user } = request;
  const videos: VideoWireRow[] = [];
  const generations: GenerationWireRow[] = [];
  let place: { phase: Phase; after: Place } | null = { phase: from.phase, after: from.after };
  let room = request.limit;
  let head = toHead(undefined);
  while (place !== null && room > 0) {
    const read: readonly SqlRows[] = await db.sql.batch([headQuery(user), phaseQuery(user, place, room)], 'read');
    head = toHead(read[0]?.rows[0]);
    // A purge that this snapshot may have missed left no trace: it begins anew. [PULL-4]
    if (from.head < head.floor) return startSnapshot(db, request);
    const rows = read[1]?.rows ?? [];
    if (place.phase === 'videos') videos.push(...rows.map(videoRow));
    else generations.push(...rows.map(generationRow));
    place = rows.length < room ? nextPhase(place.phase) : { phase: place.phase, after: placeOf(rows.at(-1)) };
    room -= rows.length;
  }
  const isStart = from.phase === PHASES[0] && from.after === null;
  return {
    head: head.head,
    changes: { videos, generations },
    cursor: formatCursor(place ? { ...from, ...place } : { kind: 'changes', epoch: from.epoch, rev: from.head }),
    more: place !== null || head.rev > from.head,
    snapshot: { id: from.id, head: from.head, start: isStart, end: place === null },
  };
}

function nextPhase(phase: Phase): { phase: Phase; after: null } | null {
  const next = PHASES[PHASES.indexOf(phase) + 1];
  return next ? { phase: next, after: null } : null;
}

function placeOf(row: SqlRow | undefined): Place {
  return row ? { createdAt: Number(row.created_at), id: String(row.id) } : null;
}

const UNFINISHED = `status NOT IN ('succeeded', 'failed', 'canceled')`;
const PHASES_SQL: Readonly<Record<Phase, { readonly table: 'video' | 'generation'; readonly which: string }>> = {
  open: { table: 'generation', which: `${UNFINISHED} AND` },
  videos: { table: 'video', which: '' },
  generations: { table: 'generation', which: `NOT ${UNFINISHED} AND` },
};

function phaseQuery(user: UserId, { phase, after }: { phase: Phase; after: Place }, limit: number): Statement {
  const older = after ? 'AND (created_at, id) < (:createdAt, :id)' : '';
  const { table, which } = PHASES_SQL[phase];
  return {
    sql: `SELECT ${wireColumns(table, table)}, created_at FROM ${table}
      WHERE ${which} user_id = :user AND purged_at IS NULL ${older}
      ORDER BY created_at DESC, id DESC LIMIT :limit`,
    args: { user, limit, ...after },
  };
}
