import { createHash, randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { type BlobStore, type Bytes, videoKey } from '../../server/media/blob-store/blob-store.ts';
import {
  type Checksum,
  type UploadKey,
  type UploadPart,
  type UploadStore,
  uploadKey,
} from '../../server/media/upload-store/upload-store.ts';
import { UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';

const MiB = 1024 * 1024;
const ALICE = v.parse(UserIdSchema, 'alice');

export interface UploadStoreWorld {
  /** Where finished uploads are found. */
  readonly blobs: BlobStore;
  readonly uploads: UploadStore;
  /** The same store as another process opens it. */
  readonly reopen: () => UploadStore;
}

/** What every upload store must do. */
export function testUploadStore(name: string, open: () => Promise<UploadStoreWorld>): void {
  let world: UploadStoreWorld;
  let uploads: UploadStore;
  let key: UploadKey;
  beforeEach(async () => {
    world = await open();
    ({ uploads } = world);
    key = newKey();
  });

  const append = (part: Partial<UploadPart> & Pick<UploadPart, 'bytes'>) =>
    uploads.append(key, { offset: 0, room: 100 * MiB, checksum: null, ...part });

  describe(`${name} as an upload store`, () => {
    test('what was never begun has no bytes, and deleting it is harmless', async () => {
      expect([await uploads.size(key), await uploads.read(key)]).toEqual([0, null]);
      await uploads.delete(key);
    });

    test.each([
      ['small ones', [1, 1000, 17]],
      ['some larger than a part of a bucket', [9 * MiB, 300_000, 17 * MiB + 3, 1]],
      ['one', [5 * MiB]],
    ])('keeps parts in order, %s', async (_, sizes) => {
      const parts = sizes.map((size) => randomBytes(size));
      let offset = 0;
      for (const part of parts) {
        const size = offset + part.length;
        expect(await append({ offset, bytes: inChunks(part) })).toEqual({ kind: 'kept', size });
        expect([await uploads.size(key), await world.reopen().size(key)]).toEqual([size, size]);
        offset = size;
      }
      expect((await read(uploads, key)).equals(Buffer.concat(parts))).toBe(true);
    });

    test('gives any part, both ends included', async () => {
      const bytes = randomBytes(9 * MiB);
      await append({ bytes: inChunks(bytes.subarray(0, 3 * MiB)) });
      await append({ offset: 3 * MiB, bytes: inChunks(bytes.subarray(3 * MiB)) });
      for (const [start, end] of [
        [0, 0],
        [3 * MiB - 1, 3 * MiB],
        [MiB, 8 * MiB],
        [bytes.length - 1, bytes.length - 1],
      ] as const) {
        expect((await read(uploads, key, { start, end })).equals(bytes.subarray(start, end + 1))).toBe(true);
      }
    });

    test('an empty part changes nothing', async () => {
      expect(await append({ bytes: inChunks(Buffer.alloc(0)) })).toEqual({ kind: 'kept', size: 0 });
      await append({ bytes: inChunks(randomBytes(10)) });
      expect(await append({ offset: 10, bytes: inChunks(Buffer.alloc(0)) })).toEqual({ kind: 'kept', size: 10 });
    });

    test.each([0, 5, 11, 10_000])('of 10 bytes, a part at %i is refused unread', async (offset) => {
      const bytes = randomBytes(10);
      await append({ bytes: inChunks(bytes) });
      let isCancelled = false;
      const unread: Bytes = new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(5)),
        cancel: () => {
          isCancelled = true;
        },
      });
      expect(await append({ offset, bytes: unread })).toEqual({ kind: 'elsewhere', size: 10 });
      expect(isCancelled).toBe(true);
      expect((await read(uploads, key)).equals(bytes)).toBe(true);
    });

    test.each([1000, 9 * MiB])('keeps what came of a part that broke off after %i bytes, and goes on', async (size) => {
      const bytes = randomBytes(size + 500);
      expect(await append({ bytes: breaking(bytes.subarray(0, size)) })).toEqual({ kind: 'broke_off', size });
      expect([await uploads.size(key), await world.reopen().size(key)]).toEqual([size, size]);
      const rest = inChunks(bytes.subarray(size));
      expect(await append({ offset: size, bytes: rest })).toEqual({ kind: 'kept', size: bytes.length });
      expect((await read(uploads, key)).equals(bytes)).toBe(true);
    });

    test.each([0, 100, 9 * MiB])('never keeps more than there is room for: %i', async (room) => {
      const bytes = randomBytes(room + 1);
      const { kind, size } = await append({ bytes: inChunks(bytes), room });
      expect(kind).toBe('too_long');
      expect(size).toBeLessThanOrEqual(room);
      expect(await uploads.size(key)).toBe(size);
    });

    test.each(['sha1', 'sha256'] as const)('a part with its %s is kept', async (algorithm) => {
      const [first, second] = [randomBytes(9 * MiB), randomBytes(100)];
      const checksum = checksumOf(first, algorithm);
      expect(await append({ bytes: inChunks(first), checksum })).toEqual({ kind: 'kept', size: 9 * MiB });
      const next = { offset: 9 * MiB, bytes: inChunks(second), checksum: checksumOf(second, algorithm) };
      expect(await append(next)).toMatchObject({ kind: 'kept' });
      expect((await read(uploads, key)).equals(Buffer.concat([first, second]))).toBe(true);
    });

    test.each([100, 9 * MiB])('nothing is kept of %i bytes with another checksum', async (size) => {
      const before = randomBytes(50);
      await append({ bytes: inChunks(before) });
      const part = {
        offset: 50,
        bytes: inChunks(randomBytes(size)),
        checksum: checksumOf(randomBytes(size), 'sha256'),
      };
      expect(await append(part)).toEqual({ kind: 'mismatch', size: 50 });
      expect(await world.reopen().size(key)).toBe(50);
      expect((await read(uploads, key)).equals(before)).toBe(true);
    });

    test('nothing is kept of a part with a checksum that breaks off or is too long', async () => {
      const bytes = randomBytes(9 * MiB);
      const checksum = checksumOf(bytes, 'sha1');
      const broken = { bytes: breaking(bytes.subarray(0, 8.5 * MiB)), checksum };
      expect(await append(broken)).toEqual({ kind: 'broke_off', size: 0 });
      const long = { bytes: inChunks(bytes), checksum, room: bytes.length - 1 };
      expect(await append(long)).toEqual({ kind: 'too_long', size: 0 });
      expect([await uploads.size(key), await world.reopen().size(key)]).toEqual([0, 0]);
      expect(await append({ bytes: inChunks(bytes), checksum })).toEqual({ kind: 'kept', size: bytes.length });
    });

    test('whatever comes in whatever order: what is kept is the beginning of the file', async () => {
      const file = randomBytes(5_000);
      const act = fc.record({
        at: fc.oneof({ weight: 4, arbitrary: fc.constant('end' as const) }, fc.nat(5_000)),
        length: fc.nat(1_500),
        breaks: fc.boolean(),
        checksum: fc.constantFrom('none', 'right', 'wrong'),
        room: fc.oneof({ weight: 4, arbitrary: fc.constant(5_000) }, fc.nat(1_500)),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 12 }), async (acts) => {
          key = newKey();
          let size = 0;
          for (const { at, length, breaks, checksum, room } of acts) {
            const offset = at === 'end' ? size : at;
            const part = file.subarray(offset, offset + length);
            const announced = { none: null, right: checksumOf(part, 'sha1'), wrong: checksumOf(file, 'sha1') }[
              checksum
            ];
            const bytes = breaks ? breaking(part) : inChunks(part);
            const before = size;
            const { kind, size: told } = await append({ offset, bytes, room, checksum: announced });
            expect({ offset, before, kind }).toMatchObject(offset === before ? {} : { kind: 'elsewhere' });
            if (kind === 'kept' || (kind === 'broke_off' && announced === null)) size += Math.min(part.length, room);
            else if (kind === 'too_long' && announced === null) size = Math.min(told, before + room);
            expect({ kind, told }).toEqual({ kind, told: size });
            if (kind === 'kept') expect([part.length <= room, breaks && part.length > 0]).toEqual([true, false]);
            expect(await world.reopen().size(key)).toBe(size);
          }
          const kept = size === 0 ? Buffer.alloc(0) : await read(uploads, key);
          expect(kept.equals(file.subarray(0, size))).toBe(true);
        }),
        { numRuns: 40 },
      );
    });

    test('takes a stream as it comes, without holding it', async () => {
      let ahead = 0;
      let [given, asked] = [0, 0];
      const bytes: Bytes = new ReadableStream(
        {
          pull: (controller) => {
            if (given === 64) return controller.close();
            given++;
            controller.enqueue(new Uint8Array(MiB));
            ahead = Math.max(ahead, given - asked);
          },
        },
        { highWaterMark: 0 },
      );
      const counted = bytes.pipeThrough(
        new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
          transform: (chunk, controller) => {
            asked++;
            controller.enqueue(chunk);
          },
        }),
      );
      expect(await append({ bytes: counted })).toEqual({ kind: 'kept', size: 64 * MiB });
      expect(ahead).toBeLessThan(4);
    });

    test('finishes into a blob, once however often it is asked', async () => {
      const bytes = randomBytes(9 * MiB);
      await append({ bytes: inChunks(bytes.subarray(0, 6 * MiB)) });
      await append({ offset: 6 * MiB, bytes: inChunks(bytes.subarray(6 * MiB)) });
      const to = blobKeyOf(bytes);
      expect(await uploads.finish(key, to)).toBe('finished');
      expect(await uploads.finish(key, to)).toBe('finished');
      expect([await uploads.size(key), await world.blobs.size(to)]).toEqual([0, bytes.length]);
      const blob = Buffer.from(await new Response(await world.blobs.read(to)).arrayBuffer());
      expect(blob.equals(bytes)).toBe(true);
    });

    test('of two that hold the same both finish into the one blob', async () => {
      const bytes = randomBytes(MiB);
      const to = blobKeyOf(bytes);
      await append({ bytes: inChunks(bytes) });
      expect(await uploads.finish(key, to)).toBe('finished');
      key = newKey();
      await append({ bytes: inChunks(bytes) });
      expect(await uploads.finish(key, to)).toBe('finished');
      expect([await uploads.size(key), await world.blobs.size(to)]).toEqual([0, bytes.length]);
    });

    test('what is not there cannot be finished', async () => {
      expect(await uploads.finish(key, blobKeyOf(randomBytes(10)))).toBe('missing');
    });

    test('deletes one upload and not its neighbours', async () => {
      await append({ bytes: inChunks(randomBytes(9 * MiB)) });
      const other = newKey();
      await uploads.append(other, { offset: 0, bytes: inChunks(randomBytes(10)), room: 10, checksum: null });
      await uploads.delete(key);
      expect([await uploads.size(key), await uploads.size(other)]).toEqual([0, 10]);
      expect(await append({ bytes: inChunks(randomBytes(7)) })).toEqual({ kind: 'kept', size: 7 });
    });

    test('lists what has bytes, with when they came', async () => {
      await append({ bytes: inChunks(randomBytes(10)) });
      const gone = newKey();
      await uploads.append(gone, { offset: 0, bytes: inChunks(randomBytes(10)), room: 10, checksum: null });
      await uploads.delete(gone);
      const listed = await uploads.list();
      expect(listed).toEqual([{ key, touchedAt: expect.any(Number) }]);
      expect(Math.abs((listed[0]?.touchedAt ?? 0) - Date.now())).toBeLessThan(60_000);
    });
  });
}

function newKey(): UploadKey {
  return uploadKey({ user: ALICE, id: uuidv7(Date.now(), randomBytes(10)) });
}

function blobKeyOf(bytes: Buffer) {
  const video = v.parse(VideoIdSchema, uuidv7(0, new Uint8Array(10)));
  return videoKey({ user: ALICE, video }, createHash('sha256').update(bytes).digest('hex'));
}

function checksumOf(bytes: Buffer, algorithm: Checksum['algorithm']): Checksum {
  return { algorithm, hex: createHash(algorithm).update(bytes).digest('hex') };
}

/** Bytes as a network delivers them: in pieces of no particular size. */
function inChunks(bytes: Buffer): Bytes {
  return new ReadableStream({ pull: piecesOf(bytes, (controller) => controller.close()) });
}

function breaking(bytes: Buffer): Bytes {
  return new ReadableStream({ pull: piecesOf(bytes, (controller) => controller.error(new Error('broken link'))) });
}

type Controller = ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;

function piecesOf(bytes: Buffer, end: (controller: Controller) => void) {
  let offset = 0;
  return (controller: Controller) => {
    if (offset >= bytes.length) return end(controller);
    const chunk = bytes.subarray(offset, offset + 77_777);
    offset += chunk.length;
    controller.enqueue(new Uint8Array(chunk));
  };
}

async function read(uploads: UploadStore, key: UploadKey, range?: { start: number; end: number }): Promise<Buffer> {
  const stream = await uploads.read(key, range);
  if (!stream) throw new Error('there is nothing');
  return Buffer.from(await new Response(stream).arrayBuffer());
}
