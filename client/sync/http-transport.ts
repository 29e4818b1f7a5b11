import * as v from 'valibot';
import type { Transport, TransportResult } from '../../sync/ports.ts';
import { SyncReplySchema } from '../../sync/protocol.ts';
import { readRetryAfter } from '../../sync/retry-after.ts';
import { COLUMNS_TYPE, packRequest, unpackReply } from '../../sync/wire.ts';

/** Bodies below this many characters are sent as they are: gzip would not spare a packet. */
const WORTH_COMPRESSING = 1_000;
/** What a body is given to go up on the slowest link that anything goes through, bytes per millisecond. */
const SLOWEST_UPLINK = 8;
/** No page of this protocol comes near; what is larger once inflated is not read to its end. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export interface HttpTransportOptions {
  /** Aborting it ends a request in flight as if nothing had answered. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds of silence after which an exchange counts as not answered: until the first byte
   * and between any two of them. No bound on the whole, or a slow link would never get through.
   */
  readonly silenceMs: number;
  /** Called whenever something was heard. */
  readonly onHeard?: () => void;
  readonly maxReplyBytes?: number;
}

/** Exchanges over `POST /api/sync` of this origin, with the session's cookie. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  return {
    exchange: async (request) => {
      const patience = createPatience(options);
      try {
        const post = async (type: string, message: unknown) => {
          const { headers, body } = await encode(type, message);
          patience.renew(body instanceof Blob ? body.size / SLOWEST_UPLINK : 0);
          const signal = AbortSignal.any([options.signal, patience.signal]);
          // A captive portal answers with a redirect; this server never does.
          return fetch('/api/sync', { method: 'POST', redirect: 'error', signal, headers, body });
        };
        const packed = await post(COLUMNS_TYPE, packRequest(request));
        // A server from before there were columns takes none.
        const response = packed.status === 415 ? await post('application/json', request) : packed;
        patience.renew();
        const body = parse(await readText(response, options, patience.renew));
        const isColumns = response.headers.get('content-type') === COLUMNS_TYPE;
        return interpret(response, isColumns ? unpackReply(body, request) : body);
      } catch {
        return { kind: 'unavailable', status: null, retryAfterMs: null };
      } finally {
        patience.end();
      }
    },
  };
}

interface Patience {
  readonly signal: AbortSignal;
  /** @param extraMs on top of the usual, once */
  readonly renew: (extraMs?: number) => void;
  readonly end: () => void;
}

function createPatience({ silenceMs, onHeard }: HttpTransportOptions): Patience {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    signal: over.signal,
    renew: (extraMs = 0) => {
      onHeard?.();
      clearTimeout(timer);
      timer = setTimeout(() => over.abort(), silenceMs + extraMs);
    },
    end: () => clearTimeout(timer),
  };
}

async function encode(
  type: string,
  message: unknown,
): Promise<{ readonly headers: HeadersInit; readonly body: string | Blob }> {
  const json = JSON.stringify(message);
  const headers = { 'content-type': type, accept: `${COLUMNS_TYPE}, application/json` };
  if (json.length < WORTH_COMPRESSING || !('CompressionStream' in globalThis)) return { headers, body: json };
  const compressed = new Blob([json]).stream().pipeThrough(new CompressionStream('gzip'));
  return { headers: { ...headers, 'content-encoding': 'gzip' }, body: await new Response(compressed).blob() };
}

/** @throws where the body breaks off, falls silent or is larger than any reply */
async function readText(
  response: Response,
  { maxReplyBytes = MAX_REPLY_BYTES }: HttpTransportOptions,
  onChunk: () => void,
): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const chunk = await reader?.read();
    if (!chunk || chunk.done) return text + decoder.decode();
    onChunk();
    bytes += chunk.value.length;
    if (bytes > maxReplyBytes) {
      await reader?.cancel();
      throw new Error('larger than any reply');
    }
    text += decoder.decode(chunk.value, { stream: true });
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const TRANSIENT: ReadonlySet<number> = new Set([408, 425, 429]);

/** Only this protocol's own JSON is a reply; a portal's or a proxy's page under status 200 is not. */
function interpret(response: Response, body: unknown): TransportResult {
  const { status } = response;
  if (status === 200) {
    const reply = v.safeParse(SyncReplySchema, body);
    return reply.success ? { kind: 'reply', reply: reply.output } : { kind: 'unavailable', status, retryAfterMs: null };
  }
  const error = v.safeParse(ErrorSchema, body);
  // A proxy on the way may say it in words of its own; a smaller push gets through. [PUSH-5]
  if (status === 413 && !error.success)
    return { kind: 'refused', status, message: 'The network takes no request of this size' };
  if (!error.success || TRANSIENT.has(status) || status >= 500) {
    return {
      kind: 'unavailable',
      status,
      retryAfterMs: readRetryAfter(response.headers.get('retry-after'), Date.now()),
    };
  }
  if (status === 401) return { kind: 'unauthorized' };
  if (error.output.code === 'identity_changed') return { kind: 'identity_changed' };
  return { kind: 'refused', status, message: error.output.error };
}

const ErrorSchema = v.object({ success: v.literal(false), error: v.string(), code: v.string() });
