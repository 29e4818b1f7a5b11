import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import { isPublicAddress } from '../media/addresses.ts';

interface OutgoingInit {
  readonly method?: string | undefined;
  readonly headers?: RequestInit['headers'];
  readonly body?: RequestInit['body'];
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * A `fetch` that looks at the address it really connects to, after the name was resolved for that
 * connection: a name that answers twice, first publicly and then privately, gains nothing. Node's own
 * takes no such hook. It follows no redirect and undoes no coding.
 * @param isAllowed says of an IP address whether it may be connected to
 */
export function createOutgoingFetch(
  isAllowed: (address: string) => boolean = isPublicAddress,
): (url: string, init: OutgoingInit) => Promise<Response> {
  return (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const send = url.startsWith('https:') ? requestHttps : requestHttp;
      const options = {
        method,
        headers: Object.fromEntries(new Headers(headers)),
        lookup: checkedLookup(isAllowed),
        // A connection kept for later would skip the look at its address.
        agent: false,
        ...(signal && { signal }),
      };
      const outgoing = send(url, options, (incoming) => resolve(toResponse(incoming)));
      outgoing.once('error', reject);
      outgoing.end(body instanceof Uint8Array ? body : undefined);
    });
}

type LookupCallback = (error: Error | null, address: string | LookupAddress[], family?: number) => void;

function checkedLookup(isAllowed: (address: string) => boolean) {
  return (hostname: string, options: LookupOptions, callback: LookupCallback): void => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const [first] = found ?? [];
      if (error) callback(error, []);
      else if (!first || !found.every(({ address }) => isAllowed(address))) {
        callback(new Error(`${hostname} is on a private network`), []);
      } else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };
}

const WITHOUT_BODY = new Set([101, 103, 204, 205, 304]);

function toResponse(incoming: IncomingMessage): Response {
  const status = incoming.statusCode ?? 500;
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  if (!WITHOUT_BODY.has(status)) return new Response(Readable.toWeb(incoming), { status, headers });
  incoming.resume();
  return new Response(null, { status, headers });
}
