import { getRandomValues } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { BlobStore } from '../media/blob-store/blob-store.ts';
import { createS3BlobStore } from '../media/blob-store/s3.ts';
import { isTransient, S3Error } from '../media/s3/error.ts';
import type { UploadStore } from '../media/upload-store/upload-store.ts';
import { type Env, s3ConfigOf } from './env.ts';
import { createFsBlobStore } from './fs-blob-store.ts';
import { createFsUploadStore } from './fs-upload-store.ts';
import { createSha256 } from './sha256.ts';
import { after } from './timers.ts';

/**
 * Where this configuration keeps videos.
 * @param options.keepStaged leaves alone what killed processes staged
 */
export function openMediaStore(env: Env, options: { readonly keepStaged?: boolean } = {}): BlobStore {
  const config = s3ConfigOf(env);
  if (config === null) return createFsBlobStore({ directory: join(env.DATA_DIR, 'media'), ...options });
  return createS3BlobStore({
    config,
    fetch: (url, init) => fetch(url, init),
    sha256: createSha256,
    random: (bytes) => getRandomValues(new Uint8Array(bytes)),
    clock: Date.now,
    after,
  });
}

/** Where this configuration keeps what arrives in parts; null where it takes no uploads. */
export function openUploadStore(env: Env): UploadStore | null {
  return s3ConfigOf(env) === null ? createFsUploadStore({ directory: join(env.DATA_DIR, 'media') }) : null;
}

/**
 * Stops a start on a store that will not do: a wrong name or key stays wrong. One that is away may come
 * back, and the app is of use without it; `/readyz` tells.
 * @throws S3Error
 */
export async function checkMediaStore(blobs: BlobStore, log: Log): Promise<void> {
  try {
    await blobs.check();
  } catch (error) {
    if (error instanceof S3Error && !isTransient(error)) throw error;
    log.warn('media store not ready', { error });
  }
}
