import * as v from 'valibot';
import { type BlobKey, BlobKeySchema } from './blob-store.ts';

/** Where an object store keeps what has no key yet: no blob key begins like that and has only two parts. */
export const STAGING = 'staging/';

/** The blob key that a name in a bucket is; null for something staged, undefined for what is not ours. */
export function keyOrStaged(name: string): BlobKey | null | undefined {
  const key = v.safeParse(BlobKeySchema, name);
  if (key.success) return key.output;
  return /^staging\/[0-9a-f-]{32,36}$/.test(name) ? null : undefined;
}
