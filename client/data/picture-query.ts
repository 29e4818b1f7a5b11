import type { SourceId } from '../../sync/ids.ts';
import type { UserDatabase } from './database.ts';
import { useLiveQuery } from './live-query.ts';

/** A picture as it is on this device; undefined while it is read, null where it is not here. */
export function usePicture(db: UserDatabase, id: SourceId): Blob | null | undefined {
  return useLiveQuery(db, async () => {
    const source = await db.sources.get(id);
    return source ? new Blob([source.data], { type: source.contentType }) : null;
  }, [id]);
}
