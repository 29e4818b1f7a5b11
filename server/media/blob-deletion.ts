import * as v from 'valibot';
import { UserIdSchema, VideoIdSchema } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import type { BlobPlace, BlobStore } from './blob-store/blob-store.ts';

/** A purged video whose bytes this process is to delete. */
export type BlobDeletion = BlobPlace;

/** How long one try may take before another is made; doubled with each that fails, up to an hour. */
const TRY_MS = 30_000;
const LONGEST_MS = 60 * 60_000;

/** Takes deletions that are due. Doing one twice is harmless, so moving its next try is all the claim it needs. */
export async function claimBlobDeletions(db: Database, now: number, limit: number): Promise<readonly BlobDeletion[]> {
  const { rows } = await db.sql.execute({
    sql: `UPDATE blob_deletion SET attempts = attempts + 1, next_at = :now + min(:try << min(attempts, 10), :longest)
      WHERE (user_id, video_id) IN (
        SELECT user_id, video_id FROM blob_deletion WHERE next_at <= :now ORDER BY next_at LIMIT :limit)
      RETURNING user_id, video_id`,
    args: { now, limit, try: TRY_MS, longest: LONGEST_MS },
  });
  return rows.map((row) => ({ user: v.parse(UserIdSchema, row.user_id), video: v.parse(VideoIdSchema, row.video_id) }));
}

/** When the next one is due; null where there is none. */
export async function nextBlobDeletionAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({ sql: 'SELECT min(next_at) AS at FROM blob_deletion', args: [] });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

/**
 * Frees what a purged video, or a picture that nothing is made of any more, held; nothing of one that lives. [PURGE-1]
 * @throws what the blob store throws; the deletion is then tried again later
 */
export async function deleteBlobs(
  { db, blobs }: { readonly db: Database; readonly blobs: Pick<BlobStore, 'list' | 'delete'> },
  place: BlobDeletion,
): Promise<void> {
  const { user, video } = place;
  const { rows } = await db.sql.execute({
    sql: `SELECT 1 FROM video WHERE user_id = :user AND id = :video AND purged_at IS NULL
      UNION ALL SELECT 1 FROM source WHERE user_id = :user AND id = :video`,
    args: { user, video },
  });
  if (rows.length === 0) for (const key of await blobs.list(place)) await blobs.delete(key);
  await db.sql.execute({ sql: 'DELETE FROM blob_deletion WHERE user_id = ? AND video_id = ?', args: [user, video] });
}
