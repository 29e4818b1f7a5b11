import { retryDelay } from '../../sync/backoff.ts';
import type { VideoId } from '../../sync/ids.ts';
import type { ByteReader, FoundBytes } from '../../sync/write-library.ts';
import { hashOf } from '../data/copy-hash.ts';
import type { Fetch, Wait } from './ports.ts';
import { readReply } from './reply.ts';

export interface RemoteDeps {
  readonly fetch: Fetch;
  readonly wait: Wait;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/** Connections that may end in the middle of one video. */
const ATTEMPTS = 5;
/** So long without a byte a connection counts as dead. */
const STALL_MS = 30_000;

/**
 * The bytes of a video from its server, read as they are asked for. A connection that ends on the way
 * is taken up again where it ended; only after several in a row does the reader reject.
 */
export async function remoteBytes(deps: RemoteDeps, id: VideoId): Promise<FoundBytes> {
  const url = `/media/${id}`;
  const response = await deps.fetch(url, { signal: deps.signal }).catch(() => null);
  const reply = response && readReply(response, null);
  if (reply?.kind !== 'whole') {
    await response?.body?.cancel();
    const isAnswered = reply?.kind === 'not_stored' || reply?.kind === 'refused';
    return { kind: 'missing', reason: isAnswered ? 'not_stored' : 'not_here' };
  }
  const { etag, total } = reply;
  const reader = resuming(deps, { url, etag, total, first: response?.body ?? null });
  return { kind: 'bytes', reader, size: total, sha256: hashOf(etag) };
}

type Body = ReadableStream<Uint8Array<ArrayBuffer>>;

function resuming(
  deps: RemoteDeps,
  remote: { readonly url: string; readonly etag: string; readonly total: number; readonly first: Body | null },
): ByteReader {
  const { fetch, wait, random, signal } = deps;
  const { url, etag, total, first } = remote;
  let reader = first?.getReader() ?? null;
  let received = 0;
  let failures = 0;

  const reopen = async (): Promise<void> => {
    await reader?.cancel().catch(() => undefined);
    reader = null;
    failures += 1;
    if (failures >= ATTEMPTS || signal.aborted) throw new Error('the connection to the server was lost');
    await wait(retryDelay({ attempt: failures, retryAfterMs: null, random: random() }), signal);
    const headers = { range: `bytes=${received}-`, 'if-range': etag };
    const response = await fetch(url, { headers, signal }).catch(() => null);
    if (!response || readReply(response, { etag, received, total }).kind !== 'rest') {
      await response?.body?.cancel();
      return;
    }
    reader = response.body?.getReader() ?? null;
  };

  return {
    read: async () => {
      while (received < total) {
        const part = reader && (await patient(reader.read(), wait));
        if (part?.value) {
          received += part.value.byteLength;
          failures = 0;
          return part;
        }
        await reopen();
      }
      return { done: true };
    },
    cancel: async () => {
      await reader?.cancel().catch(() => undefined);
    },
  };
}

/** What was read; null where it failed, or nothing came for too long. */
async function patient<T>(reading: Promise<T>, wait: Wait): Promise<T | null> {
  const read = new AbortController();
  const stalled = wait(STALL_MS, read.signal).then(() => null);
  try {
    return await Promise.race([reading.catch(() => null), stalled]);
  } finally {
    read.abort();
  }
}
