import type { VideoId } from '../../../sync/ids.ts';
import type { UserDatabase } from '../database.ts';
import { ALL_TIME, type IndexedFilter, ranged } from './filter.ts';

/** What stands before and after a video. */
export interface Neighbours {
  readonly previous: VideoId | null;
  readonly next: VideoId | null;
}

export const NO_NEIGHBOURS: Neighbours = { previous: null, next: null };

/** Videos that were created in the same millisecond; more of them have no neighbours. */
const MOST_TIED = 200;

/** The neighbours of a video by the calendar; none where the filter leaves it out. */
export async function datedNeighbours(
  db: UserDatabase,
  { filter, isNewestFirst }: { readonly filter: IndexedFilter; readonly isNewestFirst: boolean },
  id: VideoId,
): Promise<Neighbours> {
  const row = await db.videos.get(id);
  if (!row) return NO_NEIGHBOURS;
  const after = async (isUpward: boolean) => {
    const edge = isUpward ? { from: row.createdAt } : { to: row.createdAt };
    const among = ranged(db, filter, { ...ALL_TIME, ...edge });
    const ids = await (isUpward ? among : among.reverse()).limit(MOST_TIED).primaryKeys();
    const at = ids.indexOf(id);
    return at === -1 ? null : (ids[at + 1] ?? null);
  };
  const [newer, older] = [await after(true), await after(false)];
  return isNewestFirst ? { previous: newer, next: older } : { previous: older, next: newer };
}
