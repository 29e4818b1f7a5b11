import type { UserId } from '../../../sync/ids.ts';
import type { SourceImage } from '../../../sync/source-image.ts';
import type { BlobStore } from '../blob-store/blob-store.ts';
import { recordSource, type SourceDeps } from './keep-source.ts';
import { sourceKey } from './source-key.ts';

/** The bytes of a picture, which are few; null where they are not there. */
export async function readSource(
  blobs: Pick<BlobStore, 'read'>,
  user: UserId,
  source: Pick<SourceImage, 'id' | 'sha256'>,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const stream = await blobs.read(sourceKey(user, source));
  return stream === null ? null : new Uint8Array(await new Response(stream).arrayBuffer());
}

/**
 * Looks for a picture that the database does not know, as one that was put back from a backup does not:
 * the blob store, which is not put back with it, may have it.
 * @returns whether it is there
 */
export async function recoverSource(
  deps: SourceDeps & { readonly blobs: Pick<BlobStore, 'size'> },
  user: UserId,
  source: SourceImage,
): Promise<boolean> {
  if ((await deps.blobs.size(sourceKey(user, source))) !== source.bytes) return false;
  return (await recordSource(deps, { user, ...source })) === source.sha256;
}
