import type { VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from './database.ts';
import { importLock, STAGED } from './import-video.ts';
import { dropSegments } from './media-tables.ts';

/** Frees the bytes and posters of videos that were purged, and those of imports that came to no end. */
export async function dropOrphans(db: UserDatabase): Promise<void> {
  const suspects = await withoutRow(db);
  // Looked at after the copies: an import has its lock before it has a copy, and until it has a row.
  const underWay = await importsUnderWay(suspects.copies);
  const candidates = new Set(suspects.copies.filter((copyId) => !underWay.has(copyId)));
  if (candidates.size + suspects.posters.length === 0) return;
  await db.transaction('rw', db.videos, db.copies, db.segments, db.posters, async () => {
    const { posters, copies } = await withoutRow(db);
    await db.posters.bulkDelete([...posters]);
    // Bytes keep the key that they were first written under, whatever id their video has now. [ID-1]
    const orphans = new Set(copies.filter((copyId) => candidates.has(copyId)));
    if (orphans.size > 0) await db.videos.each(({ copyId }) => void orphans.delete(copyId));
    for (const copyId of orphans) await dropSegments(db, copyId);
    await db.copies.bulkDelete([...orphans]);
  });

  /** Those that some tab is still writing. Where nobody can tell, every staged one counts as such. */
  async function importsUnderWay(copyIds: readonly string[]): Promise<ReadonlySet<string>> {
    if ('locks' in navigator) {
      const held = new Set((await navigator.locks.query()).held?.map(({ name }) => name));
      return new Set(copyIds.filter((copyId) => held.has(importLock(copyId))));
    }
    const copies = await db.copies.bulkGet([...copyIds]);
    return new Set(copies.flatMap((copy) => (copy?.etag === STAGED ? [copy.copyId] : [])));
  }
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
