import * as v from 'valibot';
import { type UserId, UserIdSchema, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { Database, Statement } from '../db/database.ts';
import { advanceHead, type Commit, nextRevSql } from '../sync/heads.ts';
import type { SqlRow } from '../sync/rows.ts';
import type { BlobPlace } from './blob-store/blob-store.ts';
import type { VideoMeasures } from './measure.ts';
import { hasOpenUpload } from './uploads/upload.ts';

/** A video whose bytes are to be stored, claimed by this process until `leaseUntil`. */
export interface IngestJob {
  readonly user: UserId;
  readonly video: VideoId;
  /** Tries so far that failed. */
  readonly attempts: number;
  /** When the first of them failed; null before that. */
  readonly failingSince: number | null;
  /** Also says which claim this is: a later one has a later end. */
  readonly leaseUntil: number;
}

/** Short, so that what a killed process held is soon taken over; it is renewed while work goes on. */
export const LEASE_MS = 10_000;

/** Takes the jobs that are due and that nobody works on. */
export async function claimIngestJobs(db: Database, now: number, limit: number): Promise<readonly IngestJob[]> {
  const { rows } = await db.sql.execute({
    sql: `UPDATE ingest_job SET lease_until = :until
      WHERE (user_id, video_id) IN (
        SELECT user_id, video_id FROM ingest_job
        WHERE next_at <= :now AND lease_until <= :now ORDER BY next_at LIMIT :limit)
      RETURNING *`,
    args: { now, until: now + LEASE_MS, limit },
  });
  return rows.flatMap(toJobs);
}

/** When the next job is due; null where there is none. */
export async function nextIngestAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT min(max(next_at, lease_until)) AS at FROM ingest_job',
    args: [],
  });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

/** @returns the claim as it now is; null where another process has taken the job over */
export async function renewLease(db: Database, job: IngestJob, now: number): Promise<IngestJob | null> {
  const leaseUntil = Math.max(now + LEASE_MS, job.leaseUntil + 1);
  const { rowsAffected } = await db.sql.execute({
    sql: `UPDATE ingest_job SET lease_until = :leaseUntil WHERE ${MINE}`,
    args: { ...mine(job), leaseUntil },
  });
  return rowsAffected === 1 ? { ...job, leaseUntil } : null;
}

/** Tries again at `nextAt`; `error` is null where this was no failure. */
export async function postpone(
  db: Database,
  job: IngestJob,
  next: { readonly at: number; readonly now: number; readonly error: string | null },
): Promise<void> {
  const failed = next.error === null ? null : { since: job.failingSince ?? next.now, message: next.error };
  await db.sql.execute({
    sql: `UPDATE ingest_job SET next_at = :at, lease_until = 0,
        attempts = attempts + :failures, last_error = coalesce(:lastError, last_error)
      WHERE ${MINE}`,
    args: { ...mine(job), at: next.at, failures: failed ? 1 : 0, lastError: failed && JSON.stringify(failed) },
  });
}

export interface StoredMedia {
  readonly sha256: string;
  readonly bytes: number;
  readonly measures: VideoMeasures;
  readonly hasPoster: boolean;
}

/**
 * Settles a video with what is stored now, unless it was purged or stored meanwhile. [PURGE-1] What
 * else was to bring its bytes, a job or uploads, has nothing left to do.
 */
export function storedStatements(place: BlobPlace, media: StoredMedia, commit: Commit): Statement[] {
  const { width, height, durationMs, codec } = media.measures;
  const { user, video } = place;
  const settled = settle(place, commit, {
    set: `media_state = 'stored', media_error = NULL, bytes = :bytes, sha256 = :sha256, stored_at = :now,
      width = :width, height = :height, duration_ms = :durationMs, codec = :codec,
      poster_at = coalesce(poster_at, :posterAt)`,
    args: {
      bytes: media.bytes,
      sha256: media.sha256,
      width,
      height,
      durationMs,
      codec,
      posterAt: media.hasPoster ? commit.now : null,
    },
  });
  const dropUploads = {
    sql: `UPDATE upload SET state = 'dropped', next_at = :now
      WHERE user_id = :user AND video_id = :video AND state IN ('receiving', 'whole')`,
    args: { user, video, now: commit.now },
  };
  return [...settled, dropUploads];
}

/** Settles a job that only the person can help. While a device uploads the bytes there is hope. */
export function failedStatements(place: BlobPlace, message: string, commit: Commit): Statement[] {
  const { user, video } = place;
  return [
    {
      sql: `UPDATE upload SET prior_error = :message
        WHERE user_id = :user AND video_id = :video AND state IN ('receiving', 'whole')`,
      args: { user, video, message },
    },
    ...settle(place, commit, {
      set: `media_state = CASE WHEN ${hasOpenUpload} THEN media_state ELSE 'failed' END,
        media_error = CASE WHEN ${hasOpenUpload} THEN media_error ELSE :message END`,
      args: { message },
    }),
  ];
}

/** Drops a job that has nothing left to do. */
export function dropJob(job: BlobPlace): Statement {
  return { sql: `DELETE FROM ingest_job WHERE user_id = ? AND video_id = ?`, args: [job.user, job.video] };
}

function settle(
  place: BlobPlace,
  commit: Commit,
  change: { readonly set: string; readonly args: Readonly<Record<string, string | number | null>> },
): Statement[] {
  return [
    {
      sql: `UPDATE video SET ${change.set}, rev = ${nextRevSql}, updated_at = :now
        WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state <> 'stored'`,
      args: { ...change.args, user: place.user, video: place.video, now: commit.now },
    },
    dropJob(place),
    ...advanceHead(place.user, commit.nonce),
  ];
}

const MINE = 'user_id = :user AND video_id = :video AND lease_until = :lease';

function mine({ user, video, leaseUntil }: IngestJob) {
  return { user, video, lease: leaseUntil };
}

/** A row that cannot be read holds up no other: it is left out, and claimed again later. */
function toJobs(row: SqlRow): readonly IngestJob[] {
  const parsed = v.safeParse(RowSchema, row);
  if (!parsed.success) return [];
  const { user_id, video_id, attempts, last_error, lease_until } = parsed.output;
  const failingSince = last_error?.since ?? null;
  return [{ user: user_id, video: video_id, attempts, failingSince, leaseUntil: lease_until }];
}

const LastErrorSchema = v.object({ since: v.number(), message: v.string() });
const RowSchema = v.object({
  user_id: UserIdSchema,
  video_id: VideoIdSchema,
  attempts: v.number(),
  last_error: v.nullable(v.pipe(v.string(), v.parseJson(), LastErrorSchema)),
  lease_until: v.number(),
});
