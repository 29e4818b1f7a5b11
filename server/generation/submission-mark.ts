import * as v from 'valibot';
import type { GenerationId, UserId } from '../../sync/ids.ts';
import { BlobKeySchema, type BlobStore } from '../media/blob-store/blob-store.ts';

export type MarkStore = Pick<BlobStore, 'putSmall' | 'read' | 'delete'>;

interface Submission {
  readonly user: UserId;
  readonly id: GenerationId;
}

/**
 * Writes down, outside the database, that a generation is about to be submitted. A database that is
 * put back from a backup forgets what it submitted; the blob store, which is not put back with it,
 * remembers. Nothing is charged twice, even before a device has noticed the restore. [GEN-2]
 * @param now milliseconds since 1970, which the mark keeps
 * @returns `exists` where it was submitted before
 */
export function markSubmission(blobs: MarkStore, submission: Submission, now: number): Promise<'stored' | 'exists'> {
  return blobs.putSmall(keyOf(submission), new TextEncoder().encode(String(now)));
}

/** When it was submitted, by its mark; null where there is none, or one of before marks kept the time. */
export async function markedAt(blobs: MarkStore, submission: Submission): Promise<number | null> {
  const mark = await blobs.read(keyOf(submission));
  const at = mark === null ? Number.NaN : Number(await new Response(mark).text());
  return Number.isSafeInteger(at) ? at : null;
}

/** Takes the mark back: the provider said that it did not take it. */
export function unmarkSubmission(blobs: MarkStore, submission: Submission): Promise<void> {
  return blobs.delete(keyOf(submission));
}

function keyOf({ user, id }: Submission) {
  return v.parse(BlobKeySchema, `${user}/${id}/submitted`);
}
