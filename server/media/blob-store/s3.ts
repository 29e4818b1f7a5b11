import * as v from 'valibot';
import { formatUuid } from '../../../sync/ids.ts';
import { createS3Client, type S3Client, type S3Deps } from '../s3/client.ts';
import { type CopySizes, copyObject } from '../s3/copy.ts';
import {
  abortUpload,
  beginUpload,
  completeUpload,
  listUploads,
  type Part,
  type Upload,
  uploadPart,
} from '../s3/multipart.ts';
import { checkBucket, deleteObject, getObject, listObjects, putObject, putObjectIf, sizeOf } from '../s3/objects.ts';
import { type BlobKey, BlobKeySchema, type BlobStore } from './blob-store.ts';
import { putInParts, type StagedBytes } from './put-in-parts.ts';
import { keyOrStaged, STAGING } from './staging.ts';

/** One is filled while the one before is sent. */
const PART_BYTES = 8 * 1024 * 1024;
const CHECK_TIMEOUT_MS = 5_000;

/**
 * Blobs in a bucket of whatever speaks S3. It knows no renaming, so what is longer than a part is
 * staged and then copied inside the store, since its key is its hash. What killed processes leave in
 * `staging/` goes by a lifecycle rule, or by the scrub.
 */
export function createS3BlobStore(deps: S3Deps & { readonly copySizes?: CopySizes }): BlobStore {
  const { sha256, random, copySizes } = deps;
  const client = createS3Client(deps);

  return {
    put(place, bytes, maxBytes) {
      const store = {
        partBytes: PART_BYTES,
        sha256,
        putWhole: (key: BlobKey, whole: Uint8Array<ArrayBuffer>) => putObject(client, key, whole),
        stage: () => stage(client, `${STAGING}${formatUuid(random(16))}`, copySizes),
      };
      return putInParts(store, { place, bytes, maxBytes });
    },

    async putSmall(key, bytes) {
      // For stores that do not know the condition, or ignore it.
      if ((await sizeOf(client, key)) !== null) return 'exists';
      return (await putObjectIf(client, { key, bytes }, { 'if-none-match': '*' })) ? 'stored' : 'exists';
    },

    read: async (key, range) => (await getObject(client, key, range))?.bytes ?? null,

    size: (key) => sizeOf(client, key),

    delete: (key) => deleteObject(client, key),

    async list({ user, video }) {
      const keys: BlobKey[] = [];
      for await (const { key } of listObjects(client, `${user}/${video}/`)) keys.push(v.parse(BlobKeySchema, key));
      return keys;
    },

    async *entries() {
      for await (const { key: name, bytes, writtenAt } of listObjects(client, '')) {
        const key = keyOrStaged(name);
        if (key === undefined) continue;
        yield { key, name, bytes, writtenAt, remove: () => deleteObject(client, name) };
      }
      for await (const { upload, begunAt } of listUploads(client)) {
        if (keyOrStaged(upload.key) === undefined) continue;
        const remove = () => abortUpload(client, upload);
        yield { key: null, name: upload.key, bytes: 0, writtenAt: begunAt, remove };
      }
    },

    // Asked by whoever waits for an answer now.
    check: () => checkBucket(client, { attempts: 1, timeoutMs: CHECK_TIMEOUT_MS }),
  };
}

async function stage(client: S3Client, key: string, copySizes?: CopySizes): Promise<StagedBytes> {
  const upload = await beginUpload(client, key);
  const parts: Part[] = [];
  let bytes = 0;
  let sending = Promise.resolve();

  return {
    add: async (part) => {
      await sending;
      bytes += part.byteLength;
      sending = send(client, upload, part, parts);
      // Whoever waits for it next is told.
      sending.catch(() => undefined);
    },
    keep: async (to) => {
      await sending;
      await completeUpload(client, upload, parts);
      await copyObject(client, { from: key, to, bytes }, copySizes);
      await deleteObject(client, key).catch(() => undefined);
    },
    discard: async () => {
      await sending.catch(() => undefined);
      await abortUpload(client, upload).catch(() => undefined);
      await deleteObject(client, key).catch(() => undefined);
    },
  };
}

async function send(client: S3Client, upload: Upload, bytes: Uint8Array<ArrayBuffer>, parts: Part[]): Promise<void> {
  parts.push(await uploadPart(client, upload, { number: parts.length + 1, bytes }));
}
