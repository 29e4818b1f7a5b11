import type { Table, Transaction } from 'dexie';
import type { Epoch, VideoId } from '../../sync/ids.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import type { LocalStore, LocalTransaction, RowTable, SyncMeta, SyncStats } from '../../sync/ports.ts';
import type { SaveState } from '../../sync/save-state.ts';
import type { UserDatabase } from './database.ts';
import { waiting } from './oldest-pending.ts';
import { generationRecord, videoRecord } from './records.ts';

/**
 * The engine's store over a user's database. Its tables are bound to the transaction itself: the
 * zone by which Dexie usually finds it does not survive an `await` of a function that had nothing
 * to read or write.
 */
export function createSyncStore(db: UserDatabase): LocalStore {
  return {
    transact: (work) =>
      db.resilient(() =>
        db.transaction('rw', [db.meta, db.videos, db.generations, db.aliases, db.changes], (transaction) =>
          workIn(transaction, work),
        ),
      ),
    withVerifiedBytes: (ids) =>
      db.resilient(async () => {
        const rows = (await db.videos.bulkGet([...ids])).filter((row) => row !== undefined);
        const copies = await db.copies.bulkGet(rows.map(({ copyId }) => copyId));
        return new Set(rows.filter((_, index) => copies[index]?.state === 'verified').map(({ id }) => id));
      }),
  };
}

/** Reads what this device remembers of the server; the database was made with it. */
export async function readMeta({ meta }: Pick<UserDatabase, 'meta'>): Promise<SyncMeta> {
  const record = await meta.get('sync');
  if (!record) throw new Error('this database was never set up');
  return record;
}

export async function writeMeta({ meta }: Pick<UserDatabase, 'meta'>, value: SyncMeta): Promise<void> {
  await meta.put({ ...value, key: 'sync' });
}

/** Works on rows as the engine does, in a transaction on at least their five tables. */
export async function workIn<T>(transaction: Transaction, work: (tx: LocalTransaction) => Promise<T>): Promise<T> {
  const { tx, finish } = localTransaction(transaction);
  const result = await work(tx);
  await finish();
  return result;
}

/** Every request to the database takes its time, so that nothing is asked twice nor written twice. */
function localTransaction(transaction: Transaction): {
  readonly tx: LocalTransaction;
  /** Writes what was kept back. */
  readonly finish: () => Promise<void>;
} {
  const meta: UserDatabase['meta'] = transaction.table('meta');
  const videos: UserDatabase['videos'] = transaction.table('videos');
  const generations: UserDatabase['generations'] = transaction.table('generations');
  const aliases: UserDatabase['aliases'] = transaction.table('aliases');
  const changes: UserDatabase['changes'] = transaction.table('changes');
  const changed = new Set<VideoId>();
  let remembered: SyncMeta | null = null;
  let isChanged = false;
  const tx: LocalTransaction = {
    meta: async () => (remembered ??= await readMeta({ meta })),
    putMeta: async (value) => {
      remembered = value;
      isChanged = true;
    },
    videos: noting(changed, rowTable(videos, videoRecord)),
    generations: rowTable(generations, generationRecord),
    putAlias: async (from, to) => {
      // A canonical id is never itself an alias. [ID-1]
      await aliases.filter((alias) => alias.to === from).modify({ to });
      await aliases.delete(to);
      await aliases.put({ from, to });
    },
    stats: (nowMs) => stats({ meta, videos, generations }, nowMs),
  };
  const finish = async () => {
    if (remembered && isChanged) await writeMeta({ meta }, remembered);
    if (changed.size > 0) await changes.add({ ids: [...changed] });
  };
  return { tx, finish };
}

/** Notes which rows are written or removed. */
function noting<Id extends string, Row extends AnyRow & { readonly id: Id }>(
  changed: Set<Id>,
  table: RowTable<Id, Row>,
): RowTable<Id, Row> {
  return {
    ...table,
    putMany: (rows, epoch) => {
      for (const { id } of rows) changed.add(id);
      return table.putMany(rows, epoch);
    },
    deleteMany: (ids) => {
      for (const id of ids) changed.add(id);
      return table.deleteMany(ids);
    },
  };
}

function rowTable<Id extends string, Row extends AnyRow & { readonly id: Id }, Stored extends Row>(
  table: Table<Stored, Id>,
  stored: (row: Row, epoch: Epoch | null) => Stored,
): RowTable<Id, Row> {
  return {
    getMany: async (ids) => {
      if (ids.length === 0) return [];
      return ids.length > FEW_IDS ? getPage(table, ids) : table.bulkGet([...ids]);
    },
    putMany: async (rows, epoch) => {
      if (rows.length > 0) await table.bulkPut(rows.map((row) => stored(row, epoch)));
    },
    deleteMany: async (ids) => {
      if (ids.length > 0) await table.bulkDelete([...ids]);
    },
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

const FEW_IDS = 50;

/**
 * A page of a first sync is of rows that are not here, and the reply to a push of rows that are all
 * here and neighbours: one request for what lies between the first and the last id tells nearly all,
 * where asking for each row is a request for each.
 */
async function getPage<Id extends string, Row extends { readonly id: Id }>(
  table: Table<Row, Id>,
  ids: readonly Id[],
): Promise<readonly (Row | undefined)[]> {
  const sorted = [...ids].sort();
  const between = table.where(':id').between(sorted[0], sorted.at(-1), true, true).limit(ids.length);
  const keys = await between.primaryKeys();
  const present = new Set(keys);
  const areNeighbours = 2 * ids.filter((id) => present.has(id)).length > keys.length;
  const rows = areNeighbours ? await between.toArray() : [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  // Where others lie between, there may be more beyond what was read.
  const end = keys.length === ids.length ? keys.at(-1) : undefined;
  const mayBeHere = (id: Id) => present.has(id) || (end !== undefined && id > end);
  const unread = ids.filter((id) => mayBeHere(id) && !byId.has(id));
  const found = await table.bulkGet(unread);
  unread.forEach((id, index) => {
    const row = found[index];
    if (row) byId.set(id, row);
  });
  return ids.map((id) => byId.get(id));
}

async function stats(tables: Pick<UserDatabase, 'meta' | 'videos' | 'generations'>, nowMs: number): Promise<SyncStats> {
  const count = (state: SaveState) => tables.videos.where('saveState').equals(state).count();
  const [pending, synced, failed] = [await count('pending'), await count('synced'), await count('failed')];
  const { since } = await waiting(tables);
  const oldestPendingMs = since === null ? null : Math.max(0, Math.round(nowMs - since));
  return { completed: pending + synced + failed, synced, failed, oldestPendingMs };
}
