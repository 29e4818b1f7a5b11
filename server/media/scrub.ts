import * as v from 'valibot';
import { UserIdSchema, VideoIdSchema } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import type { Sha256 } from '../deps.ts';
import type { SqlRow } from '../sync/rows.ts';
import { type BlobKey, type BlobStore, posterKey, videoKey } from './blob-store/blob-store.ts';
import { eachOf } from './each.ts';
import { hashBytes } from './fetch-blob.ts';
import type { Finding } from './scrub-finding.ts';
import { type OrphanDeps, orphansOf } from './scrub-orphans.ts';

export interface ScrubDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly sha256: () => Sha256;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface Scrubbed {
  /** Videos that the database says are stored. */
  readonly videos: number;
  /** Of them, read and hashed. */
  readonly bytes: number;
  /** Blobs and leftovers that were looked up in the database. */
  readonly entries: number;
}

/** Large files, mostly one after the other: more at once would only make the server's own reads wait. */
const AT_ONCE = 4;
const PAGE = 200;

/**
 * Reads every stored file again and compares it with what the database says; then looks for what the
 * database does not name. It may run beside servers at work: what is on its way is no finding.
 * @throws where the database or the store cannot be used; what was found until then is told
 */
export async function scrub(
  deps: ScrubDeps & Pick<OrphanDeps, 'removesOrphans'>,
  tell: (finding: Finding) => void,
): Promise<Scrubbed> {
  await deps.blobs.check();
  let [videos, bytes] = [0, 0];
  await eachOf(storedVideos(deps.db), AT_ONCE, async (row) => {
    videos++;
    const parsed = v.safeParse(StoredVideoSchema, row);
    if (!parsed.success) {
      tell({ kind: 'missing', name: `${row.user_id}/${row.id}`, message: 'its row does not say what was stored' });
      return;
    }
    const read = await checkVideo(deps, parsed.output, tell);
    bytes += read;
  });
  return { videos, bytes, entries: await orphansOf(deps, tell) };
}

const StoredVideoSchema = v.object({
  user_id: UserIdSchema,
  id: VideoIdSchema,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.number(),
  poster_at: v.nullable(v.number()),
});
type StoredVideo = v.InferOutput<typeof StoredVideoSchema>;

async function* storedVideos(db: Database): AsyncGenerator<SqlRow> {
  let after = { user: '', id: '' };
  for (;;) {
    const { rows } = await db.sql.execute({
      sql: `SELECT user_id, id, sha256, bytes, poster_at FROM video
        WHERE (user_id, id) > (:user, :id) AND media_state = 'stored' AND purged_at IS NULL
        ORDER BY user_id, id LIMIT ${PAGE}`,
      args: after,
    });
    yield* rows;
    const last = rows.at(-1);
    if (!last) return;
    after = { user: String(last.user_id), id: String(last.id) };
  }
}

/** @returns how many bytes were read */
async function checkVideo(deps: ScrubDeps, row: StoredVideo, tell: (finding: Finding) => void): Promise<number> {
  const place = { user: row.user_id, video: row.id };
  const key = videoKey(place, row.sha256);
  const found = await hashOf(deps, key);
  const problem = problemOf(found, row);
  if (problem && (await isStillSaid(deps.db, row))) tell({ ...problem, name: key });
  if (row.poster_at !== null && (await deps.blobs.size(posterKey(place))) === null) {
    const message = 'there is no such picture';
    if (await isStillSaid(deps.db, row)) tell({ kind: 'missing', name: posterKey(place), message });
  }
  return found.kind === 'read' ? found.bytes : 0;
}

type Hashed =
  | { readonly kind: 'read'; readonly sha256: string; readonly bytes: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string };

async function hashOf({ blobs, sha256 }: ScrubDeps, key: BlobKey): Promise<Hashed> {
  try {
    const stream = await blobs.read(key);
    return stream === null ? { kind: 'missing' } : { kind: 'read', ...(await hashBytes({ sha256 }, stream)) };
  } catch (error) {
    // A store that went away says nothing about this file.
    await blobs.check();
    return { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) };
  }
}

function problemOf(found: Hashed, row: StoredVideo): Omit<Finding, 'name'> | null {
  switch (found.kind) {
    case 'missing':
      return { kind: 'missing', message: 'there is no such file' };
    case 'unreadable':
      return { kind: 'unreadable', message: found.message };
    case 'read':
      if (found.sha256 === row.sha256) return null;
      return { kind: 'rot', message: `its ${found.bytes} bytes, once ${row.bytes}, now hash to ${found.sha256}` };
  }
}

/** What was purged while it was read is no finding. */
async function isStillSaid(db: Database, row: StoredVideo): Promise<boolean> {
  const { rows } = await db.sql.execute({
    sql: `SELECT 1 FROM video
      WHERE user_id = ? AND id = ? AND sha256 = ? AND media_state = 'stored' AND purged_at IS NULL`,
    args: [row.user_id, row.id, row.sha256],
  });
  return rows.length === 1;
}
