import { readRetryAfter } from '../../sync/retry-after.ts';
import { hashOf } from '../data/copy-hash.ts';

/** What the server's answer to a download's request says to do. */
export type MediaReply =
  /** The whole file from its first byte. */
  | { readonly kind: 'whole'; readonly etag: string; readonly total: number; readonly contentType: string }
  /** What was missing, in the representation that was asked for. */
  | { readonly kind: 'rest' }
  /** What is here and what the server has do not fit together: begin anew. */
  | { readonly kind: 'misfit' }
  /** Answered, but not with permanently stored bytes: passed through from a provider, or not by this server. */
  | { readonly kind: 'not_stored' }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number | null };

/** What was asked for: the rest of a representation, or null for the whole. */
export interface Wanted {
  readonly etag: string;
  readonly received: number;
  readonly total: number;
}

/** Reads status and headers; never the body. */
export function readReply(response: Response, wanted: Wanted | null): MediaReply {
  const { status, headers } = response;
  if (status === 200) return readWhole(headers);
  if (status === 206 && wanted) return isRest(headers, wanted) ? { kind: 'rest' } : { kind: 'misfit' };
  if (status === 416 && wanted) return { kind: 'misfit' };
  if (status === 401) return { kind: 'unauthorized' };
  if (status >= 500 || TRANSIENT.has(status))
    return { kind: 'unavailable', retryAfterMs: readRetryAfter(headers.get('retry-after'), null) };
  return status >= 400 ? { kind: 'refused', status } : { kind: 'not_stored' };
}

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);

/** Only a file whose hash and length are known can be resumed and verified. */
function readWhole(headers: Headers): MediaReply {
  const etag = headers.get('etag') ?? '';
  const length = headers.get('content-length') ?? '';
  if (hashOf(etag) === null || !/^\d+$/.test(length) || headers.has('content-encoding')) return { kind: 'not_stored' };
  const contentType = headers.get('content-type') ?? 'application/octet-stream';
  return { kind: 'whole', etag, total: Number(length), contentType };
}

function isRest(headers: Headers, { etag, received, total }: Wanted): boolean {
  return headers.get('etag') === etag && headers.get('content-range') === `bytes ${received}-${total - 1}/${total}`;
}
