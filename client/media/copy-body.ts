import type { CopyReads } from '../data/copy-reads.ts';
import type { CopyRecord, SegmentRecord } from '../data/database.ts';

type Segments = Pick<CopyReads, 'offsets' | 'segment'>;

/**
 * Bytes `start` to `end` (inclusive) of a copy, without bringing them into memory: Blobs are joined
 * and cut by reference, buffers are read one segment at a time as the reader asks. Null where a
 * segment is missing.
 */
export async function copyBody(
  tables: Segments,
  copy: CopyRecord,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Blob | ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  const offsets = await tables.offsets(copy.copyId);
  const first = offsets.findLastIndex((offset) => offset <= start);
  const after = offsets.findIndex((offset) => offset > end);
  const needed = offsets.slice(Math.max(0, first), after < 0 ? undefined : after);
  const [base, ...others] = needed;
  if (copy.total === 0) return new Blob();
  if (base === undefined || base > start) return null;

  const head = await tables.segment(copy.copyId, base);
  if (!(head?.data instanceof Blob)) return head ? streamOf(tables, copy.copyId, { needed, start, end }) : null;
  const rest = await Promise.all(others.map((offset) => tables.segment(copy.copyId, offset)));
  const joined = new Blob([head, ...rest].flatMap((segment) => (segment ? [segment.data] : [])));
  const whole = joined.size >= end + 1 - base && isSeamless(needed, [head, ...rest]);
  return whole ? joined.slice(start - base, end + 1 - base) : null;
}

function isSeamless(offsets: readonly number[], segments: readonly (SegmentRecord | undefined)[]): boolean {
  return segments.every((segment, index) => {
    const next = offsets[index + 1];
    return segment !== undefined && (next === undefined || segment.offset + segment.length === next);
  });
}

function streamOf(
  tables: Segments,
  copyId: string,
  range: { readonly needed: readonly number[]; readonly start: number; readonly end: number },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const offsets = range.needed.values();
  let at = range.start;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        const { value: offset, done } = offsets.next();
        if (done && at > range.end) return controller.close();
        const segment = offset !== undefined && offset <= at ? await tables.segment(copyId, offset) : undefined;
        if (!segment) return controller.error(new Error(`the segment at ${at} is gone`));
        const data = segment.data instanceof Blob ? await segment.data.arrayBuffer() : segment.data;
        const piece = new Uint8Array(data).subarray(at - segment.offset, range.end + 1 - segment.offset);
        at += piece.byteLength;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
}
