import type { SourceImage } from '../../sync/source-image.ts';
import type { UserDatabase } from './database.ts';
import { sourceIdOf } from './source-id.ts';

/** One that nothing refers to, but perhaps a form that is being filled in. */
const UNUSED_MS = 7 * 24 * 60 * 60_000;

/** Keeps a picture before anything refers to it, so that whatever does has it after a restart. */
export async function keepPicture(db: UserDatabase, source: SourceImage, data: ArrayBuffer): Promise<void> {
  const addedAt = Date.now();
  await db.resilient(() =>
    // In one transaction, so that none goes while something comes to refer to it.
    db.transaction('rw', db.generations, db.sources, async () => {
      // What is open may still be made, or tried again.
      const open = await db.generations.where('open').equals(1).toArray();
      const used = new Set(open.map(sourceIdOf));
      const old = await db.sources
        .where('addedAt')
        .below(addedAt - UNUSED_MS)
        .primaryKeys();
      await db.sources.bulkDelete(old.filter((id) => !used.has(id)));
      await db.sources.put({ ...source, data, addedAt });
    }),
  );
}
