import { vi } from 'vitest';

/** A request for the stream, as the server sees it, and what the server makes of it. */
export interface FakeStream {
  /** When it was asked for, by `performance.now`. */
  readonly at: number;
  readonly headers: Headers;
  readonly redirect: RequestRedirect;
  /** Sends text, in pieces of `size` bytes. */
  readonly send: (text: string, size?: number) => void;
  readonly event: (name: string, data: string) => void;
  readonly end: () => void;
  readonly isOpen: () => boolean;
}

export interface FakeEvents {
  /** Every stream that was asked for, in order. */
  readonly streams: readonly FakeStream[];
  readonly open: () => readonly FakeStream[];
  /** What is answered next instead of a stream; an error is no answer. */
  answer: (() => Response | Error) | null;
}

/** Stands in for `GET /api/sync/events` behind this page's fetch; `vi.unstubAllGlobals` ends it. */
export function stubEvents(): FakeEvents {
  const streams: FakeStream[] = [];
  const events: FakeEvents = { streams, open: () => streams.filter((stream) => stream.isOpen()), answer: null };
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path !== '/api/sync/events') throw new Error(`nothing else is asked for: ${path}`);
    const body = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
    const writer = body.writable.getWriter();
    let open = events.answer === null;
    const close = () => {
      open = false;
    };
    writer.closed.catch(close);
    init.signal?.addEventListener('abort', () => {
      close();
      void writer.abort(new DOMException('aborted', 'AbortError'));
    });
    const send = (text: string, size = text.length) => {
      const bytes = new TextEncoder().encode(text);
      for (let at = 0; at < bytes.length; at += size)
        void writer.write(bytes.slice(at, at + size)).catch(() => undefined);
    };
    streams.push({
      at: performance.now(),
      headers: new Headers(init.headers),
      redirect: init.redirect ?? 'follow',
      send,
      event: (name, data) => send(`event: ${name}\ndata: ${data}\n\n`),
      end: () => {
        close();
        void writer.close().catch(() => undefined);
      },
      isOpen: () => open,
    });
    const answer = events.answer?.();
    if (answer instanceof Error) throw answer;
    return answer ?? new Response(body.readable, { headers: { 'content-type': 'text/event-stream' } });
  });
  return events;
}
