import type { CopyReads } from '../data/copy-reads.ts';
import type { CopyRecord, SegmentRecord } from '../data/database.ts';

type Segments = Pick<CopyReads, 'segment' | 'segmentAt' | 'segments'>;

/**
 * Bytes `start` to `end` (inclusive) of a copy, without bringing them into memory: Blobs are joined
 * and cut by reference, buffers are read one segment at a time as the reader asks. Null where a
 * segment is missing.
 */
export async function copyBody(
  tables: Segments,
  { copyId, total }: CopyRecord,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Blob | ReadableStream<Uint8Array<ArrayBuffer>> | null> {
  if (total === 0) return new Blob();
  const head = await tables.segmentAt(copyId, start);
  if (!head) return null;
  if (!(head.data instanceof Blob)) return streamOf(tables, head, { start, end });
  const blobs: Blob[] = [];
  let at = head.offset;
  for (const { offset, data } of await tables.segments(copyId, head.offset, end)) {
    if (offset !== at || !(data instanceof Blob)) return null;
    blobs.push(data);
    at += data.size;
  }
  return at > end ? new Blob(blobs).slice(start - head.offset, end + 1 - head.offset) : null;
}

function streamOf(
  tables: Segments,
  head: SegmentRecord,
  range: { readonly start: number; readonly end: number },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = range.start;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull: async (controller) => {
        if (at > range.end) return controller.close();
        const segment = at === range.start ? head : await tables.segment(head.copyId, at);
        if (!segment) return controller.error(new Error(`the segment at ${at} is gone`));
        const data = segment.data instanceof Blob ? await segment.data.arrayBuffer() : segment.data;
        const piece = new Uint8Array(data).subarray(at - segment.offset, range.end + 1 - segment.offset);
        if (piece.byteLength === 0) return controller.error(new Error(`the segment at ${at} is empty`));
        at += piece.byteLength;
        controller.enqueue(piece);
      },
    },
    { highWaterMark: 0 },
  );
}
