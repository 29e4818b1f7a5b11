import { hashOf } from '../data/copy-hash.ts';
import type { CopyRecord, SegmentRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { hashBlob } from './hash-blob.ts';
import type { Sha256 } from './ports.ts';

/**
 * Reads a complete copy back from the disk and compares its hash with the one in its ETag. Bytes
 * that a browser lost or returns empty are as wrong as any other.
 */
export async function isIntact(
  deps: {
    readonly tables: MediaTables;
    readonly sha256: () => Promise<Sha256>;
    readonly signal: AbortSignal;
    readonly onStep?: () => void;
  },
  copy: CopyRecord,
): Promise<boolean | 'stopped'> {
  const hash = await deps.sha256();
  let expected = 0;
  for (const offset of await deps.tables.offsets(copy.copyId)) {
    if (deps.signal.aborted) return 'stopped';
    deps.onStep?.();
    const segment = await deps.tables.segment(copy.copyId, offset);
    if (offset !== expected || !segment || !(await hashSegment(segment, hash))) return false;
    expected += segment.length;
  }
  return expected === copy.total && (await hash.hex()) === hashOf(copy.etag);
}

/** False where the segment is not whole or cannot be read. */
async function hashSegment({ data, length }: SegmentRecord, hash: Sha256): Promise<boolean> {
  const blob = data instanceof Blob ? data : new Blob([data]);
  return blob.size === length && (await hashBlob(blob, hash)) === length;
}
