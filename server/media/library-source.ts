import * as v from 'valibot';
import { type UserId, VideoIdSchema } from '../../sync/ids.ts';
import type { ExportScope, LibraryRow } from '../../sync/library-file.ts';
import type { FoundBytes, LibrarySource } from '../../sync/write-library.ts';
import type { Database, SqlValue } from '../db/database.ts';
import { generationRow, type SqlRow, videoRow, wireColumns } from '../sync/rows.ts';
import { type BlobKey, type BlobStore, posterKey, videoKey } from './blob-store/blob-store.ts';

const PAGE = 100;

/** The library of one person as this server has it, read page by page. */
export function createLibrarySource(
  { db, blobs }: { readonly db: Database; readonly blobs: BlobStore },
  { user, scope }: { readonly user: UserId; readonly scope: ExportScope },
): LibrarySource {
  return {
    pages: () => pages(db, user, scope),
    bytes: async ({ id, server }) => {
      if (server?.mediaState !== 'stored' || server.sha256 === null) return NOT_STORED;
      return open(blobs, videoKey({ user, video: id }, server.sha256), server.sha256);
    },
    poster: async ({ id, server }) => {
      return server?.posterAt == null ? NOT_STORED : open(blobs, posterKey({ user, video: id }), null);
    },
    generations: async (ids) => {
      const { rows } = await db.sql.execute({
        sql: `SELECT ${wireColumns('generation', 'g')} FROM generation g
          WHERE g.user_id = :user AND g.id IN (SELECT value FROM json_each(:ids)) ORDER BY g.id`,
        args: { user, ids: JSON.stringify(ids) },
      });
      return rows.map(generationRow).flatMap((row) => ('purged' in row ? [] : [{ id: row.id, create: row.create }]));
    },
  };
}

/** By id: that is by time of creation, and no row is passed over or told twice, whatever is written meanwhile. */
async function* pages(db: Database, user: UserId, scope: ExportScope): AsyncGenerator<readonly LibraryRow[]> {
  const filter = filterOf(scope);
  let after = '';
  for (;;) {
    const { rows } = await db.sql.execute({
      sql: `SELECT ${wireColumns('video', 'v')} FROM video v
        WHERE v.user_id = :user AND v.id > :after AND v.purged_at IS NULL
          AND v.fields ->> '$.purgeRequestedAt[0]' IS NULL ${filter.sql}
        ORDER BY v.id LIMIT ${PAGE}`,
      args: { user, after, ...filter.args },
    });
    if (rows.length > 0) yield rows.flatMap(libraryRow);
    if (rows.length < PAGE) return;
    after = String(rows.at(-1)?.id);
  }
}

function filterOf(scope: ExportScope): { readonly sql: string; readonly args: Readonly<Record<string, SqlValue>> } {
  switch (scope.kind) {
    case 'all':
      return { sql: '', args: {} };
    case 'favorites':
      return { sql: `AND v.trashed_at IS NULL AND v.fields ->> '$.favorite[0]' = 1`, args: {} };
    case 'chosen':
      return {
        sql: `AND v.id IN (
          SELECT coalesce(a.id, c.value) FROM json_each(:ids) c
          LEFT JOIN video_alias a ON a.user_id = :user AND a.alias_id = c.value)`,
        args: { ids: JSON.stringify(scope.ids) },
      };
  }
}

function libraryRow(row: SqlRow): readonly LibraryRow[] {
  const wire = videoRow(row);
  if ('purged' in wire) return [];
  const { create, fields, server } = wire;
  return [{ id: v.parse(VideoIdSchema, wire.id), create, fields, server }];
}

const NOT_STORED = { kind: 'missing', reason: 'not_stored' } as const;

async function open(blobs: BlobStore, key: BlobKey, sha256: string | null): Promise<FoundBytes> {
  const [size, bytes] = [await blobs.size(key), await blobs.read(key)];
  if (bytes === null || size === null) {
    await bytes?.cancel();
    return { kind: 'missing', reason: 'lost' };
  }
  return { kind: 'bytes', reader: bytes.getReader(), size, sha256 };
}
