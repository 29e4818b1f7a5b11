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

const GiB = 1024 ** 3;
const AMAZONS: CopySizes = { whole: 5 * GiB, part: GiB };

/** Copies an object within the store; the bytes do not travel. */
export async function copyObject(
  client: S3Client,
  object: { readonly from: string; readonly to: string; readonly bytes: number },
  sizes: CopySizes = AMAZONS,
): Promise<void> {
  const { from, to, bytes } = object;
  const source = { 'x-amz-copy-source': `/${client.bucket}/${from}` };
  if (bytes <= sizes.whole) {
    await client.ask({ method: 'PUT', key: to, headers: source, timeoutMs: LONG_WORK_MS }, 'CopyObjectResult');
    return;
  }
  const upload = await beginUpload(client, to);
  try {
    const parts: Part[] = [];
    for (let start = 0; start < bytes; start += sizes.part) {
      const range = `bytes=${start}-${Math.min(start + sizes.part, bytes) - 1}`;
      const headers = { ...source, 'x-amz-copy-source-range': range };
      parts.push(await copyPart(client, upload, { number: parts.length + 1, headers }));
    }
    await completeUpload(client, upload, parts);
  } catch (error) {
    await abortUpload(client, upload).catch(() => undefined);
    throw error;
  }
}

async function copyPart(
  client: S3Client,
  { key, uploadId }: Upload,
  part: { readonly number: number; readonly headers: Readonly<Record<string, string>> },
): Promise<Part> {
  const { number, headers } = part;
  const query = { partNumber: String(number), uploadId };
  const reply = await client.ask({ method: 'PUT', key, query, headers, timeoutMs: LONG_WORK_MS }, 'CopyPartResult');
  const etag = textOf(reply, 'ETag');
  if (etag === null) throw refused(200, '', 'It gave a part no ETag');
  return { number, etag };
}
