import { readRetryAfter } from '../../sync/retry-after.ts';

/** What an answer of the server's tus routes says to do. */
export type TusAnswer =
  /** So many bytes are there. */
  | { readonly kind: 'at'; readonly offset: number }
  /** So many bytes were there already: the server knew this upload, or another device began it. */
  | { readonly kind: 'created'; readonly url: string; readonly offset: number }
  /** The offset is another one than was thought; null where it is not said. */
  | { readonly kind: 'elsewhere'; readonly offset: number | null }
  /** The server has stored the video meanwhile, as the next exchange tells. */
  | { readonly kind: 'stored' }
  /** Another request has this upload under its hands. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number | null }
  | { readonly kind: 'too_large' }
  /** The part did not arrive as it was sent. */
  | { readonly kind: 'garbled' }
  /** The server knows no such upload, or no more. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'unauthorized' }
  /** Not these bytes, however often they are sent. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  /** No answer, not now, or not from this server; `status` is null where none came. */
  | { readonly kind: 'unavailable'; readonly status: number | null; readonly retryAfterMs: number | null };

/**
 * @param response null where no answer came
 * @param total bytes of the whole upload
 */
export async function readTusAnswer(
  method: 'POST' | 'HEAD' | 'PATCH' | 'PUT',
  response: Response | null,
  total: number,
): Promise<TusAnswer> {
  if (!response) return { kind: 'unavailable', status: null, retryAfterMs: null };
  const { status, headers } = response;
  // What stands between answers for everything; what speaks tus says so in every answer.
  const answer = headers.has('tus-resumable')
    ? method === 'POST'
      ? await readCreation(response)
      : readProgress(method, response, total)
    : // A picture's route speaks tus only where it takes it; what it refuses it does in words of its own.
      method === 'PUT' && FOR_GOOD.has(status)
      ? await refusalOf(response)
      : null;
  const retryAfterMs = readRetryAfter(headers.get('retry-after'), null);
  if (answer) return answer;
  if (status === 401) return { kind: 'unauthorized' };
  // A proxy's own limit on bodies.
  if (status === 413 && method !== 'POST') return { kind: 'too_large' };
  return { kind: 'unavailable', status, retryAfterMs };
}

async function readCreation(response: Response): Promise<TusAnswer | null> {
  const { status, headers } = response;
  if (status === 201) {
    const url = pathOf(headers.get('location'));
    return url === null ? null : { kind: 'created', url, offset: offsetOf(headers) ?? 0 };
  }
  if (status === 409) return { kind: 'stored' };
  return FOR_GOOD.has(status) ? refusalOf(response) : null;
}

function readProgress(
  method: 'HEAD' | 'PATCH' | 'PUT',
  { status, headers }: Response,
  total: number,
): TusAnswer | null {
  const offset = offsetOf(headers);
  switch (status) {
    case 200:
      if (method !== 'HEAD' || offset === null) return null;
      return headers.get('upload-length') === String(total) ? { kind: 'at', offset } : { kind: 'gone' };
    case 204:
      return method !== 'HEAD' && offset !== null ? { kind: 'at', offset } : null;
    case 404:
    case 410:
      return { kind: 'gone' };
    case 409:
      return { kind: 'elsewhere', offset };
    case 423:
      return { kind: 'busy', retryAfterMs: readRetryAfter(headers.get('retry-after'), null) };
    case 460:
      return { kind: 'garbled' };
    default:
      return null;
  }
}

/** What no repetition helps: not these bytes. */
const FOR_GOOD: ReadonlySet<number> = new Set([400, 413, 415, 422]);

function offsetOf(headers: Headers): number | null {
  const value = headers.get('upload-offset') ?? '';
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** Only a path of this server's uploads, whatever a proxy made of the origin. */
function pathOf(location: string | null): string | null {
  return /^(?:https?:\/\/[^/]+)?(\/api\/uploads\/[\w-]+)$/.exec(location ?? '')?.[1] ?? null;
}

async function refusalOf(response: Response): Promise<TusAnswer | null> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body !== 'object' || body === null || !('code' in body && 'error' in body)) return null;
  return { kind: 'refused', code: String(body.code), message: String(body.error) };
}
