import { readRetryAfter } from '../../sync/retry-after.ts';
import type { BlobKey, BlobPlace, Bytes } from './blob-store/blob-store.ts';
import type { IngestDeps } from './ingest-deps.ts';
import type { MediaSource } from './source.ts';

/** Bytes in permanent storage, hashed as they are there. */
export interface FoundBlob {
  readonly key: BlobKey;
  readonly sha256: string;
  readonly bytes: number;
}

/** Why bytes could not be stored; messages are for people. */
export type IngestFailure =
  | { readonly kind: 'transient'; readonly message: string; readonly retryAfterMs?: number | null }
  /** The source says that it does not have them. */
  | { readonly kind: 'gone'; readonly message: string }
  | { readonly kind: 'for_good'; readonly message: string };

export type Fetched =
  | { readonly kind: 'found'; readonly blob: FoundBlob }
  | { readonly kind: 'failed'; readonly failure: IngestFailure };

/** Bytes of one video at most. */
export const MAX_VIDEO_BYTES = 4 * 1024 ** 3;

/**
 * The bytes that an earlier try, killed before it could say so, already stored. They are hashed
 * again before they count.
 */
export async function findBlob(deps: IngestDeps, place: BlobPlace): Promise<Fetched | null> {
  for (const key of await deps.blobs.list(place)) {
    const name = key.slice(key.lastIndexOf('/') + 1);
    if (name === 'poster') continue;
    const { sha256, bytes } = await hashBytes(deps, await deps.blobs.read(key));
    if (sha256 === name) return { kind: 'found', blob: { key, sha256, bytes } };
    await deps.blobs.delete(key);
  }
  return null;
}

/** Reads a stream to its end. */
export async function hashBytes(
  { sha256 }: Pick<IngestDeps, 'sha256'>,
  stream: Bytes | null,
): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = sha256();
  let bytes = 0;
  for await (const chunk of stream ?? []) {
    hash.update(chunk);
    bytes += chunk.byteLength;
  }
  return { sha256: hash.hex(), bytes };
}

/** Streams the bytes from their source into the blob store. */
export async function fetchBlob(
  deps: IngestDeps,
  job: { readonly place: BlobPlace; readonly source: MediaSource; readonly signal: AbortSignal },
): Promise<Fetched> {
  const opened = await open(deps, job.source, job.signal);
  if (opened.kind === 'failed') return opened;
  const { bytes, size } = opened;
  if (size !== null && size > MAX_VIDEO_BYTES) {
    await bytes.cancel();
    return tooLarge();
  }
  const put = await deps.blobs.put(job.place, bytes, MAX_VIDEO_BYTES);
  if (put.kind === 'too_large') return tooLarge();
  if (size !== null && put.bytes !== size) {
    await deps.blobs.delete(put.key);
    return failed({ kind: 'transient', message: `Only ${put.bytes} of ${size} bytes came` });
  }
  return { kind: 'found', blob: put };
}

type Opened =
  | { readonly kind: 'opened'; readonly bytes: Bytes; readonly size: number | null }
  | Extract<Fetched, { kind: 'failed' }>;

async function open({ provider, remote }: IngestDeps, source: MediaSource, signal: AbortSignal): Promise<Opened> {
  switch (source.kind) {
    case 'provider': {
      const output = await provider.openOutput(source.url);
      if (!output) return failed({ kind: 'gone', message: 'The finished film is gone' });
      return { kind: 'opened', bytes: output.read(), size: output.size };
    }
    case 'remote': {
      const reply = await remote(source.url, { signal });
      if (reply.kind === 'refused') return failed({ kind: 'for_good', message: reply.message });
      if (reply.kind === 'unreachable') return failed({ kind: 'transient', message: reply.message });
      if (reply.status === 200 && reply.body) return { kind: 'opened', bytes: reply.body, size: sizeOf(reply.headers) };
      await reply.body?.cancel();
      return failed(refusal(reply.status, readRetryAfter(reply.headers.get('retry-after'), null)));
    }
    default:
      return failed({ kind: 'for_good', message: 'There is nothing to fetch it from' });
  }
}

const GONE = new Set([401, 402, 403, 404, 410, 451]);

function refusal(status: number, retryAfterMs: number | null): IngestFailure {
  const message = `The provider answered ${status}`;
  if (GONE.has(status)) return { kind: 'gone', message };
  return { kind: 'transient', message, retryAfterMs };
}

/** The announced size, where nothing on the way changed it. */
function sizeOf(headers: Headers): number | null {
  const length = headers.get('content-length');
  const coding = headers.get('content-encoding') ?? 'identity';
  return length !== null && /^\d+$/.test(length) && coding === 'identity' ? Number(length) : null;
}

function tooLarge(): Fetched {
  return failed({ kind: 'for_good', message: 'The video is larger than 4 GiB' });
}

function failed(failure: IngestFailure) {
  return { kind: 'failed', failure } as const;
}
