import type { UserId } from '../../sync/ids.ts';
import { createEventParser } from './event-parser.ts';

/** How a stream ended, or why there was none. */
export interface Hangup {
  /** At least one event came over it. */
  readonly heard: boolean;
  /** The server does not take the session for this person's. */
  readonly refused: boolean;
  readonly retryAfterMs: number | null;
}

/**
 * Listens to `GET /api/sync/events` until it ends, breaks, is silent for `silenceMs`, or the signal
 * aborts. By fetch, since an EventSource hides the status and follows redirects. Never rejects.
 */
export async function listen(options: {
  readonly user: UserId;
  readonly signal: AbortSignal;
  readonly silenceMs: number;
  readonly onEvent: (name: string, data: string) => void;
  /** Called for whatever comes, heartbeats too. */
  readonly onSound: () => void;
}): Promise<Hangup> {
  const { user, signal, silenceMs, onEvent, onSound } = options;
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMs);
  let hangup: Hangup = { heard: false, refused: false, retryAfterMs: null };
  const parse = createEventParser((name, data) => {
    hangup = { ...hangup, heard: true };
    onEvent(name, data);
  });
  const stop = AbortSignal.any([signal, silent.signal]);
  try {
    const response = await fetch('/api/sync/events', {
      headers: { accept: 'text/event-stream', 'x-vidfab-user': user },
      cache: 'no-store',
      // A captive portal answers with a redirect or a page of its own; neither is a stream.
      redirect: 'error',
      signal: stop,
    });
    const isStream = response.ok && response.headers.get('content-type')?.startsWith('text/event-stream');
    const reader = response.body?.getReader();
    if (!isStream || !reader) {
      void reader?.cancel();
      const refused = response.status === 401 || response.status === 403;
      return { ...hangup, refused, retryAfterMs: 1_000 * Number(response.headers.get('retry-after')) || null };
    }
    const decoder = new TextDecoder();
    for (let chunk = await reader.read(); !chunk.done && !stop.aborted; chunk = await reader.read()) {
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceMs);
      onSound();
      parse(decoder.decode(chunk.value, { stream: true }));
    }
  } catch {
    // However it broke: what matters is that nothing more will come.
  } finally {
    clearTimeout(timer);
    silent.abort();
  }
  return hangup;
}
