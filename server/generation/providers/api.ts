import { readRetryAfter } from '../../../sync/retry-after.ts';
import { causeOf } from '../../media/cause.ts';
import type { After } from '../../timers.ts';

export interface ApiDeps {
  /** The operator chose where it goes, so it is not the guarded one. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly after: After;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  /** The key among them; the URL is one of the provider's own. */
  readonly headers: Readonly<Record<string, string>>;
  /** A form is sent as it is, anything else as JSON. */
  readonly body?: unknown;
}

export type ApiReply =
  | {
      readonly kind: 'answer';
      readonly status: number;
      /** Undefined where it is no JSON. */
      readonly body: unknown;
      readonly retryAfterMs: number | null;
    }
  /** `neverSent`: it certainly did not reach the provider. */
  | { readonly kind: 'no_answer'; readonly message: string; readonly neverSent: boolean };

/** Shorter than the claim on a generation, so that a slow answer is heard by who waits for it. */
const TIMEOUT_MS = 20_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

/** One request, sent once: whether it may be sent again only the caller can know. Never rejects. */
export async function callApi({ fetch, after, clock }: ApiDeps, request: ApiRequest): Promise<ApiReply> {
  const given = new AbortController();
  const cancelTimeout = after(TIMEOUT_MS, () => given.abort(new Error('No answer came in time')));
  const { body } = request;
  const isJson = body !== undefined && !(body instanceof FormData);
  let response: Response;
  try {
    response = await fetch(request.url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...request.headers,
        ...(isJson && { 'content-type': 'application/json' }),
      },
      // The key goes nowhere else.
      redirect: 'manual',
      signal: given.signal,
      ...(body !== undefined && { body: isJson ? JSON.stringify(body) : body }),
    });
  } catch (error) {
    cancelTimeout();
    return { kind: 'no_answer', message: causeOf(error), neverSent: NEVER_SENT.has(codeOf(error)) };
  }
  try {
    const { status, headers } = response;
    return {
      kind: 'answer',
      status,
      body: parse(await readText(response)),
      retryAfterMs: readRetryAfter(headers.get('retry-after'), clock()),
    };
  } catch (error) {
    return { kind: 'no_answer', message: causeOf(error), neverSent: false };
  } finally {
    cancelTimeout();
  }
}

/**
 * Whether a URL that a reply names may be asked with the key.
 * @param base where this server was told that the provider is
 */
export function isOwnUrl(url: unknown, base: string): url is string {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).origin === new URL(base).origin;
}

/** No connection came about. Only Node says so; elsewhere nobody can know. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT'],
  ...['CERT_HAS_EXPIRED', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID'],
]);

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null;
  return typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
}

async function readText(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MAX_CHARACTERS) throw new Error('The answer does not end');
  }
  return text + decoder.decode();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
