import type { Sha256 } from '../../deps.ts';
import { inParts } from '../in-parts.ts';
import { type BlobKey, type BlobPlace, type Bytes, type PutResult, videoKey } from './blob-store.ts';

/** Bytes on their way into a store that cannot rename, under a name of their own. */
export interface StagedBytes {
  /** May return before the part is there: the next call then waits for it, and until then it stays as it is. */
  readonly add: (part: Uint8Array<ArrayBuffer>) => Promise<void>;
  /** Gives all that was added its key. */
  readonly keep: (key: BlobKey) => Promise<void>;
  /** Frees what was added, as far as that can be done. */
  readonly discard: () => Promise<void>;
}

/** `BlobStore.put` of an object store: what fits in a part goes to its key at once, the rest by way of staging. */
export async function putInParts(
  store: {
    readonly partBytes: number;
    readonly sha256: () => Sha256;
    readonly putWhole: (key: BlobKey, bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>;
    readonly stage: () => Promise<StagedBytes>;
  },
  blob: { readonly place: BlobPlace; readonly bytes: Bytes; readonly maxBytes: number },
): Promise<PutResult> {
  const hash = store.sha256();
  let size = 0;
  let small: Uint8Array<ArrayBuffer> | null = new Uint8Array();
  let staged: StagedBytes | null = null;
  try {
    for await (const part of inParts(blob.bytes, store.partBytes)) {
      size += part.byteLength;
      if (size > blob.maxBytes) {
        await staged?.discard();
        return { kind: 'too_large' };
      }
      hash.update(part);
      small = size < store.partBytes ? part : null;
      if (small !== null) continue;
      staged ??= await store.stage();
      await staged.add(part);
    }
    const sha256 = hash.hex();
    const key = videoKey(blob.place, sha256);
    if (small !== null) await store.putWhole(key, small);
    else await staged?.keep(key);
    return { kind: 'stored', key, sha256, bytes: size };
  } catch (error) {
    await staged?.discard();
    throw error;
  }
}
