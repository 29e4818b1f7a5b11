import { promisify } from 'node:util';
import { brotliCompress, constants, gzip, zstdCompress } from 'node:zlib';

/** In the order of preference: zstd is as small as brotli for our JSON at a fraction of the work. */
const CODINGS = {
  zstd: (bytes: Uint8Array) => promisify(zstdCompress)(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 5 } }),
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: promisify(gzip),
};

/** What gains from it; an event stream would lose its promptness. */
const COMPRESSIBLE =
  /^(?:text\/(?!event-stream)|application\/(?:(?:[\w.-]+\+)?json|manifest\+json|wasm)|image\/svg\+xml)/;
const WORTH_IT_BYTES = 1024;

/**
 * The response in the best coding that the client takes. What gains from it is never large, so it is
 * coded whole: a stream for each costs more than most of them are worth. It stands in the entry since workerd codes
 * by itself, and a second time what is already coded.
 */
export async function compress(request: Request, response: Response): Promise<Response> {
  if (!isCompressible(response)) return response;
  const headers = new Headers(response.headers);
  headers.append('Vary', 'Accept-Encoding');
  const coding = chooseCoding(request.headers.get('accept-encoding') ?? '');
  if (coding === null || request.method === 'HEAD' || response.body === null) {
    return new Response(response.body, { status: response.status, headers });
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  const { status } = response;
  if (bytes.byteLength < WORTH_IT_BYTES) return new Response(bytes, { status, headers });
  headers.delete('Content-Length');
  headers.set('Content-Encoding', coding);
  const etag = headers.get('ETag');
  if (etag && !etag.startsWith('W/')) headers.set('ETag', `W/${etag}`);
  return new Response(new Uint8Array(await CODINGS[coding](bytes)), { status, headers });
}

function isCompressible({ status, headers }: Response): boolean {
  const length = headers.get('Content-Length');
  return (
    status !== 206 &&
    COMPRESSIBLE.test(headers.get('Content-Type') ?? '') &&
    !headers.has('Content-Encoding') &&
    (length === null || Number(length) >= WORTH_IT_BYTES)
  );
}

/** @param accepted an `Accept-Encoding`; what it gives the quality 0 is not taken */
function chooseCoding(accepted: string): keyof typeof CODINGS | null {
  const taken = new Set(
    accepted
      .toLowerCase()
      .split(',')
      .filter((item) => !/;\s*q=0(?:\.0*)?\s*$/.test(item))
      .map((item) => item.split(';')[0]?.trim()),
  );
  const codings = ['zstd', 'br', 'gzip'] as const;
  return codings.find((coding) => taken.has(coding)) ?? null;
}
