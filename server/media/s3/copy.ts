import type { ByteRange } from '../blob-store/blob-store.ts';
import { eachOf } from '../each.ts';
import type { S3Client } from './client.ts';
import { refused } from './error.ts';
import { abortUpload, beginUpload, completeUpload, LONG_WORK_MS, type Part, type Upload } from './multipart.ts';
import { textOf } from './xml.ts';

export interface CopySizes {
  /** The store copies no more than this in one go. */
  readonly whole: number;
  /** What it copies at a time of anything larger. */
  readonly part: number;
}

/** Bytes that the store has; all but the last of several are as large as a part has to be. */
export interface Piece {
  readonly from: string;
  /** Left out for all of it. */
  readonly range?: ByteRange;
}

const GiB = 1024 ** 3;
const AMAZONS: CopySizes = { whole: 5 * GiB, part: GiB };
const AT_ONCE = 4;

/** Copies an object within the store; the bytes do not travel. */
export async function copyObject(
  client: S3Client,
  object: { readonly from: string; readonly to: string; readonly bytes: number },
  sizes: CopySizes = AMAZONS,
): Promise<void> {
  const { from, to, bytes } = object;
  if (bytes > sizes.whole) {
    const count = Math.ceil(bytes / sizes.part);
    const pieces = Array.from({ length: count }, (_, index) => {
      const start = index * sizes.part;
      return { from, range: { start, end: Math.min(start + sizes.part, bytes) - 1 } };
    });
    await joinObjects(client, to, pieces);
    return;
  }
  const headers = { 'x-amz-copy-source': `/${client.bucket}/${from}` };
  await client.ask({ method: 'PUT', key: to, headers, timeoutMs: LONG_WORK_MS }, 'CopyObjectResult');
}

/** Makes one object of pieces that the store has; nobody sees it before it is whole. */
export async function joinObjects(client: S3Client, to: string, pieces: readonly Piece[]): Promise<void> {
  const upload = await beginUpload(client, to);
  const parts: Part[] = [];
  try {
    await eachOf(pieces.entries(), AT_ONCE, async ([index, piece]) => {
      const part = await copyPart(client, upload, { number: index + 1, piece });
      parts.push(part);
    });
    parts.sort((a, b) => a.number - b.number);
    await completeUpload(client, upload, parts);
  } catch (error) {
    await abortUpload(client, upload).catch(() => undefined);
    throw error;
  }
}

async function copyPart(
  client: S3Client,
  { key, uploadId }: Upload,
  { number, piece }: { readonly number: number; readonly piece: Piece },
): Promise<Part> {
  const { from, range } = piece;
  const query = { partNumber: String(number), uploadId };
  const headers = {
    'x-amz-copy-source': `/${client.bucket}/${from}`,
    ...(range && { 'x-amz-copy-source-range': `bytes=${range.start}-${range.end}` }),
  };
  const reply = await client.ask({ method: 'PUT', key, query, headers, timeoutMs: LONG_WORK_MS }, 'CopyPartResult');
  const etag = textOf(reply, 'ETag');
  if (etag === null) throw refused(200, '', 'It gave a part no ETag');
  return { number, etag };
}
