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
  let segment: Uint8Array<ArrayBuffer> | null = null;
  let buffered = 0;
  let written = options.offset;

  const flush = async (): Promise<WriteOutcome> => {
    if (segment === null) return 'written';
    const data = segment.subarray(0, buffered);
    const at = { ...copy, offset: written };
    const outcome = await tables.append(at, asBlobs ? new Blob([data]) : data.slice().buffer);
    if (outcome !== 'written') return outcome;
    written += buffered;
    [segment, buffered] = [null, 0];
    return outcome;
  };

  return {
    buffered: () => buffered,
    length: () => written + buffered,
    add: async (chunk) => {
      for (let at = 0; at < chunk.byteLength; ) {
        segment ??= new Uint8Array(WEIGHT * maxSegmentBytes);
        const piece = chunk.subarray(at, at + maxSegmentBytes - buffered);
        segment.set(piece, buffered);
        buffered += piece.byteLength;
        at += piece.byteLength;
        if (buffered < maxSegmentBytes) continue;
        const outcome = await flush();
        if (outcome !== 'written') return outcome;
      }
      return 'written';
    },
    flush,
  };
}

/**
 * Chromium keeps the bytes of a Blob in memory until its collector takes the Blob, and the collector knows
 * nothing of what a Blob weighs: a gigabyte of segments stayed there. So each is gathered in a buffer of
 * its own that weighs more on the collector's scales; what is never written of it takes no memory.
 */
const WEIGHT = 4;
