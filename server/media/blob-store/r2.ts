import type { R2Bucket, R2MultipartUpload, R2UploadedPart } from '@cloudflare/workers-types';
import * as v from 'valibot';
import { BlobKeySchema, type BlobPlace, type BlobStore, type Bytes, type PutResult, videoKey } from './blob-store.ts';

/** R2 wants equal parts of at least 5 MiB; one is held in memory. */
const PART_BYTES = 8 * 1024 * 1024;
const STAGING = 'staging/';

/** A hash in the making. */
interface Hash {
  readonly update: (chunk: Uint8Array) => void;
  readonly hex: () => string;
}

/**
 * Blobs in an R2 bucket. R2 cannot rename, so what is longer than a part is staged and then copied
 * to its key inside R2; a lifecycle rule on `staging/` removes what killed processes leave there.
 */
export function createR2BlobStore(options: {
  readonly bucket: R2Bucket;
  readonly sha256: () => Hash;
  /** Names a staged object; never the same twice. */
  readonly random: (bytes: number) => Uint8Array;
}): BlobStore {
  const { bucket, sha256, random } = options;

  async function put(place: BlobPlace, bytes: Bytes, maxBytes: number): Promise<PutResult> {
    const hash = sha256();
    let size = 0;
    let staged: StagedUpload | null = null;
    try {
      for await (const part of inParts(bytes)) {
        size += part.byteLength;
        if (size > maxBytes) {
          await staged?.upload.abort();
          return { kind: 'too_large' };
        }
        hash.update(part);
        if (part.byteLength < PART_BYTES && staged === null) {
          const sum = hash.hex();
          const key = videoKey(place, sum);
          await bucket.put(key, part);
          return { kind: 'stored', key, sha256: sum, bytes: size };
        }
        staged ??= await beginUpload(bucket, `${STAGING}${nameOf(random(16))}`);
        await staged.add(part);
      }
    } catch (error) {
      await staged?.upload.abort().catch(() => undefined);
      throw error;
    }
    const sum = hash.hex();
    const key = videoKey(place, sum);
    if (staged === null) await bucket.put(key, new Uint8Array());
    else await move(bucket, await staged.finish(), key);
    return { kind: 'stored', key, sha256: sum, bytes: size };
  }

  return {
    put,

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
      const { objects } = await bucket.list({ prefix: `${user}/${video}/` });
      return objects.map(({ key }) => v.parse(BlobKeySchema, key));
    },

    async check() {
      await bucket.head('check');
    },
  };
}

interface StagedUpload {
  readonly upload: R2MultipartUpload;
  readonly add: (part: Uint8Array) => Promise<void>;
  /** @returns the staged object's key */
  readonly finish: () => Promise<string>;
}

async function beginUpload(bucket: R2Bucket, key: string): Promise<StagedUpload> {
  const upload = await bucket.createMultipartUpload(key);
  const parts: R2UploadedPart[] = [];
  return {
    upload,
    add: async (part) => void parts.push(await upload.uploadPart(parts.length + 1, part)),
    finish: async () => {
      await upload.complete(parts);
      return key;
    },
  };
}

async function move(bucket: R2Bucket, from: string, to: string): Promise<void> {
  const staged = await bucket.get(from);
  if (staged === null) throw new Error(`the staged object ${from} is gone`);
  await bucket.put(to, staged.body);
  await bucket.delete(from);
}

/** The same bytes in parts of one size, but for the last. */
async function* inParts(bytes: Bytes): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let part = new Uint8Array(PART_BYTES);
  let length = 0;
  for await (let chunk of bytes) {
    while (chunk.byteLength > 0) {
      const taken = chunk.subarray(0, PART_BYTES - length);
      part.set(taken, length);
      length += taken.byteLength;
      chunk = chunk.subarray(taken.byteLength);
      if (length < PART_BYTES) continue;
      yield part;
      part = new Uint8Array(PART_BYTES);
      length = 0;
    }
  }
  if (length > 0) yield part.subarray(0, length);
}

/** Two libraries describe the one class; the stream itself goes on, so that workerd can pass it along natively. */
function isByteStream(stream: unknown): stream is Bytes {
  return stream instanceof ReadableStream;
}

function nameOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
