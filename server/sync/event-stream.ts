/** The body of one reply that stays open: server-sent events, as far as its reader keeps up. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Sends `text` once the reader takes it; instead of what still waits under the same key. */
  readonly send: (key: string, text: string) => void;
  /** Whether something waits under the key: the reader has not taken it yet. */
  readonly isWaiting: (key: string) => boolean;
  readonly end: () => void;
}

/**
 * Only the newest of each key is kept for a slow reader, so that none of them costs more memory than
 * another.
 * @param onEnd called once: the reader went away, or `end` was called
 */
export function createEventStream(onEnd: () => void): EventStream {
  const waiting = new Map<string, string>();
  const encoder = new TextEncoder();
  let controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | null = null;

  const flush = () => {
    if (controller === null || waiting.size === 0 || (controller.desiredSize ?? 0) <= 0) return;
    const text = [...waiting.values()].join('');
    waiting.clear();
    controller.enqueue(encoder.encode(text));
  };
  const close = () => {
    const open = controller;
    controller = null;
    if (open) onEnd();
    return open;
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (made) => {
      controller = made;
    },
    pull: flush,
    cancel: () => void close(),
  });

  return {
    body,
    send: (key, text) => {
      waiting.delete(key);
      waiting.set(key, text);
      flush();
    },
    isWaiting: (key) => waiting.has(key),
    end: () => close()?.close(),
  };
}
