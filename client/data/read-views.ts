import type { UserDatabase, VideoRecord } from './database.ts';
import { readMeta } from './sync-store.ts';
import { type VideoView, videoView } from './video-view.ts';

/**
 * What the screens show of these rows, in their order.
 * @param options.withUploads only where something can be on its way, so that an upload does not stir a whole gallery
 */
export async function readViews(
  db: UserDatabase,
  records: readonly VideoRecord[],
  { withUploads }: { readonly withUploads: boolean },
): Promise<readonly VideoView[]> {
  const { epoch } = await readMeta(db);
  const keys = records.map(({ copyId }) => copyId);
  const copies = await db.copies.bulkGet(keys);
  const uploads = withUploads ? await db.uploads.bulkGet(keys) : [];
  return records.map((row, index) => videoView({ row, copy: copies[index], upload: uploads[index] }, epoch));
}
