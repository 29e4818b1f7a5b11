import type { After } from '../timers.ts';
import { isPrivateHost, isPublicAddress } from './addresses.ts';
import type { Bytes } from './blob-store/blob-store.ts';
import { causeOf } from './cause.ts';
import { impatient } from './impatient.ts';

/** Fetches a URL that somebody else chose. Never rejects before the body. */
export type GuardedFetch = (url: string, request?: GuardedRequest) => Promise<GuardedReply>;

export interface GuardedRequest {
  /** A POST follows no redirect. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly signal?: AbortSignal;
}

export type GuardedReply =
  /** `body` rejects when it stalls; an unused one has to be cancelled. */
  | { readonly kind: 'reply'; readonly status: number; readonly headers: Headers; readonly body: Bytes | null }
  /** Not a URL that this server asks, now or later. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unreachable'; readonly message: string };

export interface GuardedFetchDeps {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Every address of a name; null where the platform itself reaches no private network. */
  readonly resolveHost: ((hostname: string) => Promise<readonly string[]>) | null;
  readonly after: After;
  /** `host:port` that may be private; for tests. */
  readonly allowedHosts?: ReadonlySet<string>;
}

const MAX_REDIRECTS = 5;
/** Below it, but for 80 and 443, are mail, shells and the like, which can be made to obey a request for a page. */
const FIRST_FREE_PORT = 1024;
const HEAD_TIMEOUT_MS = 30_000;

/** Keeps a request to the public internet: every address on the way is checked, redirects included. */
export function createGuardedFetch(deps: GuardedFetchDeps): GuardedFetch {
  return async (url, request = {}) => {
    let target = url;
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const objection = await objectionTo(deps, target);
      if (objection) return objection;
      const reply = await send(deps, target, request);
      if (reply.kind !== 'reply' || !isRedirect(reply.status) || request.method === 'POST') return reply;
      await reply.body?.cancel();
      const location = reply.headers.get('location');
      if (location === null || !URL.canParse(location, target)) return unreachable('It redirects to nowhere');
      target = new URL(location, target).href;
    }
    return refused('It redirects too often');
  };
}

async function objectionTo(
  { resolveHost, allowedHosts }: GuardedFetchDeps,
  target: string,
): Promise<Exclude<GuardedReply, { kind: 'reply' }> | null> {
  if (!URL.canParse(target)) return refused('It is not a URL');
  const { protocol, username, password, hostname, host, port } = new URL(target);
  if (protocol !== 'https:' && protocol !== 'http:') return refused('Only http and https addresses are fetched');
  if (username !== '' || password !== '') return refused('The address carries a password');
  if (allowedHosts?.has(host)) return null;
  if (port !== '' && Number(port) < FIRST_FREE_PORT)
    return refused('The address is of a port that serves no web pages');
  if (isPrivateHost(hostname)) return refused('The address is on a private network');
  if (resolveHost === null || isPublicAddress(hostname) || hostname.startsWith('[')) return null;
  try {
    const addresses = await resolveHost(hostname);
    if (addresses.length === 0) return unreachable(`${hostname} has no address`);
    return addresses.every(isPublicAddress) ? null : refused('The address is on a private network');
  } catch {
    return unreachable(`${hostname} could not be found`);
  }
}

async function send(deps: GuardedFetchDeps, target: string, request: GuardedRequest): Promise<GuardedReply> {
  const { method = 'GET', headers = {}, body: sent, signal } = request;
  const given = new AbortController();
  const giveUp = () => given.abort(new Error('No answer came in time'));
  const cancelTimeout = deps.after(HEAD_TIMEOUT_MS, giveUp);
  try {
    const response = await deps.fetch(target, {
      method,
      ...(sent && { body: sent }),
      // The bytes as they are: a coding would change their length and their hash.
      headers: { ...headers, 'accept-encoding': 'identity' },
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, given.signal]) : given.signal,
    });
    const body = response.body && impatient(response.body, deps.after);
    return { kind: 'reply', status: response.status, headers: response.headers, body };
  } catch (error) {
    return unreachable(causeOf(error));
  } finally {
    cancelTimeout();
  }
}

function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

function refused(message: string) {
  return { kind: 'refused', message } as const;
}

function unreachable(message: string) {
  return { kind: 'unreachable', message } as const;
}
