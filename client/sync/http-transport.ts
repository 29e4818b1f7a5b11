import * as v from 'valibot';
import type { Transport, TransportResult } from '../../sync/ports.ts';
import { SyncReplySchema, type SyncRequest } from '../../sync/protocol.ts';

/** Bodies below this many characters are sent as they are: gzip would not spare a packet. */
const WORTH_COMPRESSING = 1_000;

export interface HttpTransportOptions {
  /** Aborting it ends a request in flight as if nothing had answered. */
  readonly signal: AbortSignal;
  /** Milliseconds until an exchange counts as not answered. */
  readonly timeoutMs: number;
}

/** Exchanges over `POST /api/sync` of this origin, with the session's cookie. */
export function createHttpTransport({ signal, timeoutMs }: HttpTransportOptions): Transport {
  return {
    exchange: async (request) => {
      try {
        const response = await fetch('/api/sync', {
          method: 'POST',
          // A captive portal answers with a redirect; this server never does.
          redirect: 'error',
          signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          ...(await encode(request)),
        });
        return await interpret(response);
      } catch {
        return { kind: 'unavailable', status: null, retryAfterMs: null };
      }
    },
  };
}

async function encode(request: SyncRequest): Promise<{ readonly headers: HeadersInit; readonly body: BodyInit }> {
  const json = JSON.stringify(request);
  const headers = { 'content-type': 'application/json' };
  if (json.length < WORTH_COMPRESSING) return { headers, body: json };
  const compressed = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'));
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: await new Response(compressed).blob() };
}

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);

/** Only this protocol's own JSON is a reply; a portal's or a proxy's page under status 200 is not. */
async function interpret(response: Response): Promise<TransportResult> {
  const { status } = response;
  const body: unknown = await response.json().catch(() => undefined);
  if (status === 200) {
    const reply = v.safeParse(SyncReplySchema, body);
    return reply.success ? { kind: 'reply', reply: reply.output } : { kind: 'unavailable', status, retryAfterMs: null };
  }
  const error = v.safeParse(ErrorSchema, body);
  if (!error.success || TRANSIENT.has(status) || status >= 500) {
    return { kind: 'unavailable', status, retryAfterMs: retryAfterMs(response) };
  }
  if (status === 401) return { kind: 'unauthorized' };
  if (error.output.code === 'identity_changed') return { kind: 'identity_changed' };
  return { kind: 'refused', status, message: error.output.error };
}

const ErrorSchema = v.object({ success: v.literal(false), error: v.string(), code: v.string() });

function retryAfterMs(response: Response): number | null {
  const value = response.headers.get('retry-after');
  if (value === null) return null;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
