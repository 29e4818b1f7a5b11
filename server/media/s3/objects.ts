import type { ByteRange, Bytes } from '../blob-store/blob-store.ts';
import type { S3Client, S3Request } from './client.ts';
import { refused, S3Error } from './error.ts';
import { elementsOf, textOf } from './xml.ts';

export interface ListedObject {
  readonly key: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly writtenAt: number;
}

/** Keeps bytes under a key, whatever was there. */
export async function putObject(client: S3Client, key: string, body: Uint8Array<ArrayBuffer>): Promise<void> {
  const reply = await client.send({ method: 'PUT', key, body });
  await reply.body?.cancel();
}

/**
 * Keeps bytes under a key only while what is there is what the condition says; a store that does not
 * know conditions keeps them anyway.
 * @param condition `if-none-match: *` for nothing, `if-match: <ETag>` for a known object
 * @returns whether it was so; where the answer is lost it rejects, since a second try would meet the first
 */
export async function putObjectIf(
  client: S3Client,
  object: { readonly key: string; readonly bytes: Uint8Array<ArrayBuffer> },
  condition: { readonly 'if-none-match': '*' } | { readonly 'if-match': string },
): Promise<boolean> {
  const { key, bytes } = object;
  try {
    const reply = await client.send({ method: 'PUT', key, body: bytes, headers: condition, once: true });
    await reply.body?.cancel();
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    if (error.status === 412 || isNoSuchKey(error)) return false;
    if (error.code !== 'NotImplemented') throw error;
    await putObject(client, key, bytes);
  }
  return true;
}

/**
 * The bytes, or a part of them that lies inside, with their ETag; null where there is no such object in
 * a bucket that is there.
 */
export async function getObject(
  client: S3Client,
  key: string,
  range?: ByteRange,
): Promise<{ readonly bytes: Bytes; readonly etag: string | null } | null> {
  try {
    const headers = range && { range: `bytes=${range.start}-${range.end}` };
    const reply = await client.send({ method: 'GET', key, ...(headers && { headers }) });
    if (reply.body !== null && (range === undefined || isThatPart(reply, range))) {
      return { bytes: reply.body, etag: reply.headers.get('etag') };
    }
    await reply.body?.cancel();
    throw refused(reply.status, '', 'It gave other bytes than the part that was asked for');
  } catch (error) {
    if (isNoSuchKey(error)) return null;
    throw error;
  }
}

/** Some servers leave the range out of account, and a player would show garbage. */
function isThatPart(reply: Response, range: ByteRange): boolean {
  const given = reply.headers.get('content-range') ?? '';
  return reply.status === 206 && given.startsWith(`bytes ${range.start}-${range.end}/`);
}

/** Bytes of an object; null where there is none in a bucket that is there. */
export async function sizeOf(client: S3Client, key: string): Promise<number | null> {
  try {
    const { headers, status } = await client.send({ method: 'HEAD', key });
    const length = headers.get('content-length');
    if (length === null) throw refused(status, '', 'It gave an object no size');
    return Number(length);
  } catch (error) {
    if (!(error instanceof S3Error) || error.status !== 404) throw error;
    // The answer to a HEAD does not say what is missing.
    await checkBucket(client);
    return null;
  }
}

/** @throws S3Error with the reason why the bucket cannot be used */
export async function checkBucket(client: S3Client, patience: Pick<S3Request, 'attempts' | 'timeoutMs'> = {}) {
  const query = { 'list-type': '2', 'max-keys': '1' };
  await client.ask({ method: 'GET', query, ...patience }, 'ListBucketResult');
}

/** Harmless where there is nothing. */
export async function deleteObject(client: S3Client, key: string): Promise<void> {
  try {
    const reply = await client.send({ method: 'DELETE', key });
    await reply.body?.cancel();
  } catch (error) {
    if (!isNoSuchKey(error)) throw error;
  }
}

/** Every object whose key begins like that, a page of the store's at a time. */
export async function* listObjects(client: S3Client, prefix: string): AsyncGenerator<ListedObject> {
  let token: string | null = null;
  do {
    const query = { 'list-type': '2', prefix, ...(token !== null && { 'continuation-token': token }) };
    const page: string = await client.ask({ method: 'GET', query }, 'ListBucketResult');
    for (const entry of elementsOf(page, 'Contents')) yield toListed(entry);
    token = textOf(page, 'IsTruncated') === 'true' ? textOf(page, 'NextContinuationToken') : null;
  } while (token !== null);
}

export function isNoSuchKey(error: unknown): boolean {
  return error instanceof S3Error && error.code === 'NoSuchKey';
}

function toListed(entry: string): ListedObject {
  const key = textOf(entry, 'Key');
  const bytes = Number(textOf(entry, 'Size') ?? Number.NaN);
  const writtenAt = Date.parse(textOf(entry, 'LastModified') ?? '');
  if (!key || Number.isNaN(bytes) || Number.isNaN(writtenAt)) throw refused(200, '', 'It listed an object by half');
  return { key, bytes, writtenAt };
}
