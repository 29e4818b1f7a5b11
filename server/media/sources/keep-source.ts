import type { SourceId, UserId } from '../../../sync/ids.ts';
import type { SourceImage } from '../../../sync/source-image.ts';
import type { Database, Statement } from '../../db/database.ts';
import { advanceHead, newNonce } from '../../sync/heads.ts';
import type { BlobStore } from '../blob-store/blob-store.ts';
import { sourceKey } from './source-key.ts';

/** How long a picture is kept that nothing is made of, and how often that is looked at. */
export const UNUSED_MS = 7 * 24 * 60 * 60_000;

export interface SourceDeps {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
}

export interface Source {
  readonly user: UserId;
  readonly id: SourceId;
  readonly sha256: string;
  readonly contentType: SourceImage['contentType'];
}

/**
 * Keeps a picture whose bytes were hashed, and lets go on what waits for it. The bytes come first: killed
 * in between, it is sent again.
 * @returns whose bytes the id stands for, which may be others that came first
 */
export async function keepSource(
  deps: SourceDeps & { readonly blobs: Pick<BlobStore, 'putSmall' | 'delete'> },
  source: Source,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<string> {
  const key = sourceKey(source.user, source);
  await deps.blobs.putSmall(key, bytes);
  const kept = await recordSource(deps, source);
  if (kept !== source.sha256) await deps.blobs.delete(key);
  return kept;
}

/** Writes down that the blob store has it. @see keepSource */
export async function recordSource({ db, clock, random }: SourceDeps, source: Source): Promise<string> {
  const { user, id, sha256, contentType } = source;
  const now = clock();
  const results = await db.sql.batch(
    [
      {
        sql: `INSERT INTO source (user_id, id, sha256, content_type, check_at)
          VALUES (:user, :id, :sha256, :contentType, :checkAt)
          ON CONFLICT DO UPDATE SET check_at = excluded.check_at WHERE sha256 = excluded.sha256`,
        args: { user, id, sha256, contentType, checkAt: now + UNUSED_MS },
      },
      goOn(user, id, now),
      ...advanceHead(user, newNonce(random)),
      { sql: 'SELECT sha256 FROM source WHERE user_id = ? AND id = ?', args: [user, id] },
    ],
    'write',
  );
  return String(results.at(-1)?.rows[0]?.sha256);
}

/** In the batch that makes it stored, so that none is left waiting for what is there. [GEN-3] */
function goOn(user: UserId, id: SourceId, now: number): Statement {
  return {
    sql: `UPDATE generation SET status = 'queued', error = NULL, attempts = 0, next_at = :now, lease_until = 0,
        updated_at = :now,
        rev = (SELECT coalesce(max(rev), 0) FROM user_head WHERE user_id = :user) + waiting.place
      FROM (
        SELECT g.id AS waiting_id, row_number() OVER (ORDER BY g.created_at, g.id) AS place
        FROM generation g JOIN source s ON s.user_id = g.user_id AND s.id = g.source_id
        WHERE g.user_id = :user AND g.source_id = :id AND g.status = 'waiting_source' AND g.purged_at IS NULL
          AND s.sha256 = g.creation ->> '$.params.sourceImage.sha256'
      ) AS waiting
      WHERE user_id = :user AND id = waiting.waiting_id`,
    args: { user, id, now },
  };
}
