import { liveQuery } from 'dexie';
import { useObservable } from 'dexie-react-hooks';
import type { DeviceDatabase } from './device-database.ts';
import { isStorageError } from './storage-failure.ts';

const LONGEST_WAIT_MS = 30_000;

/**
 * What `query` reads, again whenever it changes; undefined until the first read is done. Trouble
 * with the storage keeps the last answer on the screen and is tried again for as long as it takes.
 */
export function useLiveQuery<T>(
  db: DeviceDatabase,
  query: () => Promise<T>,
  dependencies: readonly unknown[] = [],
): T | undefined {
  return useObservable(() => liveRead(db, query), [db, ...dependencies]);
}

interface LiveRead<T> {
  /** @returns ends it */
  readonly subscribe: (next: (value: T) => void, error?: (error: unknown) => void) => () => void;
  readonly hasValue: () => boolean;
}

/** A live query that outlives the connection: Dexie's own falls silent when that is lost. */
export function liveRead<T>(db: DeviceDatabase, query: () => Promise<T>): LiveRead<T> {
  return {
    hasValue: () => false,
    subscribe: (next, error) => {
      let failures = 0;
      let ended = false;
      let unsubscribe = () => {};
      let timer: ReturnType<typeof setTimeout> | undefined;

      const ask = () => {
        unsubscribe();
        if (ended) return;
        let connection: IDBDatabase | null = null;
        // Asked in here, because Dexie tells nobody that a query met a closed database.
        const watched = async () => {
          connection = db.backendDB();
          try {
            return await query();
          } catch (cause) {
            if (isStorageError(cause)) later(connection);
            throw cause;
          }
        };
        const subscription = liveQuery(watched).subscribe(
          (value) => {
            failures = 0;
            next(value);
          },
          (cause: unknown) => {
            if (!isStorageError(cause)) error?.(cause);
          },
        );
        unsubscribe = () => subscription.unsubscribe();
      };

      const later = (connection: IDBDatabase | null) => {
        if (ended || db.hasBeenClosed()) return;
        const wait = failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, 500 * 2 ** failures);
        failures += 1;
        clearTimeout(timer);
        timer = setTimeout(() => void db.revive(connection).then(ask, () => later(connection)), wait);
      };

      ask();
      return () => {
        ended = true;
        clearTimeout(timer);
        unsubscribe();
      };
    },
  };
}
