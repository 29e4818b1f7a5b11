import * as v from 'valibot';
import type { GenerationId, UserId } from '../../sync/ids.ts';
import { BlobKeySchema, type BlobStore } from '../media/blob-store/blob-store.ts';

export type MarkStore = Pick<BlobStore, 'putSmall' | 'delete'>;

interface Submission {
  readonly user: UserId;
  readonly id: GenerationId;
}

/**
 * Writes down, outside the database, that a generation is about to be submitted. A database that is
 * put back from a backup forgets what it submitted; the blob store, which is not put back with it,
 * remembers. Nothing is charged twice, even before a device has noticed the restore. [GEN-2]
 * @returns `exists` where it was submitted before
 */
export function markSubmission(blobs: MarkStore, submission: Submission): Promise<'stored' | 'exists'> {
  return blobs.putSmall(keyOf(submission), new TextEncoder().encode('submitted'));
}

/** Takes the mark back: the provider said that it did not take it. */
export function unmarkSubmission(blobs: MarkStore, submission: Submission): Promise<void> {
  return blobs.delete(keyOf(submission));
}

function keyOf({ user, id }: Submission) {
  return v.parse(BlobKeySchema, `${user}/${id}/submitted`);
}
