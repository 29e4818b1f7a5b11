import * as v from 'valibot';
import type { UserId } from '../../../sync/ids.ts';
import type { SourceImage } from '../../../sync/source-image.ts';
import { type BlobKey, BlobKeySchema } from '../blob-store/blob-store.ts';

/** `user/source/<sha256>`: laid out as a video's. A device that gave one of each the same id would give up its own picture with its video. */
export function sourceKey(user: UserId, { id, sha256 }: Pick<SourceImage, 'id' | 'sha256'>): BlobKey {
  return v.parse(BlobKeySchema, `${user}/${id}/${sha256}`);
}
