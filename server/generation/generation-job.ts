import * as v from 'valibot';
import { type GenerationId, GenerationIdSchema, type UserId, UserIdSchema } from '../../sync/ids.ts';
import { type GenerationCreate, GenerationCreateSchema, videosOf } from '../../sync/records.ts';
import type { Database, SqlValue, Statement } from '../db/database.ts';
import { videoInsertStatements } from '../sync/commit.ts';
import { advanceHead, nextRevSql } from '../sync/heads.ts';
import type { SqlRow } from '../sync/rows.ts';
import { type AccountLimits, roomSql } from './limits.ts';
import { type PollPace, pollPauseSql } from './poll-pace.ts';
import { type GenerationState, LIMIT_RUNNING } from './state.ts';
import { stateColumns, stateOf } from './state-columns.ts';

/** A generation that is due, and claimed here. */
export interface GenerationJob {
  readonly user: UserId;
  readonly id: GenerationId;
  readonly create: GenerationCreate;
  readonly cancelRequested: boolean;
  /** Calls to the provider that failed since the last one that did not. */
  readonly attempts: number;
  /** As the row has it. */
  readonly status: string;
  /** Null for a state of a newer server. */
  readonly state: GenerationState | null;
  /** What the provider calls it; null where that was not heard. */
  readonly requestId: string | null;
}

/** Longer than a provider's call takes; a submission that outlives it counts as lost. */
export const CLAIM_MS = 30_000;

/**
 * Takes what is due. A poll may as well be made twice, so moving `next_at` is all the claim it
 * needs; everything else gets a lease.
 */
export async function claimGenerations(
  db: Database,
  claim: { readonly now: number; readonly limit: number; readonly pace: PollPace },
): Promise<readonly GenerationJob[]> {
  const { now, limit, pace } = claim;
  const { rows } = await db.sql.execute({
    sql: `UPDATE generation SET
        next_at = CASE status WHEN 'running' THEN :now + ${pollPauseSql} ELSE next_at END,
        lease_until = CASE status WHEN 'running' THEN 0 ELSE :lease END
      WHERE (user_id, id) IN (
        SELECT user_id, id FROM generation
        WHERE next_at <= :now AND lease_until <= :now AND purged_at IS NULL
        ORDER BY next_at, created_at, id LIMIT :limit)
      RETURNING *`,
    args: { now, limit, lease: now + CLAIM_MS, ...pace },
  });
  return rows.flatMap(toJobs);
}

/** One that a provider speaks of; null where there is none. */
export async function readGeneration(
  db: Database,
  { user, id }: Pick<GenerationJob, 'user' | 'id'>,
): Promise<GenerationJob | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT * FROM generation WHERE user_id = ? AND id = ? AND purged_at IS NULL',
    args: [user, id],
  });
  return rows.flatMap(toJobs)[0] ?? null;
}

/** Whether a job at the provider is another generation's. */
export async function isRequestTaken(
  db: Database,
  { user, id }: Pick<GenerationJob, 'user' | 'id'>,
  requestId: string,
): Promise<boolean> {
  const sql = `SELECT 1 WHERE ${takenSql}`;
  return (await db.sql.execute({ sql, args: { user, id, request_id: requestId } })).rows.length > 0;
}

/** The prompts of others for this model that were sent, or may have been, and whose job nobody knows. */
export async function promptsWithoutJob(
  db: Database,
  { user, id, create }: Pick<GenerationJob, 'user' | 'id' | 'create'>,
): Promise<readonly string[]> {
  const { rows } = await db.sql.execute({
    sql: `SELECT creation ->> '$.prompt' AS prompt FROM generation
      WHERE (status IN ('submitting', 'held') OR (status = 'canceled' AND submitted_at IS NOT NULL))
        AND request_id IS NULL AND creation ->> '$.model' = :model AND NOT (user_id = :user AND id = :id)`,
    args: { user, id, model: create.model },
  });
  return rows.map(({ prompt }) => String(prompt));
}

const takenSql = `EXISTS (
  SELECT 1 FROM generation o WHERE o.request_id = :request_id AND NOT (o.user_id = :user AND o.id = :id))`;

/** Since it was claimed it may have been. */
const NOT_CANCELED = `fields ->> '$.cancelRequestedAt[0]' IS NULL`;

/** Looks now at those of an account that wait for one of its others to end. */
const wakeWaiting = `UPDATE generation SET next_at = :now
  WHERE user_id = :user AND status = 'queued' AND error ->> '$.code' = '${LIMIT_RUNNING}' AND next_at > :now`;

/** When the next one is due; null where nothing is under way. */
export async function nextGenerationAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT min(max(next_at, lease_until)) AS at FROM generation WHERE next_at IS NOT NULL AND purged_at IS NULL',
    args: [],
  });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

/**
 * Asks the provider no later than that, since somebody watches. One that the provider lately gave no
 * answer for keeps the wait that it was given.
 * @returns whether it would have been asked later
 */
export async function hasten(db: Database, job: Pick<GenerationJob, 'user' | 'id'>, at: number): Promise<boolean> {
  const { rowsAffected } = await db.sql.execute({
    sql: `UPDATE generation SET next_at = :at
      WHERE user_id = :user AND id = :id AND status = 'running' AND error IS NULL AND next_at > :at`,
    args: { user: job.user, id: job.id, at },
  });
  return rowsAffected > 0;
}

/** Looks again later, with nothing to tell anybody. */
export function postpone(job: GenerationJob, next: { readonly at: number; readonly attempts: number }): Statement {
  return {
    sql: `UPDATE generation SET next_at = :at, attempts = :attempts, lease_until = 0
      WHERE user_id = :user AND id = :id AND status = :from AND next_at IS NOT NULL`,
    args: { ...next, user: job.user, id: job.id, from: job.status },
  };
}

export interface Change {
  readonly to: GenerationState;
  readonly attempts: number;
  /** When to look again; null once nothing more will happen. */
  readonly nextAt: number | null;
  /** Keeps the claim, for what follows at once. */
  readonly leaseUntil: number;
  /** Where the job was found, not answered: nobody else's may be taken for it. */
  readonly adopts: boolean;
  /** What there has to be room in; null where it takes none. */
  readonly limits: AccountLimits | null;
  readonly now: number;
  readonly nonce: string;
}

/**
 * Writes a new state as one batch, with the videos and ingest jobs of a success, so that nothing
 * depends on a client hearing of it. [GEN-1]
 */
export function changeStatements(job: GenerationJob, change: Change): Statement[] {
  const { to, attempts, nextAt, leaseUntil, adopts, limits, now, nonce } = change;
  const columns: Record<string, SqlValue> = {
    ...stateColumns(to),
    status: to.kind,
    attempts,
    next_at: nextAt,
    lease_until: leaseUntil,
    updated_at: now,
  };
  const assignments = Object.keys(columns).map((name) => `${name} = :${name}`);
  const args: Record<string, SqlValue> = { ...columns, now, user: job.user, id: job.id, from: job.state?.kind ?? '' };
  const isBegun = to.kind === 'submitting' && job.state?.kind === 'queued';
  const guards = [
    guard(to, job),
    ...(isBegun ? [NOT_CANCELED] : []),
    ...(adopts ? [`NOT ${takenSql}`] : []),
    ...(limits === null ? [] : roomSql(limits)),
  ];
  const isOver = to.kind === 'succeeded' || to.kind === 'failed' || to.kind === 'canceled';
  return [
    {
      sql: `UPDATE generation SET ${assignments.join(', ')}, rev = ${nextRevSql}
        WHERE user_id = :user AND id = :id AND purged_at IS NULL AND ${guards.join(' AND ')}`,
      args,
    },
    ...(isOver ? [{ sql: wakeWaiting, args: { user: job.user, now } }] : []),
    ...advanceHead(job.user, nonce),
    ...(to.kind === 'succeeded' ? insertVideos(job, to, change) : []),
  ];
}

/** What must still be so: a job that exists, or its outputs, are true whatever happened since. */
function guard({ kind }: GenerationState, { state }: GenerationJob): string {
  if (kind === 'succeeded') return `status <> 'succeeded'`;
  if (kind === 'running') return `status NOT IN ('succeeded', 'failed', 'canceled')`;
  if (state?.kind !== 'submitting') return 'status = :from';
  // What was found out about one submission says nothing about the next.
  return `status = :from AND coalesce(submitted_at, 0) = ${state.since}`;
}

function insertVideos(job: GenerationJob, to: Extract<GenerationState, { kind: 'succeeded' }>, { now, nonce }: Change) {
  const { requestId, outputs, completedAt } = to;
  const unsaid = { error: null, submittedAt: null, deadline: null };
  const server = { ...unsaid, status: 'succeeded', requestId, outputs: [...outputs], completedAt };
  const videos = videosOf({ id: job.id, create: job.create, server });
  return videoInsertStatements(job.user, videos, { now, nonce });
}

/** A row that cannot be read holds up no other: it is left out, and claimed again later. */
function toJobs(row: SqlRow): readonly GenerationJob[] {
  const parsed = v.safeParse(RowSchema, row);
  if (!parsed.success) return [];
  const { user_id, id, creation, fields, attempts, status, request_id: requestId } = parsed.output;
  const cancelRequested = typeof fields.cancelRequestedAt?.[0] === 'number';
  return [{ user: user_id, id, create: creation, cancelRequested, attempts, status, state: stateOf(row), requestId }];
}

const RowSchema = v.object({
  user_id: UserIdSchema,
  id: GenerationIdSchema,
  creation: v.pipe(v.string(), v.parseJson(), GenerationCreateSchema),
  fields: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.array(v.unknown()))),
  attempts: v.number(),
  status: v.string(),
  request_id: v.nullable(v.string()),
});
