import { utimes } from 'node:fs/promises';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from '../../../sync/hlc.ts';
import { type GenerationId, SERVER_DEVICE, VideoIdSchema } from '../../../sync/ids.ts';
import { crashPoints } from '../../../tests/support/crash.ts';
import { ALICE, createJobsWorld, type JobsWorld, STUB_OUTPUT } from '../../../tests/support/jobs-world.ts';
import { makePicture, type TestPicture } from '../../../tests/support/pictures.ts';
import { hear } from '../../generation/hear.ts';
import type { JobDeps } from '../../generation/jobs.ts';
import { NoAnswerError } from '../../generation/provider.ts';
import { commitPush } from '../../sync/commit.ts';
import { readEpoch } from '../../sync/epoch.ts';
import { newNonce } from '../../sync/heads.ts';
import { scrub } from '../scrub.ts';
import { keepSource } from './keep-source.ts';
import { sweepSources } from './sweep-sources.ts';

const WEEK = 7 * 24 * 60 * 60_000;

let world: JobsWorld;
let picture: TestPicture;
beforeEach(async () => {
  world = await createJobsWorld();
  picture = makePicture();
});
afterEach(() => world[Symbol.asyncDispose]());

const statusOf = async (id: string) => (await world.generation(id)).server.status;
const ask = ({ source } = picture, create = {}) => world.pushGeneration({ params: { sourceImage: source }, ...create });
const keep = ({ source, bytes } = picture, deps: JobDeps = world.deps) =>
  keepSource(deps, { user: ALICE, ...source }, bytes);
const named = ({ source } = picture) => source.sha256.slice(0, 4);

async function set(id: GenerationId, field: string): Promise<void> {
  const stamp = nextStamp({ nowMs: world.now(), device: SERVER_DEVICE, last: ZERO_STAMP, seen: ZERO_STAMP });
  const op = { id, set: { [field]: [world.now(), stamp] as const } };
  const commit = { db: world.deps.db, now: world.now, nonce: () => newNonce(world.deps.random) };
  await commitPush(commit, { user: ALICE, videos: [], generations: [op], knowsEpoch: true });
}

async function succeed(): Promise<void> {
  world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
  world.pass(1000);
  await world.work();
}

describe('[GEN-3] submitting waits until the source is stored', () => {
  test('whatever comes first, and then it is submitted once with its picture', async () => {
    const early = await ask();
    await world.work();
    expect([await statusOf(early), world.provider.calls]).toEqual(['waiting_source', []]);
    await keep();
    expect(await statusOf(early)).toBe('queued');
    await world.work();
    expect([await statusOf(early), world.provider.calls]).toEqual(['running', ['image', `submit ${named()}`]]);
    const late = await ask();
    expect(await statusOf(late)).toBe('queued');
  });

  test('all that wait for it go on, each with a revision of its own; others wait on', async () => {
    const ids = [await ask(), await ask(), await ask()];
    const other = await ask(makePicture());
    await world.work();
    const head = await world.head();
    await keep();
    const rows = await Promise.all(ids.map(world.generation));
    expect(rows.map(({ server }) => server.status)).toEqual(['queued', 'queued', 'queued']);
    expect(rows.map(({ rev }) => rev - head).sort()).toEqual([1, 2, 3]);
    expect([await world.head(), await statusOf(other)]).toEqual([head + 3, 'waiting_source']);
  });

  test('other bytes under its id are none of its picture', async () => {
    const other = makePicture();
    const early = await ask();
    await keep({ ...other, source: { ...other.source, id: picture.source.id } });
    const id = await ask();
    expect([await statusOf(early), await statusOf(id)]).toEqual(['waiting_source', 'waiting_source']);
    await world.work();
    expect(await statusOf(id)).toBe('waiting_source');
    expect(await keep()).toBe(other.source.sha256);
    await world.work();
    expect(await statusOf(id)).toBe('waiting_source');
    expect((await world.files()).filter((path) => path.includes(picture.source.id))).toHaveLength(1);
  });

  test('another person’s picture is none of one’s own', async () => {
    await world.sql(`INSERT INTO source (user_id, id, sha256, content_type, check_at) VALUES ('bob', ?, ?, 'x', 0)`, [
      picture.source.id,
      picture.source.sha256,
    ]);
    const id = await ask();
    expect(await statusOf(id)).toBe('waiting_source');
    await world.work();
    expect(await statusOf(id)).toBe('waiting_source');
  });

  test('canceled while the provider takes the picture it is not submitted', async () => {
    await keep();
    const id = await ask();
    const { takeImage } = world.provider;
    world.provider.takeImage = async (image) => {
      await set(id, 'cancelRequestedAt');
      return takeImage?.(image) ?? { kind: 'taken', image: '' };
    };
    await world.work();
    await world.work();
    expect([await statusOf(id), world.provider.calls]).toEqual(['canceled', ['image']]);
  });

  test('canceled while it waits it is never submitted, also when the picture comes at once', async () => {
    const id = await ask();
    await world.work();
    await set(id, 'cancelRequestedAt');
    await keep();
    await world.work();
    expect([await statusOf(id), world.provider.calls]).toEqual(['canceled', []]);
  });

  test('what the picture is kept by says it comes, while it is looked for: nothing is left waiting', async () => {
    const id = await ask();
    const { blobs } = world.deps;
    const size = async (key: Parameters<typeof blobs.size>[0]) => {
      const found = await blobs.size(key);
      // Just after this look, and before what follows from it is written.
      await keep();
      return found;
    };
    await world.work({ ...world.deps, blobs: { ...blobs, size } });
    await world.work();
    expect(await statusOf(id)).toBe('running');
  });

  test('[GEN-2] one of another epoch is held, with its picture or without', async () => {
    await readEpoch(world.deps.db, ALICE);
    const id = await ask(picture, { sentEpoch: 'ffffffffffffffff' });
    await keep();
    await world.work();
    expect([await statusOf(id), world.provider.calls]).toEqual(['held', []]);
  });

  test('[GEN-2] of what waits in a restored database the provider may tell that it runs: it is adopted, not asked for again', async () => {
    const id = await ask();
    await world.work();
    const heard = {
      requestId: 'request-9',
      referenceFor: () => ({ job: 9 }),
      status: { kind: 'running', progress: null },
      deliveryId: 'd',
    } as const;
    expect(await hear({ ...world.deps, onProgress: () => undefined }, { user: ALICE, id }, heard)).toBe(true);
    await keep();
    world.pass(1000);
    await world.work();
    expect([(await world.generation(id)).server, world.provider.calls]).toMatchObject([
      { status: 'running', requestId: 'request-9' },
      ['status'],
    ]);
  });

  test('a picture that the restored database has forgotten is found in the blob store', async () => {
    await keep();
    await world.sql('DELETE FROM source');
    const id = await ask();
    expect(await statusOf(id)).toBe('waiting_source');
    await world.work();
    expect([await statusOf(id), world.provider.calls.at(-1)]).toEqual(['running', `submit ${named()}`]);
    expect(await world.sql('SELECT id, sha256 FROM source')).toEqual([
      { id: picture.source.id, sha256: picture.source.sha256 },
    ]);
  });

  test('one whose bytes are gone waits for them again', async () => {
    await keep();
    const id = await ask();
    for (const key of await world.blobs.list({ user: ALICE, video: v.parse(VideoIdSchema, picture.source.id) })) {
      await world.blobs.delete(key);
    }
    await world.work();
    expect([await statusOf(id), world.provider.calls]).toEqual(['waiting_source', []]);
    await keep();
    await world.work();
    expect(await statusOf(id)).toBe('running');
  });

  test('what is no picture is not waited for: the provider says so', async () => {
    const id = await world.pushGeneration({ params: { sourceImage: { ...picture.source, width: 3 } } });
    await world.work();
    expect(world.provider.calls).toEqual(['submit']);
    expect(await statusOf(id)).toBe('running');
  });
});

describe('a provider that does not take the picture', () => {
  test('cannot now: it waits, says why, and nothing is submitted before', async () => {
    await keep();
    const id = await ask();
    world.provider.takes = async () => Promise.reject(new NoAnswerError('busy with pictures', 7_000));
    await world.work();
    const head = await world.head();
    expect((await world.generation(id)).server).toMatchObject({
      status: 'queued',
      error: { message: 'busy with pictures' },
    });
    world.pass(6_000);
    await world.work();
    expect(world.provider.calls).toEqual(['image']);
    world.pass(1_000);
    await world.work();
    expect([world.provider.calls, await world.head()]).toEqual([['image', 'image'], head]);
    world.provider.takes = async () => ({ kind: 'taken', image: 'there' });
    world.pass(60_000);
    await world.work();
    expect([await statusOf(id), world.provider.calls.at(-1)]).toEqual(['running', 'submit there']);
  });

  test('never will: it failed, for that reason', async () => {
    await keep();
    const id = await ask();
    const error = { code: 'invalid', message: 'no faces', retryable: false };
    world.provider.takes = async () => ({ kind: 'refused', error });
    await world.work();
    expect((await world.generation(id)).server).toMatchObject({ status: 'failed', error });
    expect(world.provider.calls).toEqual(['image']);
  });

  test('is given none while others of the account have to end first', async () => {
    await keep();
    const limited = { ...world.deps, limits: { atOnce: 1, perDay: null } };
    await ask();
    await world.work(limited);
    const id = await ask();
    world.pass(1000);
    await world.work(limited);
    expect((await world.generation(id)).server).toMatchObject({ status: 'queued', error: { code: 'limit_running' } });
    expect(world.provider.calls.filter((call) => call === 'image')).toHaveLength(1);
  });
});

test('killed at every step between the upload and the submission: submitted once, with its picture', {
  timeout: 120_000,
}, async () => {
  world.provider.resubmitIsFree = false;
  const ends: string[] = [];
  for (const process of crashPoints()) {
    world.provider.calls.length = 0;
    picture = makePicture();
    const id = await ask();
    const mortal = process.wrap(world.deps);
    await keep(picture, mortal).catch(() => undefined);
    await world.work(mortal).catch(() => undefined);
    if (process.at() === null) break;
    // The device sends it again, as it heard no answer.
    await keep();
    for (let n = 0; n < 4; n++) {
      world.pass(31_000);
      await world.work();
    }
    const submitted = world.provider.calls.filter((call) => call.startsWith('submit'));
    // What nobody can know the answer of is held. [GEN-2]
    const end = await statusOf(id);
    expect(['running', 'held'], String(process.at())).toContain(end);
    ends.push(end);
    if (end === 'running') expect(submitted, String(process.at())).toHaveLength(1);
    expect(submitted.length, String(process.at())).toBeLessThanOrEqual(1);
    for (const call of submitted) expect(call).toBe(`submit ${named()}`);
    await world.sql(`UPDATE generation SET status = 'canceled', next_at = NULL`);
  }
  expect(ends.length).toBeGreaterThan(10);
  // Only where a submission may have gone out.
  expect(ends.filter((end) => end === 'held').length).toBeLessThan(10);
  expect(ends.filter((end) => end === 'running').length).toBeGreaterThan(30);
});

describe('[PURGE-1] a picture that nothing is made of any more', () => {
  const pictures = async () => (await world.files()).filter((path) => path.endsWith(picture.source.sha256)).length;
  const pass = async (ms = WEEK) => {
    world.pass(ms);
    await world.work();
    world.pass(1000);
    await world.work();
  };

  test('goes a week after it came, with its bytes, where nobody asked for anything', async () => {
    await keep();
    await pass(WEEK - 2000);
    expect(await pictures()).toBe(1);
    await pass();
    expect([await pictures(), await world.sql('SELECT * FROM source')]).toEqual([0, []]);
  });

  test('stays while its film is there, and while what failed may be tried again', async () => {
    await keep();
    const id = await ask();
    await world.work();
    await succeed();
    await pass();
    expect(await pictures()).toBe(1);
    const [video] = (await world.generation(id)).create.videoIds;
    await world.sql('UPDATE video SET purge_at = ? WHERE id = ?', [world.now(), video ?? '']);
    await pass();
    await pass();
    expect(await pictures()).toBe(0);

    picture = makePicture();
    await keep();
    world.provider.takes = async () => ({ kind: 'refused', error: { code: 'x', message: 'x', retryable: true } });
    const failed = await ask();
    await pass();
    expect([await statusOf(failed), await pictures()]).toEqual(['failed', 1]);
    await set(failed, 'dismissedAt');
    await pass();
    expect(await pictures()).toBe(0);
  });

  test('asked for again at the last moment it stays, or is waited for', async () => {
    await keep();
    world.pass(WEEK);
    const id = await ask();
    await world.work();
    expect([await statusOf(id), await pictures()]).toEqual(['running', 1]);
  });

  test('sent again while its bytes are about to go, it keeps them', async () => {
    await keep();
    world.pass(WEEK);
    await sweepSources(world.deps);
    await keep();
    await world.work();
    expect([await pictures(), await world.sql('SELECT * FROM blob_deletion')]).toEqual([1, []]);
  });

  test('taken off the screen it stays while its film is under way', async () => {
    await keep();
    const id = await ask();
    await world.work();
    await set(id, 'dismissedAt');
    await world.sql('UPDATE generation SET deadline = deadline * 2');
    await pass();
    expect([await statusOf(id), await pictures()]).toEqual(['running', 1]);
  });

  test('sent again it has another week', async () => {
    await keep();
    await pass(WEEK - 1000);
    await keep();
    await pass(WEEK - 10_000);
    expect(await pictures()).toBe(1);
  });
});

test('a scrub leaves alone what a source is, and what waits for one looks for', async () => {
  await keep();
  const lost = makePicture();
  await keep(lost);
  const orphan = makePicture();
  await keep(orphan);
  await world.sql('DELETE FROM source WHERE id <> ?', [picture.source.id]);
  await ask(lost);
  for (const path of await world.files()) await utimes(path, 1000, 1000);
  const found: string[] = [];
  await scrub({ ...world.deps, clock: Date.now, removesOrphans: true }, ({ name }) => void found.push(name));
  expect(found).toEqual([expect.stringContaining(orphan.source.id)]);
});
