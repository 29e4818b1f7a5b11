import { getRandomValues } from 'node:crypto';
import { join } from 'node:path';
import type { Log } from '../log.ts';
import type { BlobStore } from '../media/blob-store/blob-store.ts';
import { createS3BlobStore } from '../media/blob-store/s3.ts';
import type { S3Config, S3Deps } from '../media/s3/client.ts';
import { isTransient, S3Error } from '../media/s3/error.ts';
import { createS3UploadStore } from '../media/upload-store/s3.ts';
import type { UploadStore } from '../media/upload-store/upload-store.ts';
import { type Env, s3ConfigOf } from './env.ts';
import { createFsBlobStore } from './fs-blob-store.ts';
import { createFsUploadStore } from './fs-upload-store.ts';
import { createHashOf, createSha256 } from './sha256.ts';
import { after } from './timers.ts';

/**
 * Where this configuration keeps videos.
 * @param options.keepStaged leaves alone what killed processes staged
 */
export function openMediaStore(env: Env, options: { readonly keepStaged?: boolean } = {}): BlobStore {
  const config = s3ConfigOf(env);
  if (config === null) return createFsBlobStore({ directory: directoryOf(env), ...options });
  return createS3BlobStore(s3Deps(config));
}

/** Where it keeps what arrives in parts. */
export function openUploadStore(env: Env): UploadStore {
  const config = s3ConfigOf(env);
  if (config === null) return createFsUploadStore({ directory: directoryOf(env) });
  return createS3UploadStore({ ...s3Deps(config), hash: createHashOf });
}

function directoryOf({ DATA_DIR }: Env): string {
  return join(DATA_DIR, 'media');
}

function s3Deps(config: S3Config): S3Deps {
  return {
    config,
    fetch: (url, init) => fetch(url, init),
    sha256: createSha256,
    random: (bytes) => getRandomValues(new Uint8Array(bytes)),
    clock: Date.now,
    after,
  };
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
