import type { Table } from 'dexie';
import type { UserDatabase } from '../database.ts';

/** How far the rows were read into the catalogue; beside the engine's own record. */
export interface CatalogueMark {
  readonly key: 'catalogue';
  /** The last id; null once all were, and only changes are left to be heard of. */
  readonly readTo: string | null;
}

/** @param where a database or a transaction on one */
export function markTable(where: {
  readonly table: (name: 'meta') => Table<CatalogueMark, 'catalogue'>;
}): Table<CatalogueMark, 'catalogue'> {
  return where.table('meta');
}

/** The next one to open it reads every row: what was written says too much that no longer counts, or too little. */
export async function forgetCatalogue(db: UserDatabase): Promise<void> {
  const marks = markTable(db);
  await db.resilient(() =>
    db.transaction('rw', [db.catalogue, marks], async () => {
      await db.catalogue.clear();
      await marks.delete('catalogue');
    }),
  );
}
