/** Which bytes a request for a representation gets. */
export type RangeAnswer =
  /** 200 with all of them. */
  | { readonly kind: 'full' }
  /** 206; both ends belong to it. */
  | { readonly kind: 'partial'; readonly start: number; readonly end: number }
  /** 416 with `Content-Range: bytes *` and the size. */
  | { readonly kind: 'unsatisfiable' };

/**
 * Reads the range headers of a request as RFC 9110 has them. What is malformed, of another unit or
 * asks for several ranges is answered in full, as a server always may.
 * @param size of the whole representation in bytes
 * @param etag the representation's own, quoted; null where it has none
 */
export function evaluateRange(request: {
  readonly method: string;
  readonly range: string | null;
  readonly ifRange: string | null;
  readonly size: number;
  readonly etag: string | null;
}): RangeAnswer {
  const { method, range, ifRange, size, etag } = request;
  if (method !== 'GET' || range === null) return { kind: 'full' };
  if (ifRange !== null && !isSameStrongly(ifRange, etag)) return { kind: 'full' };
  const [, first = '', last = ''] = SINGLE_RANGE.exec(range) ?? [];
  if (first === '') return last === '' ? { kind: 'full' } : partial(Math.max(0, size - Number(last)), size - 1, size);
  if (last !== '' && Number(last) < Number(first)) return { kind: 'full' };
  return partial(Number(first), last === '' ? size - 1 : Number(last), size);
}

/** Whether a GET is answered 304. The comparison is the weak one. */
export function isNotModified(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return (ifNoneMatch.match(ENTITY_TAG) ?? []).some((tag) => tag.replace(/^W\//, '') === etag.replace(/^W\//, ''));
}

const SINGLE_RANGE = /^\s*bytes=(\d*)-(\d*)\s*$/i;
const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;

function partial(start: number, end: number, size: number): RangeAnswer {
  if (start >= size) return { kind: 'unsatisfiable' };
  return { kind: 'partial', start, end: Math.min(end, size - 1) };
}

/** A date or a weak tag cannot vouch for bytes, so neither ever matches. */
function isSameStrongly(ifRange: string, etag: string | null): boolean {
  return etag !== null && ifRange.trim() === etag && etag.startsWith('"');
}
