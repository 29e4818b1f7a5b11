import type { UserDatabase } from '../database.ts';
import { type GalleryFilter, ranged } from '../gallery/filter.ts';
import type { Entry } from './entry.ts';

/** Which videos a filter lets through, by what the indexes say now. */
export async function membersOf(db: UserDatabase, filter: GalleryFilter): Promise<(entry: Entry) => boolean> {
  if (filter !== 'all' && filter !== 'offline') {
    const within = new Set(await ranged(db, filter).primaryKeys());
    return ({ id }) => within.has(id);
  }
  const trash = new Set(await ranged(db, 'trash').primaryKeys());
  if (filter === 'all') return ({ id }) => !trash.has(id);
  const kept = new Set(await db.copies.where('state').equals('verified').primaryKeys());
  return ({ id, copyId }) => kept.has(copyId) && !trash.has(id);
}
