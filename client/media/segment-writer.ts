import type { MediaTables, Representation, WriteOutcome } from '../data/media-tables.ts';

export const MAX_SEGMENT_BYTES = 8 * 1024 * 1024;

/** Gathers what arrives into segments; holds at most one of them in memory. */
export interface SegmentWriter {
  /** Bytes gathered and not yet written. */
  readonly buffered: () => number;
  /** Bytes of the copy that are written or gathered. */
  readonly length: () => number;
  /** Writes each segment that is full; after an outcome other than `written` nothing more may be added. */
  readonly add: (chunk: Uint8Array<ArrayBuffer>) => Promise<WriteOutcome>;
  /** Writes what is gathered, if anything, as a segment of its own. */
  readonly flush: () => Promise<WriteOutcome>;
}

export function createSegmentWriter(options: {
  readonly tables: MediaTables;
  readonly copy: Representation;
  /** Where the first segment goes: what the copy already has. */
  readonly offset: number;
  readonly asBlobs: boolean;
  readonly maxSegmentBytes?: number;
}): SegmentWriter {
  const { tables, copy, asBlobs, maxSegmentBytes = MAX_SEGMENT_BYTES } = options;
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let buffered = 0;
  let written = options.offset;

  const flush = async (): Promise<WriteOutcome> => {
    if (buffered === 0) return 'written';
    const blob = new Blob(chunks);
    const outcome = await tables.append({ ...copy, offset: written }, asBlobs ? blob : await blob.arrayBuffer());
    if (outcome !== 'written') return outcome;
    written += buffered;
    [chunks, buffered] = [[], 0];
    return outcome;
  };

  return {
    buffered: () => buffered,
    length: () => written + buffered,
    add: async (chunk) => {
      let rest = chunk;
      while (rest.byteLength > 0) {
        const piece = rest.subarray(0, maxSegmentBytes - buffered);
        chunks.push(piece);
        buffered += piece.byteLength;
        rest = rest.subarray(piece.byteLength);
        if (buffered < maxSegmentBytes) continue;
        const outcome = await flush();
        if (outcome !== 'written') return outcome;
      }
      return 'written';
    },
    flush,
  };
}
