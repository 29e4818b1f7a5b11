import type { ByteRange, Bytes } from '../blob-store/blob-store.ts';
import type { S3Client } from '../s3/client.ts';
import { getObject, listObjects } from '../s3/objects.ts';
import type { UploadKey } from './upload-store.ts';

/**
 * An upload is a row of objects, each of this size but for the last: what S3 takes as parts of the
 * blob that they become. All that is known of an upload is which of them are there.
 */
export const SEGMENT_BYTES = 8 * 1024 * 1024;

export const UPLOADS = 'uploads/';

/** The segments of an upload as the store has them. */
export interface Segments {
  /** Bytes from the first one on, as far as they go without a gap. */
  readonly size: number;
  /** Keys of those that hold them, in order. */
  readonly keys: readonly string[];
  /** Keys of what a killed removal left behind: nothing counts after a gap. */
  readonly stray: readonly string[];
}

/** Names sort as the segments come; nobody uploads a million. */
export function segmentKey(key: UploadKey, index: number): string {
  return `${UPLOADS}${key}/${String(index).padStart(6, '0')}`;
}

export async function listSegments(client: S3Client, key: UploadKey): Promise<Segments> {
  const found = new Map<string, number>();
  for await (const { key: name, bytes } of listObjects(client, `${UPLOADS}${key}/`)) found.set(name, bytes);
  const keys: string[] = [];
  let size = 0;
  for (let index = 0; size === index * SEGMENT_BYTES; index++) {
    const name = segmentKey(key, index);
    const bytes = found.get(name) ?? 0;
    if (bytes === 0) break;
    found.delete(name);
    keys.push(name);
    size += bytes;
  }
  return { size, keys, stray: [...found.keys()] };
}

/** The bytes of an upload, or a part of them that lies inside, a segment after the other. */
export function readSegments(client: S3Client, segments: Segments, range?: ByteRange): Bytes {
  const chunks = chunksOf(client, segments, range ?? { start: 0, end: segments.size - 1 });
  return new ReadableStream(
    {
      pull: async (controller) => {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await chunks.return(undefined)),
    },
    { highWaterMark: 0 },
  );
}

async function* chunksOf(client: S3Client, segments: Segments, { start, end }: ByteRange) {
  for (let index = Math.floor(start / SEGMENT_BYTES); index * SEGMENT_BYTES <= end; index++) {
    const first = index * SEGMENT_BYTES;
    const range = { start: Math.max(start - first, 0), end: Math.min(end - first, SEGMENT_BYTES - 1) };
    const found = await getObject(client, segments.keys[index] ?? '', range);
    if (!found) throw new Error('the upload was removed while it was read');
    yield* found.bytes;
  }
}
