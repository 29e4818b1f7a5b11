import type { Table } from 'dexie';
import type { Epoch } from '../../sync/ids.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import type { LocalStore, LocalTransaction, RowTable, SyncMeta, SyncStats } from '../../sync/ports.ts';
import type { SaveState } from '../../sync/save-state.ts';
import type { UserDatabase } from './database.ts';
import { generationRecord, videoRecord } from './records.ts';

/** The engine's store over a user's database. */
export function createSyncStore(db: UserDatabase): LocalStore {
  const tx: LocalTransaction = {
    meta: () => readMeta(db),
    putMeta: (meta) => writeMeta(db, meta),
    videos: rowTable(db.videos, videoRecord),
    generations: rowTable(db.generations, generationRecord),
    putAlias: async (from, to) => {
      await db.aliases.where('from').equals(from).delete();
      await db.aliases.put({ from, to });
    },
    stats: (nowMs) => stats(db, nowMs),
  };
  return {
    transact: (work) => db.transaction('rw', [db.meta, db.videos, db.generations, db.aliases], () => work(tx)),
  };
}

/** Reads what this device remembers of the server; the database was made with it. */
export async function readMeta(db: UserDatabase): Promise<SyncMeta> {
  const record = await db.meta.get('sync');
  if (!record) throw new Error(`${db.name} was never set up`);
  return record;
}

export async function writeMeta(db: UserDatabase, meta: SyncMeta): Promise<void> {
  await db.meta.put({ ...meta, key: 'sync' });
}

function rowTable<Id extends string, Row extends AnyRow & { readonly id: Id }, Stored extends Row>(
  table: Table<Stored, Id>,
  stored: (row: Row, epoch: Epoch | null) => Stored,
): RowTable<Id, Row> {
  return {
    getMany: (ids) => table.bulkGet([...ids]),
    putMany: async (rows, epoch) => {
      await table.bulkPut(rows.map((row) => stored(row, epoch)));
    },
    deleteMany: (ids) => table.bulkDelete([...ids]),
    // Ids are UUIDv7, so the primary key that breaks ties in the index is the order of creation.
    dirty: (limit, except) =>
      limit === 0
        ? Promise.resolve([])
        : table
            .where('dirty')
            .equals(1)
            .filter(({ id }) => !except.has(id))
            .limit(limit)
            .toArray(),
    notSeenIn: (snapshot) => table.filter(({ seenIn }) => seenIn !== snapshot).toArray(),
    rederive: async (epoch) => {
      await table.toCollection().modify((row, ref) => {
        ref.value = stored(row, epoch);
      });
    },
  };
}

async function stats(db: UserDatabase, nowMs: number): Promise<SyncStats> {
  const count = (state: SaveState) => db.videos.where('saveState').equals(state).count();
  const pending = await count('pending');
  const oldest = await db.videos
    .where('[deleted+saveState+createdAt]')
    .between([0, 'pending', 0], [0, 'pending', Number.MAX_SAFE_INTEGER])
    .first();
  const [synced, failed] = [await count('synced'), await count('failed')];
  const oldestPendingMs = oldest ? Math.max(0, nowMs - oldest.createdAt) : null;
  return { completed: pending + synced + failed, synced, failed, oldestPendingMs };
}
