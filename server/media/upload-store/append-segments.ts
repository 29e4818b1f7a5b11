import { formatUuid } from '../../../sync/ids.ts';
import type { Sha256 } from '../../deps.ts';
import { STAGING } from '../blob-store/staging.ts';
import { inParts } from '../in-parts.ts';
import type { S3Client, S3Deps } from '../s3/client.ts';
import { copyObject } from '../s3/copy.ts';
import { deleteObject, getObject, putObject, putObjectIf } from '../s3/objects.ts';
import { SEGMENT_BYTES, type Segments, segmentKey } from './segments.ts';
import { type Incoming, upTo } from './up-to.ts';
import type { Appended, Checksum, UploadKey, UploadPart } from './upload-store.ts';

export interface AppendDeps extends S3Deps {
  readonly hash: (algorithm: Checksum['algorithm']) => Sha256;
}

interface Target {
  readonly key: UploadKey;
  /** What is there, up to where the part begins. */
  readonly segments: Segments;
  readonly part: UploadPart;
}

/** Writes behind what is there, and is told at each write if somebody else did meanwhile. */
export async function appendSegments(deps: AppendDeps, client: S3Client, target: Target): Promise<Appended['kind']> {
  const { key, segments, part } = target;
  const tail = await openTail(client, segments);
  const incoming = upTo(part.room, part.bytes);
  if (part.checksum !== null) return appendChecked(deps, client, { key, tail, incoming, checksum: part.checksum });
  for await (const segment of inSegments(tail, incoming.chunks())) {
    if (!(await putSegment(client, key, segment))) return 'broke_off';
  }
  return incoming.end();
}

/** Holds a part back, beside the upload, until it is known to be the one that was announced. */
async function appendChecked(
  deps: AppendDeps,
  client: S3Client,
  part: { readonly key: UploadKey; readonly tail: Segment; readonly incoming: Incoming; readonly checksum: Checksum },
): Promise<Appended['kind']> {
  const { key, tail, incoming, checksum } = part;
  const hash = deps.hash(checksum.algorithm);
  async function* hashed() {
    for await (const chunk of incoming.chunks()) {
      hash.update(chunk);
      yield chunk;
    }
  }
  const staged: { readonly name: string; readonly index: number }[] = [];
  let last: Segment | null = null;
  try {
    for await (const segment of inSegments(tail, hashed())) {
      if (last !== null) {
        const name = `${STAGING}${formatUuid(deps.random(16))}`;
        staged.push({ name, index: last.index });
        await putObject(client, name, last.bytes);
      }
      last = segment;
    }
    if (incoming.end() !== 'kept') return incoming.end();
    if (hash.hex() !== checksum.hex) return 'mismatch';
    for (const { name, index } of staged) {
      await copyObject(client, { from: name, to: segmentKey(key, index), bytes: SEGMENT_BYTES });
    }
    return last === null || (await putSegment(client, key, last)) ? 'kept' : 'broke_off';
  } finally {
    for (const { name } of staged) await deleteObject(client, name).catch(() => undefined);
  }
}

interface Segment {
  readonly index: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** ETag of the shorter one that it takes the place of; null where there is none. */
  readonly replaces: string | null;
}

/** The last segment, where it has room; else a new one. */
async function openTail(client: S3Client, { size, keys }: Segments): Promise<Segment> {
  const index = Math.floor(size / SEGMENT_BYTES);
  const key = keys[index];
  if (key === undefined) return { index, bytes: new Uint8Array(), replaces: null };
  const found = await getObject(client, key);
  if (!found) throw new Error('the upload was removed while it was written to');
  const bytes = new Uint8Array(await new Response(found.bytes).arrayBuffer());
  return { index, bytes, replaces: found.etag };
}

/** What is to be written: the tail with what comes, in segments. Nothing where nothing comes. */
async function* inSegments(tail: Segment, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Segment> {
  let { index, replaces } = tail;
  for await (const bytes of inParts(chunks, SEGMENT_BYTES, tail.bytes)) {
    yield { index, bytes, replaces };
    index += 1;
    replaces = null;
  }
}

/** @returns false where it is not any more what it takes the place of: somebody else has the upload */
function putSegment(client: S3Client, key: UploadKey, { index, bytes, replaces }: Segment): Promise<boolean> {
  const condition = replaces === null ? ({ 'if-none-match': '*' } as const) : { 'if-match': replaces };
  return putObjectIf(client, { key: segmentKey(key, index), bytes }, condition);
}
