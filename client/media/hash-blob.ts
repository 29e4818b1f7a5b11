import type { Sha256 } from './ports.ts';

/** Small enough that hashing one does not hold up a frame, on a slow phone either. */
const PIECE_BYTES = 512 * 1024;
/** So long at a stretch at most, and a piece. */
const STRETCH_MS = 8;

/**
 * Hashes a Blob as it is read, through one buffer where the browser can: a gigabyte leaves no garbage.
 * @returns how many bytes there were; null where it cannot be read
 */
export async function hashBlob(blob: Blob, hash: Sha256): Promise<number | null> {
  try {
    const reader = byteReader(blob);
    return await (reader ? held(reader, () => readThrough(reader, hash)) : readPieces(blob, hash));
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

/**
 * Chromium collects the reader of a Blob in the middle of a read, as nothing else holds on to it, and the
 * read then never ends (WebKit did the same: WebKit/WebKit#54097). A timer holds on to what it is given.
 */
async function held<T>(reader: ReadableStreamBYOBReader, read: () => Promise<T>): Promise<T> {
  const hold = setInterval(() => undefined, 60_000, reader);
  try {
    return await read();
  } finally {
    clearInterval(hold);
  }
}

async function readThrough(reader: ReadableStreamBYOBReader, hash: Sha256): Promise<number> {
  let buffer = new ArrayBuffer(PIECE_BYTES);
  let length = 0;
  let since = performance.now();
  for (;;) {
    const { done, value } = await reader.read(new Uint8Array(buffer));
    if (done || value === undefined) return length;
    hash.update(value);
    length += value.byteLength;
    // What is read already comes at once: without a pause many pieces would be one long task.
    if (performance.now() - since > STRETCH_MS) {
      await breathe();
      since = performance.now();
    }
    buffer = value.buffer;
  }
}

/** Ends the task. A timer would do it as well, but nested ones wait 4 ms each, and a second in a page that nobody looks at. */
function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

async function readPieces(blob: Blob, hash: Sha256): Promise<number> {
  for (let at = 0; at < blob.size; at += PIECE_BYTES) {
    hash.update(new Uint8Array(await blob.slice(at, at + PIECE_BYTES).arrayBuffer()));
  }
  return blob.size;
}
