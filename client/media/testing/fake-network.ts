import type { Fetch } from '../ports.ts';

/** How the next answer goes wrong on its way. */
export type Fault =
  | { readonly kind: 'cut'; readonly after: number }
  | { readonly kind: 'stall'; readonly after: number }
  | { readonly kind: 'silence' }
  | { readonly kind: 'hang' }
  | { readonly kind: 'answer'; readonly make: () => Response };

export interface FakeFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly etag: string;
  /** What is sent instead of the bytes that the ETag is of. */
  readonly sent?: Uint8Array<ArrayBuffer>;
}

export interface FakeNetwork {
  readonly fetch: Fetch;
  readonly requests: { readonly url: string; readonly range: string | null; readonly ifRange: string | null }[];
  /** Body bytes that left the server. */
  readonly bytesSent: () => number;
}

/**
 * A server of media as the protocol has it, with faults on the way.
 * @param chunk bytes that arrive at once
 */
export function createFakeNetwork(options: {
  readonly file: (url: string) => FakeFile | undefined;
  readonly fault?: (url: string) => Fault | undefined;
  readonly ignoresRanges?: boolean;
  readonly chunk?: number;
}): FakeNetwork {
  const requests: FakeNetwork['requests'] = [];
  let bytesSent = 0;

  const bodyOf = (bytes: Uint8Array<ArrayBuffer>, fault: Fault | undefined, signal: AbortSignal | null | undefined) => {
    const chunk = options.chunk ?? 1_000;
    const limit = fault && 'after' in fault ? fault.after : Number.POSITIVE_INFINITY;
    let at = 0;
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        start: (controller) => signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
        pull: (controller) => {
          const end = Math.min(bytes.length, at + chunk, limit);
          if (end > at) {
            controller.enqueue(bytes.slice(at, end));
            bytesSent += end - at;
            at = end;
          } else if (at >= bytes.length) controller.close();
          else if (fault?.kind === 'stall') return new Promise(() => {});
          else controller.error(new TypeError('network error'));
          return undefined;
        },
      },
      { highWaterMark: 0 },
    );
  };

  return {
    requests,
    bytesSent: () => bytesSent,
    fetch: async (url, init) => {
      const headers = new Headers(init.headers);
      const [range, ifRange] = [headers.get('range'), headers.get('if-range')];
      requests.push({ url, range, ifRange });
      const fault = options.fault?.(url);
      if (fault?.kind === 'silence') throw new TypeError('Failed to fetch');
      if (fault?.kind === 'hang') return new Promise(() => {});
      if (fault?.kind === 'answer') return fault.make();
      const file = options.file(url);
      if (!file) return Response.json({ success: false, error: 'Not found', code: 'not_found' }, { status: 404 });
      const total = file.bytes.length;
      const start =
        range === null || options.ignoresRanges || ifRange !== file.etag ? null : Number(/\d+/.exec(range)?.[0]);
      if (start !== null && start >= total)
        return new Response(null, { status: 416, headers: { 'content-range': `bytes */${total}` } });
      const described = {
        etag: file.etag,
        'content-type': 'video/mp4',
        'content-length': String(total - (start ?? 0)),
      };
      const body = bodyOf((file.sent ?? file.bytes).slice(start ?? 0), fault, init.signal);
      if (start === null) return new Response(body, { headers: described });
      const contentRange = `bytes ${start}-${total - 1}/${total}`;
      return new Response(body, { status: 206, headers: { ...described, 'content-range': contentRange } });
    },
  };
}
