import { createHash, getRandomValues, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { UserIdSchema, uuidv7, VideoIdSchema } from '../../../sync/ids.ts';
import { testBlobStore } from '../../../tests/support/blob-store-contract.ts';
import { type S3Server, startS3Server } from '../../../tests/support/s3/s3-server.ts';
import {
  answered,
  createUnsteadyWeb,
  lost,
  page,
  type RequestKind,
  silent,
  type UnsteadyWeb,
  unreachable,
} from '../../../tests/support/s3/unsteady-web.ts';
import { createSha256 } from '../../entry/sha256.ts';
import { after } from '../../entry/timers.ts';
import { createS3Client, type S3Config, type S3Deps } from '../s3/client.ts';
import { type BlobStore, type Bytes, posterKey, videoKey } from './blob-store.ts';
import { createS3BlobStore } from './s3.ts';

const MiB = 1024 * 1024;
const LIMIT = 100 * MiB;

let s3: S3Server;
beforeAll(async () => {
  s3 = await startS3Server();
});
afterAll(() => s3[Symbol.asyncDispose]());

testBlobStore('S3', async () => createS3BlobStore({ ...depsOf(await s3.newBucket()), after }));

const place = {
  user: v.parse(UserIdSchema, 'alice'),
  video: v.parse(VideoIdSchema, uuidv7(Date.now(), randomBytes(10))),
};
const poster = posterKey(place);
const film = randomBytes(17 * MiB);
const filmKey = videoKey(place, createHash('sha256').update(film).digest('hex'));

let bucket: S3Config;
let web: UnsteadyWeb;
let blobs: BlobStore;
beforeEach(async () => {
  bucket = await s3.newBucket();
  web = createUnsteadyWeb();
  blobs = createS3BlobStore({ ...depsOf(bucket), fetch: web.fetch });
});

describe('a bucket', () => {
  test('holds nothing staged after a film, which went in parts and was copied', async () => {
    await blobs.put(place, streamOf(film), LIMIT);
    expect(web.requests).toEqual(['begin', 'part', 'part', 'part', 'complete', 'copy', 'delete']);
    expect(await names()).toEqual([filmKey]);
  });

  test.each([
    [17 * MiB - 1, ['copy']],
    [17 * MiB, ['copy']],
    [17 * MiB + 1, ['begin', 'part', 'part', 'part', 'part', 'complete']],
  ])('copies %i bytes in parts where that is too much at once', async (size, copying) => {
    const copySizes = { whole: 17 * MiB, part: 5 * MiB };
    const store = createS3BlobStore({ ...depsOf(bucket), fetch: web.fetch, copySizes });
    const bytes = randomBytes(size);
    const put = await store.put(place, streamOf(bytes), LIMIT);
    if (put.kind !== 'stored') throw new Error('not stored');
    expect((await bytesOf(put.key)).equals(bytes)).toBe(true);
    expect(await names()).toEqual([put.key]);
    expect(web.requests.slice(5, -1)).toEqual(copying);
  });

  test('may hold what others keep, which is neither shown nor touched', async () => {
    const foreign = { method: 'PUT', key: 'backups/photo & more.jpg', body: new Uint8Array([1]) } as const;
    await createS3Client(depsOf(bucket)).send(foreign);
    expect(await names()).toEqual([]);
  });

  test('shows what killed processes staged, and can be freed of it', async () => {
    web.fault('copy', answered(403, 'AccessDenied'));
    for (const kind of ['abort', 'delete'] as const) web.fault(kind, answered(403, 'AccessDenied'), 10);
    await expect(blobs.put(place, streamOf(film), LIMIT)).rejects.toThrow('403 AccessDenied');
    web.fault('part', answered(403, 'AccessDenied'), 10);
    await expect(blobs.put(place, streamOf(film), LIMIT)).rejects.toThrow('403 AccessDenied');

    const calm = createS3BlobStore(depsOf(bucket));
    const left = await Array.fromAsync(calm.entries());
    expect(left.map(({ key, bytes }) => [key, bytes])).toEqual([
      [null, 17 * MiB],
      [null, 0],
    ]);
    for (const { name, writtenAt } of left) {
      expect(name).toMatch(/^staging\//);
      expect(Math.abs(writtenAt - Date.now())).toBeLessThan(60_000);
    }
    for (const entry of left) await entry.remove();
    expect(await Array.fromAsync(calm.entries())).toEqual([]);
  });

  test('that is not there is said, never taken for an empty one', async () => {
    const nowhere = createS3BlobStore(depsOf({ ...bucket, bucket: 'nowhere' }));
    for (const act of [
      () => nowhere.check(),
      () => nowhere.size(poster),
      () => nowhere.read(poster),
      () => nowhere.list(place),
      () => nowhere.delete(poster),
      () => nowhere.putSmall(poster, new Uint8Array([1])),
      () => nowhere.put(place, streamOf(film), LIMIT),
      () => Array.fromAsync(nowhere.entries()),
    ]) {
      await expect(act()).rejects.toThrow(/^S3 answered 404 NoSuchBucket: The specified bucket does not exist$/);
    }
  });

  test.each([
    ['a wrong secret', { secretAccessKey: 'hunter2hunter2' }, '403 SignatureDoesNotMatch'],
    ['a key that is not known', { accessKeyId: 'nobody' }, '403 InvalidAccessKeyId'],
    ['an endpoint where nobody listens', { endpoint: 'http://127.0.0.1:9' }, 'S3 gave no answer: '],
  ])('with %s cannot be used, and no secret is repeated', async (_, wrong, reason) => {
    const locked = createS3BlobStore(depsOf({ ...bucket, ...wrong }));
    const failure = await locked.check().catch((error: Error) => error.message);
    expect(failure).toContain(reason);
    expect(failure).not.toContain('hunter2');
    await expect(locked.put(place, streamOf(film), LIMIT)).rejects.toThrow(reason);
  });

  test('behind a path of its own is reached', async () => {
    const seen: string[] = [];
    const fetchTo = async (url: string) => {
      seen.push(url);
      return new Response('<ListBucketResult></ListBucketResult>');
    };
    const endpoint = 'https://storage.example/storage/v1/s3/';
    await createS3BlobStore({ ...depsOf({ ...bucket, endpoint, bucket: 'b' }), fetch: fetchTo }).check();
    expect(seen).toEqual(['https://storage.example/storage/v1/s3/b?list-type=2&max-keys=1']);
  });
});

describe('a store that has a bad moment', () => {
  const steps: readonly RequestKind[] = ['begin', 'part', 'complete', 'copy', 'delete'];

  test.each(steps)('is asked again after SlowDown, 500 and silence at %s', async (kind) => {
    web.fault(kind, answered(503, 'SlowDown'));
    web.fault(kind, answered(500, 'InternalError'));
    web.fault(kind, silent);
    expect(await blobs.put(place, streamOf(film), LIMIT)).toMatchObject({ kind: 'stored', key: filmKey });
    expect((await bytesOf(filmKey)).equals(film)).toBe(true);
    expect(await names()).toEqual([filmKey]);
  });

  test.each(['part', 'complete', 'copy', 'delete'] as const)('and loses its answer at %s has it once', async (kind) => {
    web.fault(kind, lost);
    expect(await blobs.put(place, streamOf(film), LIMIT)).toMatchObject({ kind: 'stored', key: filmKey });
    expect((await bytesOf(filmKey)).equals(film)).toBe(true);
    expect(await names()).toEqual([filmKey]);
  });

  test('and loses the answer that names an upload leaves one without a byte, for the scrub', async () => {
    web.fault('begin', lost);
    expect(await blobs.put(place, streamOf(film), LIMIT)).toMatchObject({ kind: 'stored', key: filmKey });
    expect(await names()).toEqual([filmKey, expect.stringMatching(/^staging\//)]);
  });

  test.each(['complete', 'copy'] as const)('in the body of a 200, as %s has it, is asked again', async (kind) => {
    web.fault(kind, answered(200, 'InternalError'));
    expect(await blobs.put(place, streamOf(film), LIMIT)).toMatchObject({ kind: 'stored' });
    expect((await bytesOf(filmKey)).equals(film)).toBe(true);
  });

  test.each([
    ['get', () => blobs.read(poster)],
    ['head', () => blobs.size(poster)],
    ['delete', () => blobs.delete(poster)],
    ['list', () => blobs.list(place)],
    ['put', () => blobs.put(place, streamOf(randomBytes(3)), LIMIT)],
  ] as const)('at %s is asked four times and no more', async (kind, act) => {
    await blobs.putSmall(poster, new Uint8Array([1]));
    web.fault(kind, answered(503, 'SlowDown'), 3);
    await act();
    web.fault(kind, answered(500), 10);
    const before = web.requests.length;
    await expect(act()).rejects.toThrow(/^S3 answered 500/);
    expect(web.requests.slice(before)).toEqual([kind, kind, kind, kind]);
  });

  test.each([answered(503, 'SlowDown'), unreachable, silent])(
    'is not ready now, and says so at once',
    async (fault) => {
      web.fault('list', fault);
      await expect(blobs.check()).rejects.toThrow(/^S3 (answered 503 SlowDown|gave no answer): /);
      expect(web.requests).toEqual(['list']);
      await blobs.check();
    },
  );

  test.each([answered(403, 'AccessDenied'), answered(400, 'InvalidRequest'), answered(501, 'NotImplemented')])(
    'and a refusal is no bad moment',
    async (refusal) => {
      web.fault('any', refusal, 10);
      await expect(blobs.check()).rejects.toThrow(/^S3 answered (403|400|501) \w+: \w+ it is$/);
      expect(web.requests).toEqual(['list']);
    },
  );

  test('keeps nothing, at whatever request it goes away; and then everything', async () => {
    for (let point = 0; ; point++) {
      const flaky = createUnsteadyWeb();
      const at = await s3.newBucket();
      const store = createS3BlobStore({ ...depsOf(at), fetch: flaky.fetch });
      let calls = 0;
      flaky.fault('any', (send) => (calls++ < point ? send() : unreachable(send, {})), 1_000);
      const put = await store.put(place, streamOf(film), LIMIT).catch((error: Error) => error);
      const calm = createS3BlobStore(depsOf(at));
      if (put instanceof Error) expect({ point, size: await calm.size(filmKey) }).toEqual({ point, size: null });
      expect(await calm.put(place, streamOf(film), LIMIT)).toMatchObject({ kind: 'stored' });
      expect(await calm.size(filmKey)).toBe(film.length);
      if (calls <= point) break;
      expect(point).toBeLessThan(20);
    }
  });

  test('does not read on while a part does not go', async () => {
    let given = 0;
    const endless: Bytes = new ReadableStream({
      pull: (controller) => {
        given += MiB;
        controller.enqueue(new Uint8Array(MiB));
      },
    });
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    web.fault('part', (send) => held.then(send));
    const put = blobs.put(place, endless, 64 * MiB);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(given).toBeLessThanOrEqual(18 * MiB);
    release();
    expect(await put).toEqual({ kind: 'too_large' });
    expect(await names()).toEqual([]);
  });

  test('says so when the bytes of an answer stop coming', async () => {
    await blobs.putSmall(poster, new Uint8Array(1000));
    const started = new Uint8Array(10);
    const stalling = () => new ReadableStream({ start: (controller) => controller.enqueue(started) });
    web.fault('get', async () => new Response(stalling()));
    const stream = await blobs.read(poster);
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow('The bytes stopped coming');
  });
});

describe('what is not S3', () => {
  test.each([
    ['list', () => blobs.list(place)],
    ['list', () => blobs.check()],
    ['complete', () => blobs.put(place, streamOf(film), LIMIT)],
    ['copy', () => blobs.put(place, streamOf(film), LIMIT)],
    ['begin', () => blobs.put(place, streamOf(film), LIMIT)],
    ['part', () => blobs.put(place, streamOf(film), LIMIT)],
  ] as const)('is not believed when it says 200 to %s', async (kind, act) => {
    web.fault(kind, page(200), 10);
    await expect(act()).rejects.toThrow(/^S3 answered 200: /);
    expect(await createS3BlobStore(depsOf(bucket)).size(filmKey)).toBeNull();
  });

  test('and its 404 is not taken for "there is nothing"', async () => {
    await blobs.putSmall(poster, new Uint8Array([1]));
    web.fault('any', page(404), 20);
    for (const act of [() => blobs.read(poster), () => blobs.size(poster), () => blobs.delete(poster)]) {
      await expect(act()).rejects.toThrow(/^S3 answered 404$/);
    }
  });

  test('a redirect is not followed', async () => {
    web.fault('list', answered(301, 'PermanentRedirect', 'Use another endpoint'));
    await expect(blobs.check()).rejects.toThrow('S3 answered 301 PermanentRedirect: Use another endpoint');
  });

  test.each([
    ['the whole', () => fetchWhole()],
    ['another part', () => new Response('x', { status: 206, headers: { 'content-range': 'bytes 7-7/10' } })],
  ])('a server that gives %s for a part is not served to a player', async (_, answer) => {
    await blobs.putSmall(poster, new Uint8Array(10));
    web.fault('get', async () => answer());
    await expect(blobs.read(poster, { start: 0, end: 0 })).rejects.toThrow('It gave other bytes');
  });
});

describe('[GEN-2] of two small ones at once', () => {
  const [one, two] = [new Uint8Array([1]), new Uint8Array([2])];

  test('one is stored, even where neither saw the other', async () => {
    // Both looked before either wrote.
    web.fault('head', answered(404), 2);
    const said = await Promise.all([blobs.putSmall(poster, one), blobs.putSmall(poster, two)]);
    expect(said.sort()).toEqual(['exists', 'stored']);
  });

  test('the first stays on a store that does not know the condition', async () => {
    web.fault('put', answered(501, 'NotImplemented'));
    expect(await blobs.putSmall(poster, one)).toBe('stored');
    expect(await blobs.putSmall(poster, two)).toBe('exists');
    expect(await bytesOf(poster)).toEqual(Buffer.from(one));
  });

  test('one whose answer was lost is not sent again: it would find itself', async () => {
    web.fault('put', lost);
    await expect(blobs.putSmall(poster, one)).rejects.toThrow('S3 gave no answer: read ECONNRESET');
    await blobs.delete(poster);
    web.fault('put', answered(503, 'SlowDown'));
    web.fault('put', answered(409, 'ConditionalRequestConflict'));
    expect(await blobs.putSmall(poster, one)).toBe('stored');
  });
});

/** Time runs fast, so that what waits for minutes is seen. */
function depsOf(config: S3Config): S3Deps {
  return {
    config,
    fetch: (url, init) => fetch(url, init),
    sha256: createSha256,
    random: (bytes) => getRandomValues(new Uint8Array(bytes)),
    clock: Date.now,
    after: (ms, run) => {
      const timer = setTimeout(run, Math.min(ms / 20, 3_000));
      return () => clearTimeout(timer);
    },
  };
}

async function names(): Promise<readonly string[]> {
  return (await Array.fromAsync(createS3BlobStore(depsOf(bucket)).entries())).map(({ name }) => name);
}

async function bytesOf(key: typeof poster): Promise<Buffer> {
  return Buffer.from(await new Response(await createS3BlobStore(depsOf(bucket)).read(key)).arrayBuffer());
}

function fetchWhole(): Response {
  return new Response(new Uint8Array(10), { status: 200 });
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
