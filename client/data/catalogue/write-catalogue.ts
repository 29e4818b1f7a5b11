import type { VideoId } from '../../../sync/ids.ts';
import type { UserDatabase } from '../database.ts';
import { toBlock } from './entry.ts';
import { type CatalogueMark, markTable } from './mark.ts';
import { pause } from './pause.ts';

/** Videos of a block, and read in one transaction; in between, others have their turn. */
const BLOCK = 250;
/** Changes that are read at once. */
const MOST_CHANGES = 200;
/** A last block that is smaller is written anew, together with what is new. */
const SMALL = BLOCK / 2;

/** Brings what is stored of the catalogue up to what the rows say; what is interrupted goes on where it was. */
export async function writeCatalogue(db: UserDatabase): Promise<void> {
  while (await db.resilient(() => readOn(db))) await pause();
  while (await db.resilient(() => takeChanges(db))) await pause();
}

/** The next rows of a library that was never read through. @returns whether there may be more */
async function readOn(db: UserDatabase): Promise<boolean> {
  const marks = markTable(db);
  const tables = [db.videos, db.copies, db.catalogue, marks];
  return db.transaction('rw', tables, async () => {
    const mark: CatalogueMark = (await marks.get('catalogue')) ?? { key: 'catalogue', readTo: '' };
    if (mark.readTo === null) return false;
    const rows = await db.videos.where(':id').above(mark.readTo).limit(BLOCK).toArray();
    const last = rows.at(-1);
    if (last)
      await addBlock(
        db,
        rows.map(({ id }) => id),
      );
    await marks.put({ ...mark, readTo: last?.id ?? null });
    return last !== undefined;
  });
}

/** @returns whether there may be more */
async function takeChanges(db: UserDatabase): Promise<boolean> {
  return db.transaction('rw', [db.videos, db.copies, db.catalogue, db.changes], async () => {
    const changes = await db.changes.limit(MOST_CHANGES).toArray();
    if (changes.length === 0) return false;
    const ids = new Set(changes.flatMap((change) => change.ids));
    const last = await db.catalogue.orderBy(':id').last();
    if (last?.block !== undefined && last.ids.length + ids.size <= SMALL) {
      // Under a new number: who has read the last one reads on from there.
      for (const id of last.ids) ids.add(id);
      await db.catalogue.delete(last.block);
    }
    await addBlock(db, [...ids]);
    await db.changes.bulkDelete(changes.flatMap(({ seq }) => seq ?? []));
    return true;
  });
}

async function addBlock(db: UserDatabase, ids: readonly VideoId[]): Promise<void> {
  const rows = await db.videos.bulkGet([...ids]);
  const copyIds = rows.flatMap((row) => row?.copyId ?? []);
  const copies = (await db.copies.bulkGet(copyIds)).filter((copy) => copy !== undefined);
  await db.catalogue.add(toBlock(ids, rows, new Map(copies.map((copy) => [copy.copyId, copy]))));
}
