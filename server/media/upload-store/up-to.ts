import type { Bytes } from '../blob-store/blob-store.ts';

export interface Incoming {
  /** Ends where the stream breaks off. */
  readonly chunks: () => AsyncGenerator<Uint8Array>;
  /** How it ended; read it after the chunks. */
  readonly end: () => 'kept' | 'broke_off' | 'too_long';
}

/** A stream as it comes, no more than `room` of it, and how it ended. */
export function upTo(room: number, bytes: Bytes): Incoming {
  let end: 'kept' | 'broke_off' | 'too_long' = 'kept';
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let left = room;
    try {
      for await (const chunk of bytes) {
        if (chunk.byteLength > left) end = 'too_long';
        yield chunk.subarray(0, left);
        if (end === 'too_long') return;
        left -= chunk.byteLength;
      }
    } catch {
      if (end === 'kept') end = 'broke_off';
    }
  }
  return { chunks, end: () => end };
}
