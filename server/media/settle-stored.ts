import type { Database, Statement } from '../db/database.ts';
import { newNonce } from '../sync/heads.ts';
import type { SqlRow } from '../sync/rows.ts';
import { type BlobPlace, posterKey } from './blob-store/blob-store.ts';
import type { FoundBlob } from './fetch-blob.ts';
import type { IngestDeps } from './ingest-deps.ts';
import { storedStatements } from './ingest-job.ts';
import type { VideoMeasures } from './measure.ts';

/**
 * Says in one batch that a video is stored, and deletes the bytes again where its row has no use for
 * them: it was purged, or others were stored meanwhile. [PURGE-1]
 */
export async function settleStored(
  deps: IngestDeps,
  { user, video }: BlobPlace,
  stored: {
    readonly blob: FoundBlob;
    readonly measures: VideoMeasures;
    readonly hasPoster: boolean;
    /** What is written first, in the same batch. */
    readonly before: readonly Statement[];
  },
): Promise<void> {
  const { db, blobs, clock, random, metrics } = deps;
  const { blob, measures, hasPoster, before } = stored;
  const place = { user, video };
  const commit = { now: clock(), nonce: newNonce(random) };
  const media = { sha256: blob.sha256, bytes: blob.bytes, measures, hasPoster };
  const results = await db.sql.batch([...before, ...storedStatements(place, media, commit)], 'write');
  const row = await readVideo(db, place);
  if (results[before.length]?.rowsAffected === 1) metrics.stored((commit.now - Number(row?.created_at)) / 1000);
  if (row?.sha256 !== blob.sha256) await blobs.delete(blob.key);
  if (row === null) await blobs.delete(posterKey(place));
}

/** Null once it is purged. */
export async function readVideo(db: Database, { user, video }: BlobPlace): Promise<SqlRow | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT * FROM video WHERE user_id = ? AND id = ? AND purged_at IS NULL',
    args: [user, video],
  });
  return rows[0] ?? null;
}
