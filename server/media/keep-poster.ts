import type { UserId, VideoId } from '../../sync/ids.ts';
import type { AppDeps } from '../deps.ts';
import { advanceHead, newNonce, nextRevSql } from '../sync/heads.ts';
import { posterKey } from './blob-store/blob-store.ts';

/**
 * Keeps a device's picture of a video that has none; the first one wins.
 * @returns false once the video is purged; then nothing is kept [PURGE-1]
 */
export async function keepPoster(
  { db, blobs, clock, random }: Pick<AppDeps, 'db' | 'blobs' | 'clock' | 'random'>,
  poster: { readonly user: UserId; readonly video: VideoId; readonly bytes: Uint8Array<ArrayBuffer> },
): Promise<boolean> {
  const { user, video, bytes } = poster;
  await blobs.putSmall(posterKey(poster), bytes);
  const now = clock();
  const results = await db.sql.batch(
    [
      {
        sql: `UPDATE video SET poster_at = :now, rev = ${nextRevSql}, updated_at = :now
          WHERE user_id = :user AND id = :video AND purged_at IS NULL AND poster_at IS NULL`,
        args: { user, video, now },
      },
      ...advanceHead(user, newNonce(random)),
      { sql: 'SELECT 1 FROM video WHERE user_id = ? AND id = ? AND purged_at IS NULL', args: [user, video] },
    ],
    'write',
  );
  if (results.at(-1)?.rows.length === 1) return true;
  await blobs.delete(posterKey(poster));
  return false;
}
