import type { R2Bucket, R2Object, R2Objects, R2UploadedPart } from '@cloudflare/workers-types';
import * as v from 'valibot';
import { formatUuid } from '../../../sync/ids.ts';
import type { Sha256 } from '../../deps.ts';
import { type BlobKey, BlobKeySchema, type BlobStore, type Bytes } from './blob-store.ts';
import { putInParts, type StagedBytes } from './put-in-parts.ts';
import { keyOrStaged, STAGING } from './staging.ts';

/** R2 wants equal parts of at least 5 MiB; one is held in memory. */
const PART_BYTES = 8 * 1024 * 1024;

/**
 * Blobs in an R2 bucket. R2 cannot rename, so what is longer than a part is staged and then copied
 * to its key inside R2; a lifecycle rule on `staging/` removes what killed processes leave there.
 */
export function createR2BlobStore(options: {
  readonly bucket: R2Bucket;
  readonly sha256: () => Sha256;
  /** Names a staged object; never the same twice. */
  readonly random: (bytes: number) => Uint8Array;
}): BlobStore {
  const { bucket, sha256, random } = options;

  return {
    put(place, bytes, maxBytes) {
      const store = {
        partBytes: PART_BYTES,
        sha256,
        putWhole: (key: BlobKey, whole: Uint8Array) => bucket.put(key, whole),
        stage: () => stage(bucket, `${STAGING}${formatUuid(random(16))}`),
      };
      return putInParts(store, { place, bytes, maxBytes });
    },

    async putSmall(key, bytes) {
      const written = await bucket.put(key, bytes, { onlyIf: { etagDoesNotMatch: '*' } });
      return written === null ? 'exists' : 'stored';
    },

    async read(key, range) {
      const part = range && { range: { offset: range.start, length: range.end - range.start + 1 } };
      const found = await bucket.get(key, part);
      if (found === null) return null;
      if (!isByteStream(found.body)) throw new TypeError('R2 gave no stream');
      return found.body;
    },

    async size(key) {
      return (await bucket.head(key))?.size ?? null;
    },

    async delete(key) {
      await bucket.delete(key);
    },

    async list({ user, video }) {
      const keys: BlobKey[] = [];
      for await (const { key } of listAll(bucket, `${user}/${video}/`)) keys.push(v.parse(BlobKeySchema, key));
      return keys;
    },

    // What was staged and not completed is no object: R2 shows it to nobody, and drops it after seven days.
    async *entries() {
      for await (const { key: name, size, uploaded } of listAll(bucket, '')) {
        const key = keyOrStaged(name);
        if (key === undefined) continue;
        yield { key, name, bytes: size, writtenAt: uploaded.getTime(), remove: () => bucket.delete(name) };
      }
    },

    async check() {
      await bucket.head('check');
    },
  };
}

async function stage(bucket: R2Bucket, name: string): Promise<StagedBytes> {
  const upload = await bucket.createMultipartUpload(name);
  const parts: R2UploadedPart[] = [];
  return {
    add: async (part) => void parts.push(await upload.uploadPart(parts.length + 1, part)),
    keep: async (key) => {
      await upload.complete(parts);
      const staged = await bucket.get(name);
      if (staged === null) throw new Error(`the staged object ${name} is gone`);
      await bucket.put(key, staged.body);
      await bucket.delete(name).catch(() => undefined);
    },
    discard: async () => {
      await upload.abort().catch(() => undefined);
      await bucket.delete(name).catch(() => undefined);
    },
  };
}

async function* listAll(bucket: R2Bucket, prefix: string): AsyncGenerator<R2Object> {
  let cursor: string | undefined;
  do {
    const page: R2Objects = await bucket.list({ prefix, ...(cursor !== undefined && { cursor }) });
    yield* page.objects;
    cursor = page.truncated ? page.cursor : undefined;
  } while (cursor !== undefined);
}

/** Two libraries describe the one class; the stream itself goes on, so that workerd can pass it along natively. */
function isByteStream(stream: unknown): stream is Bytes {
  return stream instanceof ReadableStream;
}
