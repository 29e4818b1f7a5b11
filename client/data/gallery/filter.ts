import type { Collection, WhereClause } from 'dexie';
import type { VideoId } from '../../../sync/ids.ts';
import type { UserDatabase, VideoRecord } from '../database.ts';

/** What a gallery may show of the library; `offline` is what is kept on this device. */
export type GalleryFilter = IndexedFilter | 'offline';
/** An index of the rows answers these, in the order of their time. */
export type IndexedFilter = 'all' | 'pending' | 'failed' | 'favorites' | 'trash';

/** From `from` to `to`, both included, in milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const ALL_TIME: Span = { from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER };

/** The videos of a filter that were created in a span, oldest first. */
export function ranged(
  db: UserDatabase,
  filter: IndexedFilter,
  { from, to }: Span = ALL_TIME,
): Collection<VideoRecord, VideoId> {
  const { index, prefix } = INDEXES[filter];
  const where: WhereClause<VideoRecord, VideoId> = db.videos.where(index);
  return where.between([...prefix, from], [...prefix, to], true, true);
}

const INDEXES: Readonly<Record<IndexedFilter, { readonly index: string; readonly prefix: readonly unknown[] }>> = {
  all: { index: '[deleted+createdAt]', prefix: [0] },
  trash: { index: '[deleted+createdAt]', prefix: [1] },
  favorites: { index: '[deleted+favorite+createdAt]', prefix: [0, 1] },
  pending: { index: '[deleted+saveState+createdAt]', prefix: [0, 'pending'] },
  failed: { index: '[deleted+saveState+createdAt]', prefix: [0, 'failed'] },
};
