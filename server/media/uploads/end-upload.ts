import type { Statement } from '../../db/database.ts';
import { advanceHead, type Commit, nextRevSql } from '../../sync/heads.ts';
import { hasOpenUpload, keyOf, type Upload, updateHeld } from './upload.ts';
import type { UploadDeps } from './upload-deps.ts';

/** How long it is said that an upload failed. */
const FAILED_FOR_MS = 24 * 60 * 60_000;

export type End =
  /** It is not wanted any more, or nobody went on with it. */
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly message: string }
  /** These bytes would be refused again. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * Ends an upload that came to nothing. Its video says why, or what it said before; where others are
 * still at work on its bytes it says nothing.
 */
export function endStatements(upload: Upload, end: End, commit: Commit): Statement[] {
  const { user, id, video } = upload;
  const { now } = commit;
  const isDropped = end.kind === 'dropped';
  const error = isDropped ? null : end.message;
  return [
    updateHeld(upload, {
      set: `state = :state, error = :error, lease_until = 0, next_at = :at, expires_at = :at`,
      state: end.kind,
      error,
      at: isDropped ? now : now + FAILED_FOR_MS,
    }),
    {
      sql: `UPDATE video SET media_state = CASE WHEN ended.error IS NULL THEN 'none' ELSE 'failed' END,
          media_error = ended.error, rev = ${nextRevSql}, updated_at = :now
        FROM (
          SELECT coalesce(error, prior_error) AS error FROM upload WHERE user_id = :user AND id = :id AND state = :state
        ) AS ended
        WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state = 'storing'
          AND NOT ${hasOpenUpload}
          AND NOT EXISTS (SELECT 1 FROM ingest_job WHERE user_id = :user AND video_id = :video)`,
      args: { user, id, video, state: end.kind, now },
    },
    ...advanceHead(user, commit.nonce),
  ];
}

/** Frees the bytes, and then forgets the upload. */
export async function removeUpload({ db, uploads }: Pick<UploadDeps, 'db' | 'uploads'>, upload: Upload): Promise<void> {
  await uploads.delete(keyOf(upload));
  await db.sql.execute({ sql: 'DELETE FROM upload WHERE user_id = ? AND id = ?', args: [upload.user, upload.id] });
}
