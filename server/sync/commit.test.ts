import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { nextStamp, type Stamp, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  DeviceIdSchema,
  GenerationIdSchema,
  type UserId,
  UserIdSchema,
  uuidv7,
  VideoIdSchema,
} from '../../sync/ids.ts';
import type { GenerationOp, VideoOp } from '../../sync/protocol.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import { openTestDatabase } from '../../tests/support/database.ts';
import { type CommitDeps, commitPush, videoInsertStatements } from './commit.ts';
import { readEpoch } from './epoch.ts';
import { newNonce } from './heads.ts';

const alice = v.parse(UserIdSchema, 'alice');
const bob = v.parse(UserIdSchema, 'bob');
const phone = v.parse(DeviceIdSchema, '0123456789abcdef');
const laptop = v.parse(DeviceIdSchema, 'fedcba9876543210');
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let deps: CommitDeps;
beforeEach(async () => {
  deps = { db: await openTestDatabase(), now: () => 1_800_000_000_000, nonce: () => newNonce(random) };
});

describe('one push', () => {
  test('[PUSH-2] a created video is returned whole, with the first revision', async () => {
    const op = newVideo({ prompt: 'A lighthouse' });
    const { results, rev } = await push(alice, [op]);
    expect(rev).toBe(1);
    expect(results).toEqual([
      {
        kind: 'video',
        id: op.id,
        status: 'ok',
        row: expect.objectContaining({ id: op.id, rev: 1, create: op.create, fields: {} }),
      },
    ]);
  });

  test('[PUSH-6] the same push twice bumps nothing', async () => {
    const op = { ...newVideo({}), set: { title: ['Storm', stamp(10)] } } satisfies VideoOp;
    const first = await push(alice, [op]);
    const second = await push(alice, [op]);
    expect(second).toEqual(first);
  });

  test('[PUSH-6] results come for unchanged rows too, in the order of the ops', async () => {
    const ops = [newVideo({}), newVideo({}), newVideo({})];
    await push(alice, ops.slice(1, 2));
    const { results } = await push(alice, ops);
    expect(results.map(({ id }) => id)).toEqual(ops.map(({ id }) => id));
    expect(results.map((result) => result.status === 'ok' && result.row.rev)).toEqual([2, 1, 3]);
  });

  test('[HLC-1] the newer stamp wins whatever the order of arrival', async () => {
    const op = newVideo({});
    await push(alice, [op]);
    await push(alice, [edit(op, 'title', 'late', stamp(20))]);
    const { results, rev } = await push(alice, [edit(op, 'title', 'early', stamp(10, laptop))]);
    expect(rev).toBe(2);
    expect(fieldsOf(results[0])).toEqual({ title: ['late', stamp(20)] });
  });

  test('[ROW-1] a second creation of a row undoes no title', async () => {
    const op = newVideo({});
    await push(alice, [op]);
    await push(alice, [edit(op, 'title', 'Mine', stamp(1))]);
    const { results } = await push(alice, [op]);
    expect(fieldsOf(results[0])).toEqual({ title: ['Mine', stamp(1)] });
  });

  test('two fields of one row keep their own winners', async () => {
    const op = newVideo({});
    await push(alice, [{ ...op, set: { title: ['a', stamp(5)], favorite: [true, stamp(1)] } }]);
    const { results } = await push(alice, [
      { id: op.id, set: { title: ['b', stamp(4)], favorite: [false, stamp(6)] } },
    ]);
    expect(fieldsOf(results[0])).toEqual({ title: ['a', stamp(5)], favorite: [false, stamp(6)] });
  });

  test('[PURGE-1] a purge request cannot be taken back by a newer stamp', async () => {
    const op = newVideo({});
    await push(alice, [{ ...op, set: { purgeRequestedAt: [5, stamp(1)] } }]);
    const { results } = await push(alice, [edit(op, 'purgeRequestedAt', null, stamp(9))]);
    expect(fieldsOf(results[0])).toEqual({ purgeRequestedAt: [5, stamp(1)] });
  });

  test('[PULL-7] unknown fields and creation members are kept as they are', async () => {
    const op = newVideo({ fromTheFuture: { deep: [1, 'ü'] } });
    const { results } = await push(alice, [{ ...op, set: { rating: [{ stars: 5 }, stamp(3)] } }]);
    expect(fieldsOf(results[0])).toEqual({ rating: [{ stars: 5 }, stamp(3)] });
    expect(results[0]).toMatchObject({ row: { create: { fromTheFuture: { deep: [1, 'ü'] } } } });
  });

  test('[ROW-3] a creation time of the future becomes now', async () => {
    const { results } = await push(alice, [newVideo({ createdAt: 1_900_000_000_000 })]);
    expect(results[0]).toMatchObject({ row: { create: { createdAt: 1_800_000_000_000 } } });
  });

  test('[PUSH-4] an edit of a row that the server does not know is rejected alone', async () => {
    const ghost = newVideo({});
    const { results } = await push(alice, [edit(ghost, 'title', 'x', stamp(1)), newVideo({})]);
    expect(results).toMatchObject([{ status: 'rejected', code: 'unknown', id: ghost.id }, { status: 'ok' }]);
  });

  test("another user's row of the same id is untouched", async () => {
    const op = newVideo({});
    await push(alice, [{ ...op, set: { title: ['Alice', stamp(1)] } }]);
    await push(bob, [{ ...op, set: { title: ['Bob', stamp(99)] } }]);
    const { results, rev } = await push(alice, [op]);
    expect(rev).toBe(1);
    expect(fieldsOf(results[0])).toEqual({ title: ['Alice', stamp(1)] });
    await expect(push(bob, [edit(newVideo({}), 'title', 'x', stamp(1))])).resolves.toMatchObject({ rev: 1 });
  });

  test('20 concurrent pushes give unique, increasing revisions and one head', async () => {
    const replies = await Promise.all(
      Array.from({ length: 20 }, () =>
        push(
          alice,
          Array.from({ length: 25 }, () => newVideo({})),
        ),
      ),
    );
    const revs = replies.flatMap(({ results }) =>
      results.map((result) => (result.status === 'ok' ? result.row.rev : -1)),
    );
    expect(new Set(revs).size).toBe(500);
    expect([...revs].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
    const heads = await deps.db.sql.execute({ sql: 'SELECT rev FROM user_head', args: [] });
    expect(heads.rows[0]?.rev).toBe(500);
  });
});

describe('[ID-1] the same video', () => {
  const request = { provider: 'wavespeed', requestId: 'r1', outputIndex: 0, originalUrl: 'https://x.example/1.mp4' };

  test('is recognised by request and output, and its edits move over', async () => {
    const known = newVideo(request);
    const again = { ...newVideo(request), set: { favorite: [true, stamp(2)] } } satisfies VideoOp;
    await push(alice, [known]);
    const { results } = await push(alice, [again]);
    expect(results).toMatchObject([
      { id: again.id, alias: known.id, row: { id: known.id, fields: { favorite: [true, stamp(2)] } } },
    ]);
    expect(await countVideos(alice)).toBe(1);
  });

  test('is recognised by its URL where one side lacks a request id', async () => {
    const known = newVideo(request);
    await push(alice, [known]);
    const { results } = await push(alice, [newVideo({ originalUrl: request.originalUrl })]);
    expect(results).toMatchObject([{ alias: known.id }]);
  });

  test('is another one where it is another output of the same request', async () => {
    await push(alice, [newVideo(request)]);
    await push(alice, [newVideo({ ...request, outputIndex: 1, originalUrl: 'https://x.example/2.mp4' })]);
    await push(alice, [newVideo({ ...request, outputIndex: null, originalUrl: 'https://x.example/3.mp4' })]);
    expect(await countVideos(alice)).toBe(3);
  });

  test('is not recognised by its URL where both have request ids', async () => {
    await push(alice, [newVideo(request)]);
    await push(alice, [newVideo({ ...request, requestId: 'r2' })]);
    expect(await countVideos(alice)).toBe(2);
  });

  test('is recognised within one push, also where the database knows it', async () => {
    const [a, b, c] = [newVideo(request), newVideo(request), newVideo({ originalUrl: request.originalUrl })];
    const first = await push(alice, [a, b, c]);
    expect(first.results.map((result) => result.status === 'ok' && result.row.id)).toEqual([a.id, a.id, a.id]);
    const [d, e] = [newVideo(request), newVideo({ originalUrl: request.originalUrl })];
    const second = await push(alice, [d, e]);
    expect(second.results.map((result) => result.status === 'ok' && result.row.id)).toEqual([a.id, a.id]);
    expect(await countVideos(alice)).toBe(1);
  });

  test('outputs of different generations never merge', async () => {
    const generationId = v.parse(GenerationIdSchema, id());
    await push(alice, [newVideo({ ...request, generationId })]);
    await push(alice, [newVideo({ ...request, generationId: v.parse(GenerationIdSchema, id()) })]);
    expect(await countVideos(alice)).toBe(2);
  });

  test('is another one for another user', async () => {
    await push(alice, [newVideo(request)]);
    await push(bob, [newVideo(request)]);
    expect([await countVideos(alice), await countVideos(bob)]).toEqual([1, 1]);
  });

  test('a later edit under the alias reaches the video', async () => {
    const [known, again] = [newVideo(request), newVideo(request)];
    await push(alice, [known, again]);
    const { results } = await push(alice, [edit(again, 'title', 'Named', stamp(3))]);
    expect(results).toMatchObject([{ alias: known.id, row: { fields: { title: ['Named', stamp(3)] } } }]);
  });

  test('a purged match is rejected', async () => {
    await push(alice, [newVideo(request)]);
    await deps.db.sql.execute({ sql: 'UPDATE video SET purged_at = 1', args: [] });
    const { results } = await push(alice, [newVideo(request)]);
    expect(results).toMatchObject([{ status: 'rejected', code: 'purged' }]);
  });
});

describe('generations', () => {
  test('[GEN-2] one is taken only from a device that knows the present history', async () => {
    const op = newGeneration({});
    const early = await commitPush(deps, { user: alice, videos: [], generations: [op], knowsEpoch: false });
    expect(early.results).toMatchObject([{ status: 'retry', code: 'epoch' }]);
    const { results } = await commitPush(deps, { user: alice, videos: [], generations: [op], knowsEpoch: true });
    expect(results).toMatchObject([{ status: 'ok', row: { server: { status: 'queued' } } }]);
  });

  test('[GEN-2] one first sent in another epoch is held', async () => {
    const [old, present] = [
      newGeneration({ sentEpoch: '0000000000000000' }),
      newGeneration({ sentEpoch: await readEpoch(deps.db, alice) }),
    ];
    const { results } = await commitPush(deps, {
      user: alice,
      videos: [],
      generations: [old, present],
      knowsEpoch: true,
    });
    expect(results).toMatchObject([{ row: { server: { status: 'held' } } }, { row: { server: { status: 'queued' } } }]);
  });

  test('[GEN-3] created and canceled in one push is never submitted', async () => {
    const op = { ...newGeneration({}), set: { cancelRequestedAt: [7, stamp(1)] } } satisfies GenerationOp;
    const { results } = await commitPush(deps, { user: alice, videos: [], generations: [op], knowsEpoch: true });
    expect(results).toMatchObject([{ row: { server: { status: 'canceled' } } }]);
    const due = await deps.db.sql.execute({ sql: 'SELECT next_at FROM generation', args: [] });
    expect(due.rows[0]?.next_at).toBeNull();
  });

  test('videos and generations share one order of revisions', async () => {
    await commitPush(deps, { user: alice, videos: [newVideo({})], generations: [newGeneration({})], knowsEpoch: true });
    const { rev } = await push(alice, [newVideo({})]);
    expect(rev).toBe(3);
  });
});

describe('[GEN-1] rows that the server writes itself', () => {
  test('carry a job, and change nothing where a device was first', async () => {
    const op = newVideo({ originalUrl: 'local:1/0' });
    const insert = () =>
      deps.db.sql.batch(
        videoInsertStatements(alice, [{ id: op.id, create: created(op) }], { now: 5, nonce: deps.nonce() }),
        'write',
      );
    await insert();
    await insert();
    const { results, rev } = await push(alice, [op]);
    expect(rev).toBe(1);
    expect(results).toMatchObject([{ row: { server: { mediaState: 'storing' } } }]);
    const jobs = await deps.db.sql.execute({ sql: 'SELECT * FROM ingest_job', args: [] });
    expect(jobs.rows).toHaveLength(1);
  });
});

function push(user: UserId, videos: readonly VideoOp[]) {
  return commitPush(deps, { user, videos, generations: [], knowsEpoch: true });
}

function id(): string {
  return uuidv7(Date.now(), random(10));
}

function newVideo(create: Record<string, unknown>): VideoOp {
  const fields = v.parse(VideoCreateSchema, { origin: 'generated', createdAt: 1_700_000_000_000, ...create });
  return { id: v.parse(VideoIdSchema, id()), create: fields, set: {} };
}

function newGeneration(create: Record<string, unknown>): GenerationOp {
  const base = { prompt: 'p', model: 'm', provider: 'local', videoIds: [id()], createdAt: 1_700_000_000_000 };
  return {
    id: v.parse(GenerationIdSchema, id()),
    create: v.parse(GenerationCreateSchema, { ...base, ...create }),
    set: {},
  };
}

function created(op: VideoOp) {
  return v.parse(VideoCreateSchema, op.create);
}

function edit(op: VideoOp, field: string, value: unknown, at: Stamp): VideoOp {
  return { id: op.id, set: { [field]: [value, at] } };
}

function stamp(nowMs: number, device = phone): Stamp {
  return nextStamp({ nowMs, device, last: ZERO_STAMP, seen: ZERO_STAMP });
}

function fieldsOf(result: Awaited<ReturnType<typeof push>>['results'][number] | undefined) {
  return result?.status === 'ok' && 'fields' in result.row ? result.row.fields : null;
}

async function countVideos(user: UserId): Promise<number> {
  const { rows } = await deps.db.sql.execute({
    sql: 'SELECT count(*) AS n FROM video WHERE user_id = ?',
    args: [user],
  });
  return Number(rows[0]?.n);
}
