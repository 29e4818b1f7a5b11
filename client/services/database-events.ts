import type { SyncActivity } from '../app/services.ts';
import type { UserDatabase } from '../data/database.ts';
import type { Log } from '../data/event-log.ts';
import type { Source } from './observable.ts';

/** Says what befalls the database: in the log, and to the person where it cannot be mended here. */
export function tellOfDatabase(deps: {
  readonly db: UserDatabase;
  readonly log: Log;
  readonly activity: Source<SyncActivity>;
  /** Another tab has a newer schema: this page can do nothing more before it is loaded again. */
  readonly onOutdated: () => void;
}): void {
  const { db, log, activity, onOutdated } = deps;
  db.watch((event) => {
    switch (event.kind) {
      case 'closed': {
        const error = event.error instanceof Error ? event.error.name : 'unknown';
        return log({ kind: 'storage', details: { what: 'closed', error } });
      }
      case 'reopened':
        return log({ kind: 'storage', details: { what: 'reopened' } });
      case 'failed': {
        const { reason, message } = event.failure;
        // Until the next exchange goes well, whoever's write it was.
        return activity.set({ kind: 'storage_failed', reason, message });
      }
      case 'outdated':
        return onOutdated();
    }
  });
}
