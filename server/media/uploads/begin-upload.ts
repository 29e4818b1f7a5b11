import * as v from 'valibot';
import { formatUuid, type UserId, uuidv7, type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import type { Database } from '../../db/database.ts';
import { advanceHead, newNonce, nextRevSql } from '../../sync/heads.ts';
import type { IngestDeps } from '../ingest-deps.ts';
import { readVideo } from '../settle-stored.ts';
import type { UploadMetadata } from './metadata.ts';
import { EXPIRES_MS, findUpload, hasOpenUpload, toUploads, type Upload } from './upload.ts';

/** Uploads of one person that are not done, at most. */
const MAX_UNFINISHED = 100;

export interface NewUpload {
  readonly user: UserId;
  /** The one it brings the bytes of; null makes a new one. */
  readonly video: VideoId | null;
  readonly length: number;
  /** As it was sent. */
  readonly header: string;
  readonly metadata: UploadMetadata;
}

export type Begun =
  | { readonly kind: 'begun'; readonly upload: Upload; readonly isNew: boolean }
  /** Nothing is left to do. */
  | { readonly kind: 'already_stored' }
  /** The video has other bytes. */
  | { readonly kind: 'stored_otherwise' }
  /** These very bytes are no video. */
  | { readonly kind: 'refused_before'; readonly message: string }
  | { readonly kind: 'too_many' }
  /** The video is purged. */
  | { readonly kind: 'no_video' };

/**
 * Begins an upload, or finds the one that was begun for the same bytes of the same video: a device
 * that was killed before it noted the answer goes on where it was.
 */
export async function beginUpload(
  deps: Pick<IngestDeps, 'db' | 'clock' | 'random'>,
  wanted: NewUpload,
): Promise<Begun> {
  const { db, clock, random } = deps;
  const { user, length, header, metadata } = wanted;
  const known = wanted.video === null ? null : await findKnown(db, { ...wanted, video: wanted.video }, clock());
  if (known !== null) return known;
  const now = clock();
  const id = formatUuid(random(16));
  const video = wanted.video ?? v.parse(VideoIdSchema, uuidv7(now, random(10)));
  const args = { user, id, video, now };
  const results = await db.sql.batch(
    [
      {
        sql: `INSERT INTO upload
            (user_id, id, video_id, makes_video, bytes, metadata, sha256, prior_error, created_at, expires_at, next_at)
          SELECT :user, :id, :video, :makesVideo, :length, :header, :sha256,
            coalesce(
              (SELECT media_error FROM video WHERE user_id = :user AND id = :video AND media_state = 'failed'),
              (SELECT prior_error FROM upload
                WHERE user_id = :user AND video_id = :video AND state IN ('receiving', 'whole') LIMIT 1)),
            :now, :expiresAt, :expiresAt
          WHERE (SELECT count(*) FROM upload WHERE user_id = :user AND state <> 'done') < :max
            AND (:makesVideo OR EXISTS (
              SELECT 1 FROM video
              WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state <> 'stored'))`,
        args: {
          ...args,
          makesVideo: wanted.video === null ? 1 : 0,
          length,
          header,
          sha256: metadata.sha256 ?? null,
          expiresAt: now + EXPIRES_MS,
          max: MAX_UNFINISHED,
        },
      },
      {
        sql: `UPDATE video SET media_state = 'storing', media_error = NULL, rev = ${nextRevSql}, updated_at = :now
          WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state IN ('none', 'failed')
            AND ${hasOpenUpload}`,
        args,
      },
      ...advanceHead(user, newNonce(random)),
    ],
    'write',
  );
  const upload = results[0]?.rowsAffected === 1 ? await findUpload(db, user, id) : null;
  if (upload) return { kind: 'begun', upload, isNew: true };
  // It was stored, or purged, in between; or there are too many.
  const stored = wanted.video && (await findKnown(db, { ...wanted, video: wanted.video }, now));
  return stored || { kind: 'too_many' };
}

/** What is known of these bytes of this video already. */
async function findKnown(
  db: Database,
  { user, video, length, metadata: { sha256 } }: NewUpload & { readonly video: VideoId },
  now: number,
): Promise<Begun | null> {
  const row = await readVideo(db, { user, video });
  if (row === null) return { kind: 'no_video' };
  if (row.media_state === 'stored') {
    return { kind: sha256 === undefined || row.sha256 === sha256 ? 'already_stored' : 'stored_otherwise' };
  }
  if (sha256 === undefined) return null;
  const { rows } = await db.sql.execute({
    sql: `SELECT * FROM upload
      WHERE user_id = ? AND video_id = ? AND sha256 = ? AND bytes = ? AND expires_at > ?
        AND state IN ('receiving', 'whole', 'refused')
      ORDER BY created_at LIMIT 1`,
    args: [user, video, sha256, length, now],
  });
  const [same] = rows.flatMap(toUploads);
  if (!same) return null;
  if (same.state === 'refused') return { kind: 'refused_before', message: same.error ?? 'The file is not a video' };
  return { kind: 'begun', upload: same, isNew: false };
}
