import type { Table } from 'dexie';
import type { Epoch } from '../../sync/ids.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import { forgetCatalogue } from './catalogue/mark.ts';
import type { UserDatabase } from './database.ts';
import { generationRecord, videoRecord } from './records.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { readMeta } from './sync-store.ts';

/** Which version's code derived the columns of the rows last; beside the engine's own record. */
interface DerivedBy {
  readonly key: 'derived';
  readonly by: number;
}

/** A database or a transaction on one. */
interface Where {
  readonly table: (name: 'meta') => Table<DerivedBy, 'derived'>;
}

/** Rows that are read at a time; in between, others have their turn. */
const PAGE = 2_000;

/**
 * Derives the columns of every row again where the code of another version wrote last: before an
 * upgrade, or while the app was rolled back. Begun anew by the next opening where it is cut short.
 * @returns the version that wrote last, where it is another
 */
export async function deriveColumns(db: UserDatabase): Promise<number | null> {
  const last = await derivedBy(db).get('derived');
  if (last?.by === SCHEMA_VERSION) return null;
  await deriveTable(db, db.videos, videoRecord);
  await deriveTable(db, db.generations, generationRecord);
  // Older code wrote without a word to it.
  await forgetCatalogue(db);
  await markDerived(db);
  return last?.by ?? 1;
}

/** Notes that every row here is derived by this version's code. */
export async function markDerived(where: Where): Promise<void> {
  await derivedBy(where).put({ key: 'derived', by: SCHEMA_VERSION });
}

function derivedBy(where: Where): Table<DerivedBy, 'derived'> {
  return where.table('meta');
}

async function deriveTable<Id extends string, Row extends AnyRow & { readonly id: Id }, Stored extends Row>(
  db: UserDatabase,
  table: Table<Stored, Id>,
  derive: (row: Row, epoch: Epoch | null) => Stored,
): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await db.transaction('rw', db.meta, table, async () => {
      const { epoch } = await readMeta(db);
      const page = await table.where(':id').above(after).limit(PAGE).toArray();
      const stale = page
        .map((row) => ({ row, derived: derive(row, epoch) }))
        .filter(({ row, derived }) => differ(row, derived));
      await table.bulkPut(stale.map(({ derived }) => derived));
      return page;
    });
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.id;
  }
}

function differ<Row extends object>(row: Row, derived: Row): boolean {
  const before = new Map(Object.entries(row));
  return Object.entries(derived).some(([name, value]) => before.get(name) !== value);
}
