import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { type BlobStore, type Bytes, posterKey, videoKey } from '../../server/media/blob-store/blob-store.ts';
import { UserIdSchema, uuidv7, VideoIdSchema } from '../../sync/ids.ts';

const MiB = 1024 * 1024;
const LIMIT = 100 * MiB;

/** What every blob store must do. */
export function testBlobStore(name: string, open: () => Promise<BlobStore>): void {
  const user = v.parse(UserIdSchema, 'alice');
  let blobs: BlobStore;
  let place: { user: typeof user; video: ReturnType<typeof newVideo> };
  beforeEach(async () => {
    blobs = await open();
    place = { user, video: newVideo() };
  });

  describe(`${name} as a blob store`, () => {
    test.each([
      ['nothing', 0],
      ['one byte', 1],
      ['less than a part', MiB],
      ['a part less one byte', 8 * MiB - 1],
      ['a part exactly', 8 * MiB],
      ['a part and a byte', 8 * MiB + 1],
      ['two parts exactly', 16 * MiB],
      ['several parts and a rest', 17 * MiB + 3],
    ])('keeps %s under its hash, and gives it back', async (_, size) => {
      const bytes = randomBytes(size);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const key = videoKey(place, sha256);
      expect(await blobs.put(place, inChunks(bytes), LIMIT)).toEqual({ kind: 'stored', key, sha256, bytes: size });
      expect(await blobs.size(key)).toBe(size);
      expect((await read(blobs, key)).equals(bytes)).toBe(true);
      expect(await blobs.list(place)).toEqual([key]);
    });

    test.each([3 * MiB, 16 * MiB + 5])('gives any part of %i bytes, both ends included', async (size) => {
      const bytes = randomBytes(size);
      const put = await blobs.put(place, inChunks(bytes), LIMIT);
      if (put.kind !== 'stored') throw new Error('not stored');
      for (const [start, end] of [
        [0, 0],
        [0, bytes.length - 1],
        [1, bytes.length - 1],
        [0, bytes.length - 2],
        [MiB - 1, MiB + 1],
        [Math.min(8 * MiB, size) - 1, Math.min(8 * MiB, size - 1)],
        [bytes.length - 1, bytes.length - 1],
      ] as const) {
        const part = await read(blobs, put.key, { start, end });
        expect({ start, end, right: part.equals(bytes.subarray(start, end + 1)) }).toEqual({ start, end, right: true });
      }
    });

    test('the same bytes twice are one blob', async () => {
      const bytes = randomBytes(9 * MiB);
      const first = await blobs.put(place, inChunks(bytes), LIMIT);
      expect(await blobs.put(place, inChunks(bytes), LIMIT)).toEqual(first);
      expect(await blobs.list(place)).toHaveLength(1);
    });

    test.each([1, MiB, 8 * MiB, 9 * MiB, 25 * MiB])('keeps nothing of %i bytes over the limit', async (size) => {
      expect(await blobs.put(place, inChunks(randomBytes(size)), size - 1)).toEqual({ kind: 'too_large' });
      expect(await blobs.list(place)).toEqual([]);
      expect(await staged(blobs)).toEqual([]);
      expect(await blobs.put(place, inChunks(randomBytes(size)), size)).toMatchObject({ kind: 'stored' });
    });

    test('reads no more than a part past the limit', async () => {
      let given = 0;
      const endless: Bytes = new ReadableStream({
        pull: (controller) => {
          given += MiB;
          controller.enqueue(new Uint8Array(MiB));
        },
      });
      expect(await blobs.put(place, endless, 10 * MiB)).toEqual({ kind: 'too_large' });
      expect(given).toBeLessThanOrEqual(20 * MiB);
    });

    test.each([0, MiB, 8 * MiB, 9 * MiB, 25 * MiB])(
      'keeps nothing of a stream that breaks after %i bytes',
      async (size) => {
        const chunks = inChunks(randomBytes(size)).getReader();
        const breaking: Bytes = new ReadableStream({
          pull: async (controller) => {
            const { done, value } = await chunks.read();
            if (done) controller.error(new Error('broken link'));
            else controller.enqueue(value);
          },
        });
        await expect(blobs.put(place, breaking, LIMIT)).rejects.toThrow('broken link');
        expect(await blobs.list(place)).toEqual([]);
        expect(await staged(blobs)).toEqual([]);
      },
    );

    test('several at once do not mix', async () => {
      const films = [9, 1, 17, 8].map((size, index) => Buffer.alloc(size * MiB, index + 1));
      const puts = await Promise.all(films.map((film) => blobs.put(place, inChunks(film), LIMIT)));
      const sums = films.map((film) => createHash('sha256').update(film).digest('hex'));
      expect(puts.map((put) => put.kind === 'stored' && put.sha256)).toEqual(sums);
      for (const [index, sum] of sums.entries()) {
        expect((await read(blobs, videoKey(place, sum))).equals(films[index] ?? Buffer.of())).toBe(true);
      }
    });

    test('of two small ones under one key the first stays', async () => {
      const key = posterKey(place);
      const [first, second] = [new Uint8Array([1, 2, 3]), new Uint8Array([4])];
      expect(await blobs.putSmall(key, first)).toBe('stored');
      expect(await blobs.putSmall(key, second)).toBe('exists');
      expect(await read(blobs, key)).toEqual(Buffer.from(first));
    });

    test('lists every key of a video, however many', async () => {
      const keys = Array.from({ length: 1_005 }, (_, n) => videoKey(place, n.toString(16).padStart(64, '0')));
      for (let at = 0; at < keys.length; at += 50) {
        await Promise.all(keys.slice(at, at + 50).map((key) => blobs.putSmall(key, new Uint8Array([1]))));
      }
      expect([...(await blobs.list(place))].sort()).toEqual(keys);
      const found: unknown[] = [];
      for await (const { key } of blobs.entries())
        if (key?.startsWith(`${place.user}/${place.video}/`)) found.push(key);
      expect(found.sort()).toEqual(keys);
    });

    test('tells of every entry its key, size and time, and removes it', async () => {
      const before = Date.now();
      const put = await blobs.put(place, inChunks(randomBytes(9 * MiB)), LIMIT);
      if (put.kind !== 'stored') throw new Error('not stored');
      await blobs.putSmall(posterKey(place), new Uint8Array([1, 2, 3]));
      const entries = [];
      for await (const entry of blobs.entries()) if (entry.name.includes(place.video)) entries.push(entry);
      expect(Object.fromEntries(entries.map(({ key, bytes }) => [key, bytes]))).toEqual({
        [put.key]: 9 * MiB,
        [posterKey(place)]: 3,
      });
      for (const { writtenAt } of entries) {
        // Stores tell whole seconds, and have a clock of their own.
        expect(writtenAt).toBeGreaterThan(before - 2_000);
        expect(writtenAt).toBeLessThan(Date.now() + 2_000);
      }
      await entries.find(({ key }) => key === put.key)?.remove();
      expect([await blobs.size(put.key), await blobs.list(place)]).toEqual([null, [posterKey(place)]]);
    });

    test('what is not there is null, and deleting it is harmless', async () => {
      const key = videoKey(place, '0'.repeat(64));
      expect([await blobs.read(key), await blobs.size(key)]).toEqual([null, null]);
      expect(await blobs.list(place)).toEqual([]);
      await blobs.delete(key);
    });

    test('deletes one blob and not its neighbours', async () => {
      const [one, other] = [
        await blobs.put(place, inChunks(randomBytes(10)), LIMIT),
        await blobs.put({ user, video: newVideo() }, inChunks(randomBytes(10)), LIMIT),
      ];
      if (one.kind !== 'stored' || other.kind !== 'stored') throw new Error('not stored');
      await blobs.delete(one.key);
      expect([await blobs.size(one.key), await blobs.size(other.key)]).toEqual([null, 10]);
    });

    test('a reader that leaves early harms nobody', async () => {
      const put = await blobs.put(place, inChunks(randomBytes(9 * MiB)), LIMIT);
      if (put.kind !== 'stored') throw new Error('not stored');
      const stream = await blobs.read(put.key);
      const reader = stream?.getReader();
      await reader?.read();
      await reader?.cancel();
      expect(await read(blobs, put.key)).toHaveLength(9 * MiB);
    });

    test('says that it can be used', async () => {
      await blobs.check();
    });
  });
}

function newVideo() {
  return v.parse(VideoIdSchema, uuidv7(Date.now(), randomBytes(10)));
}

/** Bytes as a network delivers them: in pieces of no particular size. */
function inChunks(bytes: Buffer): Bytes {
  let offset = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (offset >= bytes.length) return controller.close();
      const chunk = bytes.subarray(offset, offset + 777_777);
      offset += chunk.length;
      controller.enqueue(new Uint8Array(chunk));
    },
  });
}

/** What transfers have left behind. */
async function staged(blobs: BlobStore): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { key, name } of blobs.entries()) if (key === null) names.push(name);
  return names;
}

async function read(
  blobs: BlobStore,
  key: Parameters<BlobStore['read']>[0],
  range?: { start: number; end: number },
): Promise<Buffer> {
  const stream = await blobs.read(key, range);
  if (!stream) throw new Error('there is nothing');
  return Buffer.from(await new Response(stream).arrayBuffer());
}
