import * as v from 'valibot';
import { type UserId, UserIdSchema, VideoIdSchema } from '../../../sync/ids.ts';
import type { Database, Statement } from '../../db/database.ts';
import type { SqlRow } from '../../sync/rows.ts';
import { type UploadKey, uploadKey } from '../upload-store/upload-store.ts';

/** A file that arrives in parts. Held by one request or one job at a time, until `leaseUntil`. */
export type Upload = v.InferOutput<typeof UploadSchema>;

/** How long an upload is kept after its last byte, and one that is done after that. */
export const EXPIRES_MS = 7 * 24 * 60 * 60_000;
/**
 * Short, so that a connection that is half dead does not hold up the next one; it is renewed while
 * bytes flow.
 */
export const PART_LEASE_MS = 5_000;
/** A job reads gigabytes, also where the machine is busy. */
export const JOB_LEASE_MS = 10_000;

/** Whether a video has bytes on their way; of `:user` and `:video`. */
export const hasOpenUpload = `EXISTS (
  SELECT 1 FROM upload WHERE user_id = :user AND video_id = :video AND state IN ('receiving', 'whole'))`;

export function keyOf({ user, id }: Pick<Upload, 'user' | 'id'>): UploadKey {
  return uploadKey({ user, id });
}

/** Null where this person has no such upload. */
export async function findUpload(db: Database, user: UserId, id: string): Promise<Upload | null> {
  const { rows } = await db.sql.execute({
    sql: `SELECT * FROM upload WHERE user_id = ? AND id = ? AND state <> 'dropped'`,
    args: [user, id],
  });
  return rows.flatMap(toUploads)[0] ?? null;
}

/** Takes an upload, as it was found, for one request; null while another one has it. */
export async function lockUpload(db: Database, upload: Upload, now: number): Promise<Upload | null> {
  const { rows } = await db.sql.execute({
    // Should this process be killed, a job looks at once what it left: it may have been the last byte.
    sql: `UPDATE upload SET lease_until = :until, next_at = :now
      WHERE user_id = :user AND id = :id AND state = :state AND lease_until <= :now
      RETURNING *`,
    args: { user: upload.user, id: upload.id, state: upload.state, now, until: now + PART_LEASE_MS },
  });
  return rows.flatMap(toUploads)[0] ?? null;
}

/** Takes the uploads that are due and that nobody works on. */
export async function claimUploads(db: Database, now: number, limit: number): Promise<readonly Upload[]> {
  const { rows } = await db.sql.execute({
    sql: `UPDATE upload SET lease_until = :until
      WHERE (user_id, id) IN (
        SELECT user_id, id FROM upload WHERE next_at <= :now AND lease_until <= :now ORDER BY next_at LIMIT :limit)
      RETURNING *`,
    args: { now, until: now + JOB_LEASE_MS, limit },
  });
  return rows.flatMap(toUploads);
}

/** When the next one is due; null where there is none. */
export async function nextUploadAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({ sql: 'SELECT min(max(next_at, lease_until)) AS at FROM upload', args: [] });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

/** @returns the claim as it now is; null where another has it, or the upload was dropped */
export async function renewUpload(db: Database, upload: Upload, until: number): Promise<Upload | null> {
  const leaseUntil = Math.max(until, upload.leaseUntil + 1);
  const { rowsAffected } = await db.sql.execute(updateHeld(upload, { set: 'lease_until = :until', until: leaseUntil }));
  return rowsAffected === 1 ? { ...upload, leaseUntil } : null;
}

/** Changes an upload for whoever holds it; nothing where that is no longer so. */
export function updateHeld(
  { user, id, leaseUntil }: Upload,
  { set, ...args }: { readonly set: string; readonly [name: string]: string | number | null },
): Statement {
  return {
    sql: `UPDATE upload SET ${set} WHERE user_id = :user AND id = :id AND lease_until = :lease AND state <> 'dropped'`,
    args: { ...args, user, id, lease: leaseUntil },
  };
}

/** A row that cannot be read holds up no other: it is left out, and claimed again later. */
export function toUploads(row: SqlRow): readonly Upload[] {
  const parsed = v.safeParse(UploadSchema, row);
  return parsed.success ? [parsed.output] : [];
}

const UploadSchema = v.pipe(
  v.object({
    user_id: UserIdSchema,
    id: v.string(),
    video_id: VideoIdSchema,
    makes_video: v.number(),
    bytes: v.number(),
    metadata: v.string(),
    sha256: v.nullable(v.string()),
    state: v.picklist(['receiving', 'whole', 'done', 'failed', 'refused', 'dropped']),
    error: v.nullable(v.string()),
    prior_error: v.nullable(v.string()),
    created_at: v.number(),
    expires_at: v.number(),
    attempts: v.number(),
    lease_until: v.number(),
  }),
  v.transform(
    ({ user_id, video_id, makes_video, bytes, prior_error, created_at, expires_at, lease_until, ...same }) => ({
      ...same,
      user: user_id,
      video: video_id,
      makesVideo: makes_video === 1,
      length: bytes,
      priorError: prior_error,
      createdAt: created_at,
      expiresAt: expires_at,
      leaseUntil: lease_until,
    }),
  ),
  v.readonly(),
);
