import { getRandomValues, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserIdSchema, uuidv7, VideoIdSchema } from '../../../sync/ids.ts';
import { type S3Server, startS3Server } from '../../../tests/support/s3/s3-server.ts';
import { answered, createUnsteadyWeb, type UnsteadyWeb, unreachable } from '../../../tests/support/s3/unsteady-web.ts';
import { testUploadStore } from '../../../tests/support/upload-store-contract.ts';
import { createHashOf, createSha256 } from '../../entry/sha256.ts';
import { after } from '../../entry/timers.ts';
import { type BlobStore, type Bytes, videoKey } from '../blob-store/blob-store.ts';
import { createS3BlobStore } from '../blob-store/s3.ts';
import type { S3Config } from '../s3/client.ts';
import type { AppendDeps } from './append-segments.ts';
import { createS3UploadStore } from './s3.ts';
import { type UploadStore, uploadKey } from './upload-store.ts';

const MiB = 1024 * 1024;

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(() => s3[Symbol.asyncDispose]());

testUploadStore('S3', async () => {
  const deps = depsOf(await s3.newBucket());
  const reopen = () => createS3UploadStore(deps);
  return { blobs: createS3BlobStore(deps), uploads: reopen(), reopen };
});

describe('S3 as an upload store', () => {
  const user = v.parse(UserIdSchema, 'alice');
  const key = uploadKey({ user, id: uuidv7(Date.now(), randomBytes(10)) });
  const to = videoKey({ user, video: v.parse(VideoIdSchema, uuidv7(0, new Uint8Array(10))) }, 'a'.repeat(64));
  const film = randomBytes(21 * MiB);

  let bucket: S3Config;
  let web: UnsteadyWeb;
  let uploads: UploadStore;
  let blobs: BlobStore;
  beforeEach(async () => {
    bucket = await s3.newBucket();
    web = createUnsteadyWeb();
    uploads = createS3UploadStore({ ...depsOf(bucket), fetch: web.fetch });
    blobs = createS3BlobStore(depsOf(bucket));
  });

  const appendFilm = (store: UploadStore, start = 0, end = film.length) =>
    store.append(key, { offset: start, bytes: streamOf(film.subarray(start, end)), room: 100 * MiB, checksum: null });

  test('the store joins what it has: no byte comes back', async () => {
    await appendFilm(uploads);
    const before = web.requests.length;
    expect(await uploads.finish(key, to)).toBe('finished');
    const copying = ['list', 'begin', 'part', 'part', 'part', 'complete'];
    expect(web.requests.slice(before)).toEqual([...copying, 'delete', 'delete', 'delete']);
    expect((await bytesOf(blobs)).equals(film)).toBe(true);
    expect((await Array.fromAsync(blobs.entries())).map(({ name }) => name)).toEqual([to]);
  });

  test('a finish that is killed at any request is finished by the next', async () => {
    for (let point = 0; ; point++) {
      const at = await s3.newBucket();
      const [calm, kept] = [createS3UploadStore(depsOf(at)), createS3BlobStore(depsOf(at))];
      await appendFilm(calm);
      const dying = createUnsteadyWeb();
      let calls = 0;
      dying.fault('any', (send) => (calls++ < point ? send() : unreachable(send, {})), 1_000);
      const first = await createS3UploadStore({ ...depsOf(at), fetch: dying.fetch })
        .finish(key, to)
        .catch(() => 'killed');
      // Whole on one side or the other; what is here by half counts for nothing.
      const sizes = [await calm.size(key), await kept.size(to)];
      expect({ point, whole: sizes.includes(film.length) }).toEqual({ point, whole: true });
      expect({ point, half: [0, film.length].includes(sizes[0] ?? -1) }).toEqual({ point, half: true });
      expect(await calm.finish(key, to)).toBe('finished');
      expect((await bytesOf(kept)).equals(film)).toBe(true);
      expect(await calm.size(key)).toBe(0);
      expect(await calm.list()).toEqual([]);
      if (first === 'finished') break;
      expect(point).toBeLessThan(20);
    }
  });

  test('what a removal that was killed left behind does not come back in the next upload', async () => {
    await appendFilm(uploads);
    web.fault('delete', (send) => send());
    web.fault('delete', unreachable, 10);
    await expect(uploads.delete(key)).rejects.toThrow('S3 gave no answer');
    const calm = createS3UploadStore(depsOf(bucket));
    expect([await calm.size(key), await calm.read(key)]).toEqual([0, null]);
    expect(await calm.list()).toHaveLength(1);
    expect(await appendFilm(calm, 0, 8 * MiB)).toEqual({ kind: 'kept', size: 8 * MiB });
    expect(await appendFilm(calm, 8 * MiB)).toEqual({ kind: 'kept', size: film.length });
    expect(await calm.finish(key, to)).toBe('finished');
    expect((await bytesOf(blobs)).equals(film)).toBe(true);
  });

  test('who has lost the upload takes nothing from who has it', async () => {
    await appendFilm(uploads, 0, MiB);
    let goOn = () => {};
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    web.fault('put', (send) => held.then(send));
    const slow = appendFilm(uploads, MiB, 2 * MiB);
    await expect.poll(() => web.requests.at(-1)).toBe('put');
    const other = createS3UploadStore(depsOf(bucket));
    expect(await appendFilm(other, MiB, 12 * MiB)).toEqual({ kind: 'kept', size: 12 * MiB });
    goOn();
    expect(await slow).toEqual({ kind: 'broke_off', size: 12 * MiB });
    expect(await appendFilm(other, 12 * MiB)).toEqual({ kind: 'kept', size: film.length });
    expect(await other.finish(key, to)).toBe('finished');
    expect((await bytesOf(blobs)).equals(film)).toBe(true);
  });

  test('a store that fails in the middle keeps what it said it has', async () => {
    web.fault('put', (send) => send());
    web.fault('put', answered(500, 'InternalError'), 10);
    await expect(appendFilm(uploads)).rejects.toThrow('500 InternalError');
    const calm = createS3UploadStore(depsOf(bucket));
    expect(await calm.size(key)).toBe(8 * MiB);
    expect(await appendFilm(calm, 8 * MiB)).toEqual({ kind: 'kept', size: film.length });
    expect(await calm.finish(key, to)).toBe('finished');
    expect((await bytesOf(blobs)).equals(film)).toBe(true);
  });

  async function bytesOf(store: BlobStore): Promise<Buffer> {
    return Buffer.from(await new Response(await store.read(to)).arrayBuffer());
  }
});

function depsOf(config: S3Config): AppendDeps {
  return {
    config,
    fetch: (url, init) => fetch(url, init),
    sha256: createSha256,
    hash: createHashOf,
    random: (bytes) => getRandomValues(new Uint8Array(bytes)),
    clock: Date.now,
    // Pauses between tries shrink, patience does not.
    after: (ms, run) => after(ms < 5_000 ? ms / 20 : ms, run),
  };
}

function streamOf(bytes: Buffer): Bytes {
  let offset = 0;
  return new ReadableStream({
    pull: (controller) => {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(new Uint8Array(bytes.subarray(offset, offset + MiB)));
      offset += MiB;
    },
  });
}
