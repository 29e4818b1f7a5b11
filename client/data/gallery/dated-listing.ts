import type { UserDatabase } from '../database.ts';
import { readViews } from '../read-views.ts';
import { createChunks } from './chunks.ts';
import { createDatedSections, type DatedQuery } from './dated-sections.ts';
import { ALL_TIME, ranged, type Span } from './filter.ts';
import { CHUNK, type Listing } from './listing.ts';
import { datedNeighbours } from './neighbours.ts';

/** A library by its calendar. */
export function createDatedListing(db: UserDatabase, query: DatedQuery): Listing {
  const { filter, isNewestFirst } = query;
  const listeners = new Set<() => void>();
  const sections = createDatedSections(db, query, () => {
    for (const listener of listeners) listener();
  });
  const inOrder = (span: Span) => (isNewestFirst ? ranged(db, filter, span).reverse() : ranged(db, filter, span));
  const withUploads = filter === 'pending' || filter === 'failed';
  const chunks = createChunks(db, async ({ span }, offset) => {
    const records = await inOrder(span ?? ALL_TIME)
      .offset(offset)
      .limit(CHUNK)
      .toArray();
    return readViews(db, records, { withUploads });
  });

  return {
    ...chunks,
    shape: sections.shape,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    ids: (from, to) =>
      inOrder(ALL_TIME)
        .offset(from)
        .limit(to - from)
        .primaryKeys(),
    neighbours: (id) => datedNeighbours(db, query, id),
    close: () => {
      sections.close();
      chunks.close();
    },
  };
}
