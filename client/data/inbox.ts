import type { UserId } from '../../sync/ids.ts';
import { AppDatabase, type SharedFile } from './app-database.ts';

/** What other apps handed to this one and nobody has imported yet; it outlives page, worker and browser. */
export interface Inbox {
  /** Keys of what this person may import, oldest first. */
  readonly waiting: (user: UserId) => Promise<readonly number[]>;
  readonly get: (seq: number) => Promise<SharedFile | undefined>;
  readonly remove: (seq: number) => Promise<void>;
  readonly close: () => void;
}

/** All of them or none. @throws {StorageFailed} where there is no room */
export async function putIntoInbox(user: UserId | null, files: readonly File[]): Promise<void> {
  const db = new AppDatabase();
  const shared = files.map((file) => ({ user, name: file.name, lastModified: file.lastModified, data: file }));
  await db.resilient(() => db.inbox.bulkAdd(shared));
}

export function createInbox(): Inbox {
  const db = new AppDatabase();
  return {
    waiting: (user) =>
      db.resilient(() => db.inbox.filter((file) => file.user === null || file.user === user).primaryKeys()),
    get: (seq) => db.resilient(() => db.inbox.get(seq)),
    remove: (seq) => db.resilient(() => db.inbox.delete(seq)),
    close: () => db.close(),
  };
}

/** By its type, as other apps and the browser say it. */
export function isPicture({ type }: Blob): boolean {
  return type.startsWith('image/');
}
