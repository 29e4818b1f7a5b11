import type { Database } from '../db/database.ts';
import type { BlobEntry, BlobStore } from './blob-store/blob-store.ts';
import type { Finding } from './scrub-finding.ts';

export interface OrphanDeps {
  readonly db: Database;
  readonly blobs: Pick<BlobStore, 'entries'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Frees them; else they are only told of. */
  readonly removesOrphans: boolean;
}

/** What is younger may be on its way: a transfer writes before anything names what it wrote. */
const SAFE_AGE_MS = 48 * 60 * 60_000;
const BATCH = 500;

/**
 * Tells of what nothing in the database names.
 * @returns how many entries were looked up
 */
export async function orphansOf(deps: OrphanDeps, tell: (finding: Finding) => void): Promise<number> {
  let looked = 0;
  let batch: BlobEntry[] = [];
  for await (const entry of deps.blobs.entries()) {
    looked++;
    if (!(deps.clock() - entry.writtenAt > SAFE_AGE_MS) || isMark(entry)) continue;
    batch.push(entry);
    if (batch.length < BATCH) continue;
    await tellOf(deps, batch, tell);
    batch = [];
  }
  await tellOf(deps, batch, tell);
  return looked;
}

/** It is there to remember a submission that the database, put back from a backup, has forgotten. [GEN-2] */
function isMark({ key }: BlobEntry): boolean {
  return key?.endsWith('/submitted') ?? false;
}

async function tellOf(deps: OrphanDeps, entries: readonly BlobEntry[], tell: (finding: Finding) => void) {
  const known = await namedAmong(deps.db, entries);
  for (const [index, entry] of entries.entries()) {
    if (known.has(index)) continue;
    // Asked again at the last moment: its row may have come back from a device meanwhile.
    const isRemoved = deps.removesOrphans && (await namedAmong(deps.db, [entry])).size === 0;
    if (isRemoved) await entry.remove();
    const what = entry.key === null ? 'staged, and never finished' : 'nothing in the database names it';
    const size = entry.bytes > 0 ? `, ${entry.bytes} bytes` : '';
    tell({ kind: 'orphan', name: entry.name, message: `${what}${size}${isRemoved ? '; removed' : ''}` });
  }
}

/**
 * Which of them, by index, the database names. A video that is not stored yet names whatever lies under
 * it: that is where its next try looks first. So does an upload that makes a video, before there is one.
 * What is to be deleted anyway is named by that.
 */
async function namedAmong(db: Database, entries: readonly BlobEntry[]): Promise<ReadonlySet<number>> {
  const keys = entries.map(({ key }) => key?.split('/') ?? ['', '', '']);
  const { rows } = await db.sql.execute({
    sql: `SELECT blob.key AS at FROM json_each(?) AS blob
      WHERE EXISTS (
        SELECT 1 FROM video
        WHERE user_id = blob.value ->> 0 AND id = blob.value ->> 1 AND purged_at IS NULL
          AND (blob.value ->> 2 = 'poster' OR media_state <> 'stored' OR sha256 = blob.value ->> 2))
      OR EXISTS (
        SELECT 1 FROM source
        WHERE user_id = blob.value ->> 0 AND id = blob.value ->> 1 AND sha256 = blob.value ->> 2)
      OR EXISTS (
        SELECT 1 FROM generation
        WHERE user_id = blob.value ->> 0 AND source_id = blob.value ->> 1 AND status = 'waiting_source')
      OR EXISTS (
        SELECT 1 FROM blob_deletion WHERE user_id = blob.value ->> 0 AND video_id = blob.value ->> 1)
      OR EXISTS (
        SELECT 1 FROM upload
        WHERE user_id = blob.value ->> 0 AND video_id = blob.value ->> 1 AND state IN ('receiving', 'whole'))`,
    args: [JSON.stringify(keys)],
  });
  return new Set(rows.map(({ at }) => Number(at)));
}
