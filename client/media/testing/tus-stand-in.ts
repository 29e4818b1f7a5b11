import type { Fetch } from '../ports.ts';
import { createSha256 } from '../sha256.ts';

/** How the next request goes wrong. */
export type TusFault =
  /** The server never hears of it. */
  | { readonly kind: 'silence' }
  /** The server has done its work; its answer never comes. */
  | { readonly kind: 'lost_answer' }
  /** No answer comes, nor does the request end by itself. */
  | { readonly kind: 'hang' }
  | { readonly kind: 'answer'; readonly make: () => Response };

export interface TusRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly bytes: number;
}

export interface TusStandIn {
  readonly fetch: Fetch;
  readonly requests: TusRequest[];
  /** Body bytes that were taken. */
  readonly taken: () => number;
  readonly uploads: Map<string, { readonly videoId: string; readonly sha256: string; bytes: Uint8Array<ArrayBuffer> }>;
  /** What was uploaded whole, by the id of its video. */
  readonly whole: () => ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/**
 * A tus 1.0 server with creation and checksum, from the protocol's text, and faults on the way to it.
 * @param options.fault asked for each request, which is the n-th
 * @param options.onWhole hears of each upload whose last byte came
 */
export function createTusStandIn(
  options: {
    readonly fault?: (request: TusRequest, n: number) => TusFault | undefined;
    readonly onWhole?: (videoId: string, sha256: string) => Promise<void>;
    /** Milliseconds that a part of so many bytes takes. */
    readonly time?: (bytes: number, signal: AbortSignal) => Promise<void>;
  } = {},
): TusStandIn {
  const requests: TusRequest[] = [];
  const uploads: TusStandIn['uploads'] = new Map();
  const lengths = new Map<string, number>();
  const busy = new Set<string>();
  let taken = 0;
  let made = 0;

  const create = (headers: Headers): Response => {
    const pairs = (headers.get('upload-metadata') ?? '').split(',').map((pair) => pair.split(' '));
    const metadata = new Map(pairs.map(([name = '', value = '']) => [name, atob(value)]));
    const url = `/api/uploads/u${made++}`;
    lengths.set(url, Number(headers.get('upload-length')));
    uploads.set(url, {
      videoId: metadata.get('videoId') ?? '',
      sha256: metadata.get('sha256') ?? '',
      bytes: new Uint8Array(),
    });
    return tus(201, { location: `${location.origin}${url}` });
  };

  const patch = async (url: string, headers: Headers, part: Uint8Array<ArrayBuffer>): Promise<Response> => {
    const upload = uploads.get(url);
    if (!upload) return tus(404);
    if (busy.has(url)) return tus(423);
    if (headers.get('upload-offset') !== String(upload.bytes.length)) {
      return tus(409, { 'upload-offset': String(upload.bytes.length) });
    }
    busy.add(url);
    try {
      const [algorithm, hash] = (headers.get('upload-checksum') ?? '').split(' ');
      if (algorithm !== 'sha256') return tus(400);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', part));
      if (btoa(String.fromCharCode(...digest)) !== hash) return tus(460);
      upload.bytes = new Uint8Array(await new Blob([upload.bytes, part]).arrayBuffer());
      taken += part.length;
    } finally {
      busy.delete(url);
    }
    if (upload.bytes.length === lengths.get(url)) await options.onWhole?.(upload.videoId, await hashOf(upload.bytes));
    return tus(204, { 'upload-offset': String(upload.bytes.length) });
  };

  const serve = (method: string, url: string, headers: Headers, part: Uint8Array<ArrayBuffer>) => {
    if (headers.get('tus-resumable') !== '1.0.0') return tus(412);
    if (method === 'POST') return create(headers);
    if (method === 'PATCH') return patch(url, headers, part);
    const upload = uploads.get(url);
    if (!upload) return tus(404);
    return tus(200, { 'upload-offset': String(upload.bytes.length), 'upload-length': String(lengths.get(url)) });
  };

  return {
    requests,
    uploads,
    taken: () => taken,
    whole: () =>
      new Map(
        [...uploads]
          .filter(([url, { bytes }]) => bytes.length === lengths.get(url))
          .map(([, { videoId, bytes }]) => [videoId, bytes]),
      ),
    fetch: async (url, init) => {
      const { method = 'GET', body, signal } = init;
      const headers = new Headers(init.headers);
      const part = new Uint8Array(body instanceof Blob ? await body.arrayBuffer() : []);
      // Given up before its first byte had left: no server hears of that.
      if (signal?.aborted) throw new TypeError('Failed to fetch');
      const request = { method, url, headers, bytes: part.length };
      requests.push(request);
      const fault = options.fault?.(request, requests.length - 1);
      if (fault?.kind === 'silence') throw new TypeError('Failed to fetch');
      if (fault?.kind === 'answer') return fault.make();
      if (fault?.kind === 'hang') {
        await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
      }
      if (signal && options.time) await options.time(part.length, signal);
      if (signal?.aborted) throw new TypeError('Failed to fetch');
      const answer = await serve(method, url, headers, part);
      if (fault?.kind === 'lost_answer') throw new TypeError('Failed to fetch');
      return answer;
    },
  };
}

export function tus(status: number, headers: Readonly<Record<string, string>> = {}, body?: object): Response {
  const init = { status, headers: { 'tus-resumable': '1.0.0', ...headers } };
  return body ? Response.json(body, init) : new Response(null, init);
}

async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await createSha256();
  hash.update(bytes);
  return hash.hex();
}
