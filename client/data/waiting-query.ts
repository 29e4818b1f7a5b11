import type { UserDatabase } from './database.ts';
import { useLiveQuery } from './live-query.ts';
import { type Waiting, waiting } from './oldest-pending.ts';
import { putOffUploads } from './upload-tables.ts';

/** What waits for the server here, and since when; undefined until it is read. */
export function useWaiting(db: UserDatabase): Waiting | undefined {
  return useLiveQuery(db, async () => waiting(db, await putOffUploads(db, Date.now())));
}
