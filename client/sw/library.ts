import type { UserId } from '../../sync/ids.ts';
import type { UserDatabase } from '../data/database.ts';
import { createMediaTables, type MediaTables } from '../data/media-tables.ts';
import { openUserDatabase, type SessionState } from '../data/session.ts';
import { browserPorts } from '../media/browser-ports.ts';
import type { DueUploader } from '../media/upload-due.ts';
import { dueUploader } from '../media/uploader.ts';

/** What the person who uses this browser now has on this device. */
export interface Library {
  readonly user: UserId;
  readonly db: UserDatabase;
  readonly tables: MediaTables;
  readonly uploader: DueUploader;
}

export interface ActiveLibrary {
  /** Null where nobody is signed in. Asks who it is each time: a worker outlives sign-outs. */
  readonly open: () => Promise<Library | null>;
  /** Opens the database anew next time: the browser closed it, or it failed. */
  readonly forget: () => void;
}

export function createActiveLibrary(session: SessionState): ActiveLibrary {
  let opened: { readonly user: UserId; readonly library: Promise<Library> } | null = null;

  const forget = () => {
    const last = opened;
    opened = null;
    last?.library.then(({ db }) => db.close()).catch(() => undefined);
  };

  return {
    forget,
    open: async () => {
      const active = await session.read();
      if (opened && opened.user !== active?.user.id) forget();
      if (!active) return null;
      opened ??= { user: active.user.id, library: openLibrary(active.user.id) };
      return opened.library;
    },
  };
}

async function openLibrary(user: UserId): Promise<Library> {
  const db = await openUserDatabase(user);
  return { user, db, tables: createMediaTables(db), uploader: dueUploader(db, browserPorts()) };
}
