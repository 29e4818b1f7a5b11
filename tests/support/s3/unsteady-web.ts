/** A `fetch` to a real server with faults where a test wants them. */
export interface UnsteadyWeb {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** What the next requests of that kind meet, `times` of them (by default one). */
  readonly fault: (kind: RequestKind, fault: Fault, times?: number) => void;
  /** Every request so far. */
  readonly requests: readonly RequestKind[];
}

export type RequestKind =
  | 'get'
  | 'head'
  | 'put'
  | 'delete'
  | 'list'
  | 'begin'
  | 'part'
  | 'complete'
  | 'abort'
  | 'copy'
  | 'uploads'
  | 'parts'
  | 'any';

export type Fault = (send: () => Promise<Response>, init: RequestInit) => Promise<Response>;

export function createUnsteadyWeb(): UnsteadyWeb {
  const requests: RequestKind[] = [];
  const faults: { readonly kind: RequestKind; readonly fault: Fault; left: number }[] = [];
  return {
    requests,
    fault: (kind, fault, times = 1) => void faults.push({ kind, fault, left: times }),
    fetch: (url, init) => {
      const kind = kindOf(url, init);
      requests.push(kind);
      const next = faults.find((planned) => planned.left > 0 && (planned.kind === kind || planned.kind === 'any'));
      if (!next) return fetch(url, init);
      next.left -= 1;
      return next.fault(() => fetch(url, init), init);
    },
  };
}

/** The store answers with an error instead of doing it. */
export function answered(status: number, code = '', message = `${code} it is`): Fault {
  const xml = `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return async (_, { method }) => new Response(method === 'HEAD' ? null : xml, { status });
}

/** Something in between answers. */
export function page(status: number): Fault {
  return async () => new Response('<!doctype html><title>Sign in to the Wi-Fi</title>', { status });
}

/** It is done, and the answer is lost. */
export const lost: Fault = async (send) => {
  await (await send()).arrayBuffer();
  throw new TypeError('fetch failed', { cause: new Error('read ECONNRESET') });
};

/** Nobody is there. */
export const unreachable: Fault = async () => {
  throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
};

/** No answer comes, until the caller has had enough. */
export const silent: Fault = (_, { signal }) =>
  new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));

function kindOf(target: string, { method = 'GET', headers }: RequestInit): RequestKind {
  const { searchParams: query } = new URL(target);
  switch (method) {
    case 'HEAD':
      return 'head';
    case 'POST':
      return query.has('uploads') ? 'begin' : 'complete';
    case 'DELETE':
      return query.has('uploadId') ? 'abort' : 'delete';
    case 'PUT':
      if (query.has('partNumber')) return 'part';
      return new Headers(headers).has('x-amz-copy-source') ? 'copy' : 'put';
    default:
      if (query.has('uploads')) return 'uploads';
      if (query.has('uploadId')) return 'parts';
      return query.has('list-type') ? 'list' : 'get';
  }
}
