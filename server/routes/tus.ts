import type { Context } from 'hono';
import * as v from 'valibot';
import { HttpError } from '../errors.ts';
import type { Checksum } from '../media/upload-store/upload-store.ts';
import { fromBase64 } from '../media/uploads/metadata.ts';
import { contentTypeOf, parseInput } from './body.ts';

/** The headers of tus 1.0.0, <https://tus.io/protocols/resumable-upload>. */
export const TUS_VERSION = '1.0.0';
export const TUS_EXTENSIONS = 'creation,expiration,checksum,termination';

const ALGORITHMS: Readonly<Record<string, { readonly algorithm: Checksum['algorithm']; readonly bytes: number }>> = {
  sha1: { algorithm: 'sha1', bytes: 20 },
  sha256: { algorithm: 'sha256', bytes: 32 },
};
export const CHECKSUM_ALGORITHMS = Object.keys(ALGORITHMS).join(',');

/** @throws HttpError 412 where the client speaks another version */
export function requireVersion(c: Context): void {
  if (c.req.header('Tus-Resumable') === TUS_VERSION) return;
  c.header('Tus-Version', TUS_VERSION);
  throw new HttpError({ status: 412, code: 'wrong_tus_version', message: `This server speaks tus ${TUS_VERSION}` });
}

/** @throws HttpError 415 */
export function requireOffsetStream(c: Context): void {
  if (contentTypeOf(c) === 'application/offset+octet-stream') return;
  const message = 'The body must be application/offset+octet-stream';
  throw new HttpError({ status: 415, code: 'unsupported_media_type', message });
}

/** @throws HttpError 400 `invalid` where it is missing or no number of bytes */
export function readCount(c: Context, name: 'Upload-Length' | 'Upload-Offset'): number {
  return parseInput(v.object({ [name]: CountSchema }), { [name]: c.req.header(name) })[name] ?? 0;
}

/** Null where none is announced. @throws HttpError 400 `invalid` or `checksum_algorithm` */
export function readChecksum(c: Context): Checksum | null {
  const header = c.req.header('Upload-Checksum');
  if (header === undefined) return null;
  const [name = '', digest = '', ...rest] = header.split(' ');
  const known = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (!known) {
    const message = `A checksum must be one of ${CHECKSUM_ALGORITHMS}`;
    throw new HttpError({ status: 400, code: 'checksum_algorithm', message });
  }
  const bytes = fromBase64(digest);
  if (rest.length > 0 || bytes?.length !== known.bytes) {
    const details = [{ path: 'Upload-Checksum', message: 'must be an algorithm and a digest in base64' }];
    throw new HttpError({ status: 400, code: 'invalid', message: 'The request is not valid', details });
  }
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return { algorithm: known.algorithm, hex };
}

const CountSchema = v.pipe(
  v.string('is required'),
  v.regex(/^\d{1,15}$/, 'must be a number of bytes'),
  v.transform(Number),
);
