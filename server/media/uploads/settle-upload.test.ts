import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from '../../../sync/hlc.ts';
import { SERVER_DEVICE, uuidv7, type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { crashPoints } from '../../../tests/support/crash.ts';
import {
  ALICE,
  answer,
  createJobsWorld,
  FILM,
  FILM_SHA256,
  type JobsWorld,
} from '../../../tests/support/jobs-world.ts';
import { createJobLoop, type JobDeps } from '../../generation/jobs.ts';
import { commitPush } from '../../sync/commit.ts';
import { newNonce } from '../../sync/heads.ts';
import { purgeDue } from '../../sync/purge.ts';
import type { Bytes } from '../blob-store/blob-store.ts';
import { uploadKey } from '../upload-store/upload-store.ts';
import { beginUpload } from './begin-upload.ts';
import { receivePart } from './receive-part.ts';
import { sweepUploads } from './sweep-uploads.ts';
import type { Upload } from './upload.ts';

const DAY = 24 * 60 * 60_000;
const HALF = 700;

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

const importVideo = () => world.pushVideo({ origin: 'imported', prompt: null });

async function begin(video: VideoId | null, sha256: string | undefined = FILM_SHA256): Promise<Upload> {
  const metadata = { filename: 'fox.mp4', ...(sha256 && { sha256 }) };
  const header = `filename ${btoa('fox.mp4')}`;
  const begun = await beginUpload(world.deps, { user: ALICE, video, length: FILM.length, header, metadata });
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  return begun.upload;
}

function send(upload: Upload, offset = 0, end: number = FILM.length, deps: JobDeps = world.deps) {
  const { uploads } = deps;
  if (!uploads) throw new Error('no uploads');
  const bytes: Bytes = new Blob([FILM.slice(offset, end)]).stream();
  return receivePart({ ...deps, uploads, wake: () => undefined }, upload, { offset, bytes, checksum: null });
}

const commit = () => ({ db: world.deps.db, now: world.now, nonce: () => newNonce(world.deps.random) });
const stateOf = async ({ id }: Upload) => (await world.sql('SELECT state FROM upload WHERE id = ?', [id]))[0]?.state;
const purge = () => world.sql('UPDATE video SET purge_at = 1');
const purgeNow = () => purge().then(() => purgeDue(commit()));

describe('killed and started again', { timeout: 120_000 }, () => {
  test.each([
    ['a video that is there', importVideo],
    ['a video to be made', async () => null],
  ])(
    'at every step of the last part and its verifying, for %s: one video, one file, the right hash',
    async (_, video) => {
      let point = 0;
      for (const killed of crashPoints()) {
        await world[Symbol.asyncDispose]();
        world = await createJobsWorld();
        const upload = await begin(await video(), point % 2 === 0 ? FILM_SHA256 : undefined);
        await send(upload, 0, HALF);
        const mortal = killed.wrap(world.deps);
        await send(upload, HALF, FILM.length, mortal).catch(() => undefined);
        await createJobLoop(mortal)
          .runSlice(60_000)
          .catch(() => undefined);
        const where = `killed at ${point++}: ${killed.at()}`;

        world.pass(10_000);
        const size = await world.deps.uploads.size(uploadKey(upload));
        // The client comes back and asks; a part whose reply was lost is not sent again.
        if ((await stateOf(upload)) === 'receiving' && size < FILM.length) await send(upload, size);
        await world.work();
        world.pass(60_000);
        await world.work();
        const rows = await world.videos();
        expect({ where, rows: rows.map(({ media_state, sha256 }) => ({ media_state, sha256 })) }).toEqual({
          where,
          rows: [{ media_state: 'stored', sha256: FILM_SHA256 }],
        });
        expect({ where, files: await world.files() }).toEqual({
          where,
          files: [expect.stringMatching(new RegExp(`/alice/${upload.video}/${FILM_SHA256}$`))],
        });
        expect({ where, state: await stateOf(upload) }).toEqual({ where, state: 'done' });
        if (killed.at() === null) break;
      }
      expect(point).toBeGreaterThan(15);
    },
  );

  test('at every step of giving it up: its bytes are gone, and its video says so', async () => {
    let point = 0;
    for (const killed of crashPoints()) {
      await world[Symbol.asyncDispose]();
      world = await createJobsWorld();
      const id = await importVideo();
      const upload = await begin(id);
      await send(upload, 0, HALF);
      world.pass(7 * DAY);
      await createJobLoop(killed.wrap(world.deps))
        .runSlice(60_000)
        .catch(() => undefined);
      world.pass(60_000);
      await world.work();
      const where = `killed at ${point++}: ${killed.at()}`;
      expect({ where, state: await stateOf(upload), files: await world.files() }).toEqual({
        where,
        state: undefined,
        files: [],
      });
      expect({ where, ...(await world.video(id)).server }).toMatchObject({ where, mediaState: 'none' });
      if (killed.at() === null) break;
    }
    expect(point).toBeGreaterThan(5);
  });

  test('with the last byte kept and nothing said of it: it is verified all the same', async () => {
    const upload = await begin(await importVideo());
    const { uploads } = world.deps;
    await send(upload, 0, FILM.length, {
      ...world.deps,
      uploads: {
        ...uploads,
        append: async (...args) => {
          await uploads.append(...args);
          throw new Error('killed');
        },
      },
    }).catch(() => undefined);
    await world.work();
    expect((await world.video(upload.video)).server.mediaState).toBe('stored');
  });
});

describe('two at once', () => {
  test('verifiers: one works, and the file is there once', async () => {
    const upload = await begin(await importVideo());
    await send(upload);
    let reads = 0;
    const { uploads } = world.deps;
    const counting = {
      ...uploads,
      read: (...args: Parameters<typeof uploads.read>) => {
        reads++;
        return uploads.read(...args);
      },
    };
    await Promise.all([1, 2, 3].map(() => world.work({ ...world.deps, uploads: counting })));
    const once = reads;
    expect((await world.video(upload.video)).server.mediaState).toBe('stored');
    await world.work({ ...world.deps, uploads: counting });
    expect(reads).toBe(once);
    expect(await world.files()).toHaveLength(1);
  });

  test('ingest and rescue, whoever is first: one file, and it is the one that the row names', async () => {
    for (const first of ['ingest', 'upload'] as const) {
      await world[Symbol.asyncDispose]();
      world = await createJobsWorld();
      const theirs = new Uint8Array([...FILM, 0, 0, 0, 8, ...Buffer.from('free')]);
      const originalUrl = 'https://cdn.example/film.mp4';
      const id = await world.pushVideo({ originalUrl });
      const upload = await begin(id);
      await send(upload);
      const { blobs, uploads } = world.deps;
      // The one is held until the other has ended.
      const ended = Promise.withResolvers<void>();
      const hold = async <T>(result: T): Promise<T> => {
        await ended.promise;
        return result;
      };
      world.web.set(originalUrl, answer(theirs));
      const slow: JobDeps =
        first === 'upload'
          ? {
              ...world.deps,
              uploads: null,
              blobs: { ...blobs, put: async (...args) => hold(await blobs.put(...args)) },
            }
          : { ...world.deps, uploads: { ...uploads, finish: async (...args) => hold(await uploads.finish(...args)) } };
      const slowly = world.work(slow);
      await new Promise((resolve) => setTimeout(resolve, 100));
      if (first === 'ingest') {
        await world.sql('UPDATE ingest_job SET lease_until = 0, next_at = 0');
        await world.work({ ...world.deps, uploads: null });
      } else await world.work();
      ended.resolve();
      await slowly;
      await world.work();
      const { server } = await world.video(id);
      expect({ first, ...server }).toMatchObject({ first, mediaState: 'stored' });
      expect({ first, files: await world.files() }).toEqual({
        first,
        files: [expect.stringContaining(server.sha256 ?? '-')],
      });
      expect(await world.jobs()).toEqual([]);
    }
  });
});

describe('[PURGE-1] a video purged meanwhile', () => {
  test('between being found and its upload: nothing is begun', async () => {
    const video = await importVideo();
    await purgeNow();
    const wanted = { user: ALICE, video, length: 10, header: '', metadata: {} };
    expect(await beginUpload(world.deps, wanted)).toEqual({ kind: 'no_video' });
    expect(await world.sql('SELECT * FROM upload')).toEqual([]);
  });

  test('takes its unfinished upload with it', async () => {
    const upload = await begin(await importVideo());
    await send(upload, 0, HALF);
    await purgeNow();
    await world.work();
    expect([await world.files(), await world.sql('SELECT * FROM upload')]).toEqual([[], []]);
  });

  test('while a part comes: the part is not kept', async () => {
    const upload = await begin(await importVideo());
    const bytes: Bytes = new ReadableStream({
      pull: async (controller) => {
        await purgeNow();
        world.pass(4_000);
        controller.enqueue(FILM.slice(0, HALF));
        controller.close();
      },
    });
    const part = { offset: 0, bytes, checksum: null };
    expect(await receivePart({ ...world.deps, wake: () => undefined }, upload, part)).toEqual({ kind: 'locked' });
    world.pass(10_000);
    await world.work();
    expect([await world.files(), await world.sql('SELECT * FROM upload')]).toEqual([[], []]);
  });

  test('while its bytes are moved: they are deleted', async () => {
    const upload = await begin(await importVideo());
    await send(upload);
    const { uploads } = world.deps;
    const finish = async (...args: Parameters<typeof uploads.finish>) => {
      const done = await uploads.finish(...args);
      await purgeNow();
      return done;
    };
    await world.work({ ...world.deps, uploads: { ...uploads, finish } });
    expect(await world.files()).toEqual([]);
    world.pass(10_000);
    await world.work();
    expect([await world.files(), await world.sql('SELECT * FROM upload')]).toEqual([[], []]);
  });
});

test('[PURGE-1] what is in the trash is stored like any other, and the purge frees all of it', async () => {
  const [video, second] = [await importVideo(), await importVideo()];
  const underWay = await begin(video);
  await send(underWay, 0, HALF);
  const seen = ZERO_STAMP;
  const stamp = nextStamp({ nowMs: world.now(), device: SERVER_DEVICE, last: seen, seen });
  const trashed = [video, second].map((id) => ({ id, set: { deletedAt: [world.now(), stamp] as const } }));
  await commitPush(commit(), { user: ALICE, videos: trashed, generations: [], knowsEpoch: true });
  for (const [upload, offset] of [[underWay, HALF] as const, [await begin(second), 0] as const]) {
    await send(upload, offset);
    await world.work();
    expect((await world.video(upload.video)).server).toMatchObject({ mediaState: 'stored', sha256: FILM_SHA256 });
  }
  expect(await world.files()).toHaveLength(2);
  world.pass(30 * DAY);
  await world.work();
  expect((await world.videos()).map(({ purged_at }) => purged_at)).toEqual([world.now(), world.now()]);
  expect([await world.files(), await world.sql('SELECT * FROM upload')]).toEqual([[], []]);
});

test('a store that fails is asked again, later and later, and nothing is given up', async () => {
  const upload = await begin(await importVideo());
  await send(upload);
  const { uploads } = world.deps;
  const broken = { ...uploads, read: async () => Promise.reject(new Error('the bucket is away')) };
  const waits: number[] = [];
  for (let n = 0; n < 4; n++) {
    await world.work({ ...world.deps, uploads: broken });
    const [row] = await world.sql('SELECT next_at FROM upload');
    waits.push(Number(row?.next_at) - world.now());
    world.pass(waits.at(-1) ?? 0);
  }
  expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 6_000]);
  await world.work();
  expect((await world.video(upload.video)).server.mediaState).toBe('stored');
});

test('bytes that changed since they came are not served', async () => {
  const upload = await begin(await importVideo());
  await send(upload);
  const { uploads } = world.deps;
  const rotten = {
    ...uploads,
    read: async () => new Blob([FILM.map((byte, index) => (index === 900 ? byte ^ 1 : byte))]).stream(),
  };
  await world.work({ ...world.deps, uploads: rotten });
  const { server } = await world.video(upload.video);
  expect(server).toMatchObject({ mediaState: 'failed', sha256: null });
  expect(await world.files()).toEqual([]);
});

test('a device hears of each turn by one revision', async () => {
  const id = await importVideo();
  const revs = [await world.head()];
  const upload = await begin(id);
  revs.push(await world.head());
  await send(upload);
  await world.work();
  revs.push(await world.head());
  await world.work();
  expect([...revs, await world.head()]).toEqual([1, 2, 3, 3]);
});

test('an upload that is done is forgotten after a week, and its video is not', async () => {
  const upload = await begin(await importVideo());
  await send(upload);
  await world.work();
  world.pass(7 * DAY);
  await world.work();
  expect(await world.sql('SELECT * FROM upload')).toEqual([]);
  expect((await world.video(upload.video)).server.mediaState).toBe('stored');
  expect(await world.files()).toHaveLength(1);
});

test('old bytes without a row, as a restored backup leaves them, are swept', async () => {
  const { uploads } = world.deps;
  const key = uploadKey({ user: ALICE, id: v.parse(VideoIdSchema, uuidv7(0, randomBytes(10))) });
  await uploads.append(key, { offset: 0, bytes: new Blob([FILM]).stream(), room: FILM.length, checksum: null });
  const known = await begin(await importVideo());
  await send(known, 0, HALF);
  const { list } = uploads;
  const young = async () => (await list()).map((upload) => ({ ...upload, touchedAt: world.now() - 7 * DAY }));
  await sweepUploads({ ...world.deps, uploads: { ...uploads, list: young } });
  expect(await uploads.size(key)).toBe(FILM.length);
  const old = async () => (await list()).map((upload) => ({ ...upload, touchedAt: world.now() - 9 * DAY }));
  await sweepUploads({ ...world.deps, uploads: { ...uploads, list: old } });
  expect([await uploads.size(key), await uploads.size(uploadKey(known))]).toEqual([0, HALF]);
});
