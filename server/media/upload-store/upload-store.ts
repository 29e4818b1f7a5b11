import * as v from 'valibot';
import type { UserId } from '../../../sync/ids.ts';
import type { BlobKey, ByteRange, Bytes } from '../blob-store/blob-store.ts';

/**
 * Bytes that arrive in parts until they are whole. What it has durably kept is the only truth about
 * how far an upload is: nobody writes that down a second time. There is no making of an empty one: an
 * upload whose first byte has not come is the same as one that was never begun. Who appends has to be
 * the only one who does; several processes agree on that elsewhere.
 */
export interface UploadStore {
  /** Bytes that are durably kept: whatever happens now, they are read back. 0 where there are none. */
  readonly size: (key: UploadKey) => Promise<number>;
  /**
   * Reads a stream to its end, with flat memory, and keeps it behind what is there. It keeps what
   * came before the stream broke or the process was killed. Where a checksum is announced it keeps
   * all of a part that matches and nothing of one that does not, or that broke.
   */
  readonly append: (key: UploadKey, part: UploadPart) => Promise<Appended>;
  /** The bytes, or a part of them that lies inside; null where there are none. */
  readonly read: (key: UploadKey, range?: ByteRange) => Promise<Bytes | null>;
  /**
   * Moves the bytes to a blob's key: nobody ever sees half of them there. Run again after it was
   * killed it finds done what was done; `missing` where they are neither here nor there.
   */
  readonly finish: (key: UploadKey, to: BlobKey) => Promise<'finished' | 'missing'>;
  /** Harmless where there is nothing. */
  readonly delete: (key: UploadKey) => Promise<void>;
  /** Every upload that has bytes. */
  readonly list: () => Promise<readonly StoredUpload[]>;
}

export interface UploadPart {
  /** Where it belongs; anything but the present size is refused. */
  readonly offset: number;
  /** Cancelled where it is not read to its end. */
  readonly bytes: Bytes;
  /** Bytes of it that may be kept. */
  readonly room: number;
  readonly checksum: Checksum | null;
}

export interface Checksum {
  readonly algorithm: 'sha1' | 'sha256';
  /** Of exactly the bytes of this part, in lower-case hex. */
  readonly hex: string;
}

/** How it went, with the durable size after it. It rejects where the store itself fails. */
export interface Appended {
  readonly kind:
    | 'kept'
    /** The stream rejected before its end. */
    | 'broke_off'
    /** More came than there was room for. */
    | 'too_long'
    /** The checksum is another one. */
    | 'mismatch'
    /** `offset` is not the size; nothing was read. */
    | 'elsewhere'
    /** The store's disk is full. */
    | 'no_space';
  readonly size: number;
}

export interface StoredUpload {
  readonly key: UploadKey;
  /** When bytes last came, in milliseconds since 1970. */
  readonly touchedAt: number;
}

/** `user/upload`. No part of it can leave the store's own directory. */
export const UploadKeySchema = v.pipe(
  v.string(),
  v.regex(/^[\w-]{1,64}\/[0-9a-f-]{36}$/, 'must be an upload key'),
  v.brand('UploadKey'),
);
export type UploadKey = v.InferOutput<typeof UploadKeySchema>;

export function uploadKey({ user, id }: { readonly user: UserId; readonly id: string }): UploadKey {
  return v.parse(UploadKeySchema, `${user}/${id}`);
}
