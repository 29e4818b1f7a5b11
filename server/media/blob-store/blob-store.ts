import * as v from 'valibot';
import type { UserId, VideoId } from '../../../sync/ids.ts';

/** Permanent storage of bytes; a key's bytes never change. */
export interface BlobStore {
  /**
   * Reads a stream to its end, with flat memory, and keeps it under the hash of what it held. Where
   * it rejects or is too large nothing is kept; it rejects with what the stream rejects with.
   */
  readonly put: (place: BlobPlace, bytes: Bytes, maxBytes: number) => Promise<PutResult>;
  /** Keeps bytes that are in memory anyway; `exists` where the key had some already. */
  readonly putSmall: (key: BlobKey, bytes: Uint8Array<ArrayBuffer>) => Promise<'stored' | 'exists'>;
  /** The bytes, or a part of them that lies inside; null where there are none. */
  readonly read: (key: BlobKey, range?: ByteRange) => Promise<Bytes | null>;
  /** Bytes under a key; null where there are none. */
  readonly size: (key: BlobKey) => Promise<number | null>;
  /** Harmless where there is nothing. */
  readonly delete: (key: BlobKey) => Promise<void>;
  /** Every key of a video. */
  readonly list: (place: BlobPlace) => Promise<readonly BlobKey[]>;
  /** All that the store holds, in no order; what others keep in the same place is left out. */
  readonly entries: () => AsyncIterable<BlobEntry>;
  /** Rejects while the store cannot be used. */
  readonly check: () => Promise<void>;
}

export type Bytes = ReadableStream<Uint8Array<ArrayBuffer>>;

/** Both ends belong to it. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** Whose bytes they are. */
export interface BlobPlace {
  readonly user: UserId;
  readonly video: VideoId;
}

export interface BlobEntry {
  /** Null for what a transfer has staged and not yet, or never, finished. */
  readonly key: BlobKey | null;
  /** For people. */
  readonly name: string;
  /** Zero where the store does not say. */
  readonly bytes: number;
  /** When it was last written, as far as the store says; milliseconds since 1970. */
  readonly writtenAt: number;
  readonly remove: () => Promise<void>;
}

export type PutResult =
  | { readonly kind: 'stored'; readonly key: BlobKey; readonly sha256: string; readonly bytes: number }
  | { readonly kind: 'too_large' };

/**
 * `user/video/<sha256>`, `user/video/poster` or `user/generation/submitted`. No part of it can leave
 * the store's own directory.
 */
export const BlobKeySchema = v.pipe(
  v.string(),
  v.regex(/^[\w-]{1,64}\/[0-9a-f-]{36}\/(?:[0-9a-f]{64}|poster|submitted)$/, 'must be a blob key'),
  v.brand('BlobKey'),
);
export type BlobKey = v.InferOutput<typeof BlobKeySchema>;

export function videoKey({ user, video }: BlobPlace, sha256: string): BlobKey {
  return v.parse(BlobKeySchema, `${user}/${video}/${sha256}`);
}

export function posterKey({ user, video }: BlobPlace): BlobKey {
  return v.parse(BlobKeySchema, `${user}/${video}/poster`);
}
