import type { UserId } from '../../sync/ids.ts';
import { AppDatabase, type NoticesRecord } from './app-database.ts';

/** Whether this browser is told of what ends, for whom and in which words; the worker, which speaks no language, reads them. */
export interface Notices {
  /** Null where nobody asked for it here. */
  readonly read: () => Promise<NoticesRecord | null>;
}

export interface NoticeStore extends Notices {
  readonly write: (user: UserId, words: NoticesRecord['words']) => Promise<void>;
  readonly clear: () => Promise<void>;
}

export function createNoticeStore(): NoticeStore {
  const db = new AppDatabase();
  return {
    ...createNotices(db),
    write: (user, words) => db.resilient(async () => void (await db.session.put({ key: 'notices', user, words }))),
    clear: () => db.resilient(() => db.session.delete('notices')),
  };
}

export function createNotices(db = new AppDatabase()): Notices {
  return {
    read: () =>
      db.resilient(async () => {
        const record = await db.session.get('notices');
        return record?.key === 'notices' ? record : null;
      }),
  };
}
