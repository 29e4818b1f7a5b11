import type { UserId } from '../../sync/ids.ts';
import { AppDatabase, type SharedFile } from './app-database.ts';

/** What other apps handed to this one and nobody has imported yet; it outlives page, worker and browser. */
export interface Inbox {
  /** All of them or none. @throws {StorageFailed} where there is no room */
  readonly put: (user: UserId | null, files: readonly File[]) => Promise<void>;
  /** Keys of what this person may import, oldest first. */
  readonly waiting: (user: UserId) => Promise<readonly number[]>;
  readonly get: (seq: number) => Promise<SharedFile | undefined>;
  readonly remove: (seq: number) => Promise<void>;
  readonly close: () => void;
}

export function createInbox(): Inbox {
  const db = new AppDatabase();
  return {
    put: async (user, files) => {
      const shared = files.map((file) => ({ user, name: file.name, lastModified: file.lastModified, data: file }));
      await db.resilient(() => db.inbox.bulkAdd(shared));
    },
    waiting: (user) =>
      db.resilient(() => db.inbox.filter((file) => file.user === null || file.user === user).primaryKeys()),
    get: (seq) => db.resilient(() => db.inbox.get(seq)),
    remove: (seq) => db.resilient(() => db.inbox.delete(seq)),
    close: () => db.close(),
  };
}
