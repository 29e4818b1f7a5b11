import type { Transaction } from 'dexie';
import type { VideoId } from '../../sync/ids.ts';
import { fieldValue, newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import type { VideoCreate } from '../../sync/records.ts';
import type { PosterRecord, UserDatabase } from './database.ts';
import { dropSegments, rowOfCopy } from './media-tables.ts';
import { stampAll } from './stamp-all.ts';
import { isQuotaError } from './storage-failure.ts';
import { workIn } from './sync-store.ts';

/** Stands for the hash of an import's bytes while they are being written; never a validator. */
export const STAGED = 'staged';

/** Held for as long as an import writes, so that nobody takes its bytes for orphans. */
export function importLock(copyId: string): string {
  return `vidfab-import-${copyId}`;
}

/** A video whose bytes are all here, staged under its id and read back. */
export interface ImportedVideo {
  readonly id: VideoId;
  readonly create: VideoCreate;
  /** What a person gave it, the name of its file among them: their acts, and stamped as such. [ROW-1] */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly sha256: string;
  /** A file is recognised by its bytes. What comes from a library is by its id: of equal bytes it may have two. [ID-1] */
  readonly from: 'file' | 'library';
  readonly poster: Pick<PosterRecord, 'data' | 'contentType'> | null;
}

/** The same bytes, already here. */
export interface Twin {
  readonly id: VideoId;
  readonly inTrash: boolean;
}

export type ImportCommit =
  | { readonly kind: 'imported' }
  | ({ readonly kind: 'duplicate' } & Twin)
  /** The staged bytes are not what they were. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'quota' };

export interface ImportTables {
  /** Row, verified copy and poster at once: before it there is nothing, after it a pending video that plays. */
  readonly commit: (video: ImportedVideo) => Promise<ImportCommit>;
  /** The video here that has these bytes. */
  readonly twin: (sha256: string) => Promise<Twin | null>;
  /** Drops what was staged. */
  readonly abandon: (copyId: string) => Promise<void>;
}

type Tables = Pick<UserDatabase, 'videos' | 'copies' | 'aliases'>;

export function createImportTables(db: UserDatabase): ImportTables {
  const scope = [db.meta, db.videos, db.generations, db.aliases, db.changes, db.copies, db.posters];
  return {
    commit: async (video) => {
      try {
        return await db.resilient(() => db.transaction('rw', scope, (transaction) => commit(transaction, video)));
      } catch (error) {
        if (isQuotaError(error)) return { kind: 'quota' };
        throw error;
      }
    },
    twin: (sha256) => db.resilient(() => findTwin(db, sha256)),
    abandon: (copyId) =>
      db.transaction('rw', db.copies, db.segments, async () => {
        const copy = await db.copies.get(copyId);
        if (copy?.etag !== STAGED) return;
        await dropSegments(db, copyId);
        await db.copies.delete(copyId);
      }),
  };
}

/** Bound to the transaction's own tables: see docs/decisions/004. */
async function commit(transaction: Transaction, video: ImportedVideo): Promise<ImportCommit> {
  const { id, create, sha256, poster, from } = video;
  const videos: UserDatabase['videos'] = transaction.table('videos');
  const aliases: UserDatabase['aliases'] = transaction.table('aliases');
  const copies: UserDatabase['copies'] = transaction.table('copies');
  const posters: UserDatabase['posters'] = transaction.table('posters');
  const copy = await copies.get(id);
  if (copy?.etag !== STAGED || copy.received !== copy.total) return { kind: 'superseded' };
  const same = await videos.where(':id').equals(id).first();
  const twin = from === 'library' ? same && twinOf(same) : await findTwin({ videos, aliases, copies }, sha256);
  if (twin) return { kind: 'duplicate', ...twin };

  await workIn(transaction, async (tx) => {
    const fields = await stampAll(tx, video.fields);
    // The server may believe that it can fetch what was generated elsewhere, long ago.
    const offer = from === 'library' ? { offer: { sha256, failures: 0, refusal: null } } : {};
    await tx.videos.putMany([{ ...newVideoRow(id, create), fields, ...offer }], (await tx.meta()).epoch);
  });
  await copies.put({ ...copy, state: 'verified', etag: `"${sha256}"` });
  if (poster) await posters.put({ videoId: id, ...poster, unsent: 1 });
  return { kind: 'imported' };
}

async function findTwin({ videos, copies, aliases }: Tables, sha256: string): Promise<Twin | null> {
  for (const { copyId, state } of await copies.where('etag').equals(`"${sha256}"`).toArray()) {
    if (state !== 'verified') continue;
    const row = await rowOfCopy({ videos, aliases }, copyId);
    if (row) return twinOf(row);
  }
  return null;
}

function twinOf(row: VideoRow): Twin {
  return { id: row.id, inTrash: typeof fieldValue(row, 'deletedAt') === 'number' };
}
