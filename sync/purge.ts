import { type SnapshotId, successorId, type VideoId } from './ids.ts';
import { fieldValue, newVideoRow, type VideoRow } from './local-row.ts';
import type { LocalTransaction } from './ports.ts';
import { pendingFields } from './save-state.ts';

/**
 * Drops videos that were purged. One that its owner took out of the trash here, unheard, and whose
 * bytes this device has is created anew under another id: nothing that was kept is taken away. [PURGE-1]
 * @param verified those whose bytes are all here
 */
export async function dropPurged(
  tx: LocalTransaction,
  ids: readonly VideoId[],
  verified: ReadonlySet<VideoId>,
): Promise<void> {
  if (ids.length === 0) return;
  const { epoch } = await tx.meta();
  const rows = (await tx.videos.getMany(ids)).filter((row) => row !== undefined);
  const revived = rows.filter((row) => verified.has(row.id) && isRestoredHere(row)).map(revive);
  await tx.videos.deleteMany(ids);
  await tx.videos.putMany(
    revived.map(({ row }) => row),
    epoch,
  );
  for (const { from, row } of revived) await tx.putAlias(from, row.id);
}

/** Videos that a sweep at the end of a snapshot could take from their owner against their last word. [PULL-3] */
export async function restoredHere(tx: LocalTransaction, snapshot: SnapshotId): Promise<readonly VideoId[]> {
  return (await tx.videos.notSeenIn(snapshot)).filter(isRestoredHere).map(({ id }) => id);
}

function isRestoredHere(row: VideoRow): boolean {
  return fieldValue(row, 'deletedAt') === null && pendingFields(row).includes('deletedAt');
}

/** The same film and words without what the tombstone would be recognised by. */
function revive(row: VideoRow): { readonly from: VideoId; readonly row: VideoRow } {
  const identity = { generationId: null, outputIndex: null, requestId: null, originalUrl: null };
  const { deletedAt: _, purgeRequestedAt: __, ...fields } = row.fields;
  const fresh = newVideoRow(successorId(row.id), { ...row.create, ...identity, origin: 'imported' });
  return { from: row.id, row: { ...fresh, fields, copyId: row.copyId } };
}
