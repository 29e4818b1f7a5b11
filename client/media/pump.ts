import type { WriteOutcome } from '../data/media-tables.ts';
import type { Wait } from './ports.ts';
import type { SegmentWriter } from './segment-writer.ts';

export interface PumpDeps {
  readonly wait: Wait;
  readonly clock: () => number;
  readonly signal: AbortSignal;
  readonly onStep?: () => void;
  readonly pace: { readonly flushMs: number; readonly stallMs: number };
}

export type Pumped =
  /** By its end, an error, silence or the signal; the rest of what was gathered is still to be flushed. */
  | 'ended'
  /** More came than was announced. */
  | 'overflow'
  | Exclude<WriteOutcome, 'written'>;

/** Moves a body into segments, and writes what has arrived in time even where nothing more arrives. */
export async function pump(
  { wait, clock, signal, onStep, pace }: PumpDeps,
  flow: {
    readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
    readonly writer: SegmentWriter;
    readonly total: number;
  },
): Promise<Pumped> {
  const { writer, total } = flow;
  const reader = flow.body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const read = () => reader.read().catch(() => ({ done: true, value: undefined }) as const);

  try {
    let [heardAt, flushedAt] = [clock(), clock()];
    let next = read();
    while (!signal.aborted) {
      onStep?.();
      const stallAt = heardAt + pace.stallMs;
      const wakeAt = writer.buffered() > 0 ? Math.min(stallAt, flushedAt + pace.flushMs) : stallAt;
      const event = await within(next, wakeAt - clock(), wait);
      if (event === 'late') {
        if (clock() >= stallAt) return 'ended';
      } else {
        if (event.value === undefined) return 'ended';
        heardAt = clock();
        if (writer.length() + event.value.byteLength > total) return 'overflow';
        const added = await writer.add(event.value);
        if (added !== 'written') return added;
        next = read();
      }
      if (clock() < flushedAt + pace.flushMs) continue;
      const flushed = await writer.flush();
      if (flushed !== 'written') return flushed;
      flushedAt = clock();
    }
    return 'ended';
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

async function within<T>(promise: Promise<T>, ms: number, wait: Wait): Promise<T | 'late'> {
  const timer = new AbortController();
  const late = wait(Math.max(0, ms), timer.signal).then(() => 'late' as const);
  const first = await Promise.race([promise, late]);
  timer.abort();
  return first;
}
