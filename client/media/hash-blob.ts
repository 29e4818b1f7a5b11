import type { Sha256 } from './ports.ts';

/** Small enough that hashing one does not hold up a frame. */
const PIECE_BYTES = 512 * 1024;
const PIECES_AT_ONCE = 4;

/**
 * Hashes a Blob as it is read, through one buffer where the browser can: a gigabyte leaves no garbage.
 * @returns how many bytes there were; null where it cannot be read
 */
export async function hashBlob(blob: Blob, hash: Sha256): Promise<number | null> {
  try {
    const reader = byteReader(blob);
    return await (reader ? readThrough(reader, hash) : readPieces(blob, hash));
  } catch {
    return null;
  }
}

/** Null in browsers whose Blobs are not streams of bytes. */
function byteReader(blob: Blob): ReadableStreamBYOBReader | null {
  try {
    return blob.stream().getReader({ mode: 'byob' });
  } catch {
    return null;
  }
}

async function readThrough(reader: ReadableStreamBYOBReader, hash: Sha256): Promise<number> {
  let buffer = new ArrayBuffer(PIECE_BYTES);
  let length = 0;
  let pieces = 0;
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || value === undefined) return length;
    hash.update(value);
    length += value.byteLength;
    // What is read already comes at once: without a pause many pieces would be one long task.
    if (++pieces % PIECES_AT_ONCE === 0) await new Promise((resolve) => setTimeout(resolve));
    buffer = value.buffer;
  }
}

async function readPieces(blob: Blob, hash: Sha256): Promise<number> {
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
  }
  return blob.size;
}
