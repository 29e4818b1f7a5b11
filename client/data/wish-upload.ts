import type { VideoId } from '../../sync/ids.ts';
import { sha256Of } from './copy-hash.ts';
import type { UserDatabase } from './database.ts';
import { readMeta } from './sync-store.ts';
import { createUploadTables, findVideo, newUpload } from './upload-tables.ts';

/** A person wants the bytes of a video sent, whatever was in the way. False where they are not here. */
export async function wishUpload(db: UserDatabase, id: VideoId): Promise<boolean> {
  const row = await findVideo(db, id);
  const copy = row && (await db.copies.get(row.copyId));
  const { epoch } = await readMeta(db);
  if (!row || !copy || epoch === null || sha256Of(copy) === null) return false;
  const before = await db.uploads.get(copy.copyId);
  const begun = before && before.offset < before.total ? before : newUpload({ row, copy }, epoch, Date.now());
  await db.uploads.put({ ...begun, wished: true });
  await createUploadTables(db).note(row.id, (offer) => offer && { ...offer, failures: 0, refusal: null });
  return true;
}
