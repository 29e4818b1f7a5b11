import { Dexie } from 'dexie';
import type { VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from './database.ts';

/** Frees the bytes and posters of videos that were purged. */
export async function dropOrphans(db: UserDatabase): Promise<void> {
  const suspects = await withoutRow(db);
  if (suspects.copies.length + suspects.posters.length === 0) return;
  await db.transaction('rw', db.videos, db.copies, db.segments, db.posters, async () => {
    const { posters, copies } = await withoutRow(db);
    await db.posters.bulkDelete([...posters]);
    // Bytes keep the key that they were first written under, whatever id their video has now. [ID-1]
    const orphans = new Set(copies);
    if (orphans.size > 0) await db.videos.each(({ copyId }) => void orphans.delete(copyId));
    for (const copyId of orphans) {
      await db.segments.where('[copyId+offset]').between([copyId, Dexie.minKey], [copyId, Dexie.maxKey]).delete();
    }
    await db.copies.bulkDelete([...orphans]);
  });
}

/** Compares keys only, and so costs no row. */
async function withoutRow(
  db: UserDatabase,
): Promise<{ readonly posters: readonly VideoId[]; readonly copies: readonly string[] }> {
  const videos = new Set<string>(await db.videos.toCollection().primaryKeys());
  const posters = await db.posters.toCollection().primaryKeys();
  const copies = await db.copies.toCollection().primaryKeys();
  return { posters: posters.filter((id) => !videos.has(id)), copies: copies.filter((id) => !videos.has(id)) };
}
