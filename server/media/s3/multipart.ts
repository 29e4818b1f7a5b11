import type { S3Client } from './client.ts';
import { refused, S3Error } from './error.ts';
import { sizeOf } from './objects.ts';
import { elementsOf, escapeXml, textOf } from './xml.ts';

/** For what the store does by itself with bytes that it has, before it says a word. */
export const LONG_WORK_MS = 10 * 60_000;

/** An object in the making; nobody sees it before it is complete. */
export interface Upload {
  readonly key: string;
  readonly uploadId: string;
}

/** At least 5 MiB of bytes, but for the last. */
export interface Part {
  /** From 1 to 10,000, without gaps that matter: the order is what counts. */
  readonly number: number;
  readonly etag: string;
}

export async function beginUpload(client: S3Client, key: string): Promise<Upload> {
  // Begun twice, after a lost answer, one stays behind without a byte.
  const reply = await client.ask({ method: 'POST', key, query: { uploads: '' } }, 'InitiateMultipartUploadResult');
  const uploadId = textOf(reply, 'UploadId');
  if (!uploadId) throw refused(200, '', 'It named no upload');
  return { key, uploadId };
}

export async function uploadPart(
  client: S3Client,
  { key, uploadId }: Upload,
  part: { readonly number: number; readonly bytes: Uint8Array<ArrayBuffer> },
): Promise<Part> {
  const query = { partNumber: String(part.number), uploadId };
  const reply = await client.send({ method: 'PUT', key, query, body: part.bytes });
  await reply.body?.cancel();
  const etag = reply.headers.get('etag');
  if (etag === null) throw refused(reply.status, '', 'It gave a part no ETag');
  return { number: part.number, etag };
}

/** @throws S3Error; unless it is `NoSuchUpload`, the parts are still there */
export async function completeUpload(client: S3Client, { key, uploadId }: Upload, parts: readonly Part[]) {
  const listed = parts.map(
    ({ number, etag }) => `<Part><PartNumber>${number}</PartNumber><ETag>${escapeXml(etag)}</ETag></Part>`,
  );
  const body = new TextEncoder().encode(
    `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${listed.join('')}</CompleteMultipartUpload>`,
  );
  const request = { method: 'POST', key, query: { uploadId }, body, timeoutMs: LONG_WORK_MS } as const;
  try {
    await client.ask(request, 'CompleteMultipartUploadResult');
  } catch (error) {
    // What the second try of one whose answer was lost is told.
    const isDone = isNoSuchUpload(error) && (await sizeOf(client, key)) !== null;
    if (!isDone) throw error;
  }
}

/** Frees the parts; harmless where there are none. */
export async function abortUpload(client: S3Client, { key, uploadId }: Upload): Promise<void> {
  try {
    const reply = await client.send({ method: 'DELETE', key, query: { uploadId } });
    await reply.body?.cancel();
  } catch (error) {
    if (!isNoSuchUpload(error)) throw error;
  }
}

export function isNoSuchUpload(error: unknown): boolean {
  return error instanceof S3Error && error.code === 'NoSuchUpload';
}

/** Uploads begun and neither completed nor aborted; none where the store does not tell. */
export async function* listUploads(
  client: S3Client,
): AsyncGenerator<{ readonly upload: Upload; readonly begunAt: number }> {
  let after: { 'key-marker': string; 'upload-id-marker': string } | null = null;
  do {
    const query = { uploads: '', ...after };
    const page: string = await client.ask({ method: 'GET', query }, 'ListMultipartUploadsResult').catch(noneIfUnknown);
    for (const entry of elementsOf(page, 'Upload')) {
      const upload = { key: textOf(entry, 'Key') ?? '', uploadId: textOf(entry, 'UploadId') ?? '' };
      yield { upload, begunAt: Date.parse(textOf(entry, 'Initiated') ?? '') };
    }
    const [key, id] = [textOf(page, 'NextKeyMarker'), textOf(page, 'NextUploadIdMarker')];
    const isMore = textOf(page, 'IsTruncated') === 'true' && key && id;
    after = isMore ? { 'key-marker': key, 'upload-id-marker': id } : null;
  } while (after !== null);
}

function noneIfUnknown(error: unknown): string {
  if (error instanceof S3Error && (error.status === 501 || error.status === 405)) return '';
  throw error;
}
