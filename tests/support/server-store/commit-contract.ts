import * as v from 'valibot';
import { beforeEach, describe, expect, test } from 'vitest';
import { commitPush, videoInsertStatements } from '../../../server/sync/commit.ts';
import {
  insertIngestJobs,
  resolveAliases,
  selectGenerations,
  selectVideos,
  upsertGenerations,
  upsertVideos,
} from '../../../server/sync/commit-sql.ts';
import { readEpoch } from '../../../server/sync/epoch.ts';
import { GenerationIdSchema } from '../../../sync/ids.ts';
import type { GenerationOp, VideoOp } from '../../../sync/protocol.ts';
import {
  alice,
  bob,
  createdOf,
  edit,
  fieldsOf,
  laptop,
  newGeneration,
  newId,
  newVideo,
  type OpenDatabase,
  openWorld,
  type StoreWorld,
  stamp,
} from './store-world.ts';

/** What a push comes to, whatever libSQL it is committed to. */
export function describeCommit(name: string, open: OpenDatabase): void {
  describe(`commit on ${name}`, () => {
    let world: StoreWorld;
    beforeEach(async () => {
      world = await openWorld(open);
    });

    describe('one push', () => {
      test('[PUSH-2] a created video is returned whole, with the first revision', async () => {
        const op = newVideo({ prompt: 'A lighthouse' });
        const { results, rev } = await world.push(alice, [op]);
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
        const first = await world.push(alice, [op]);
        const second = await world.push(alice, [op]);
        expect(second).toEqual(first);
      });

      test('[PUSH-6] results come for unchanged rows too, in the order of the ops', async () => {
        const ops = [newVideo({}), newVideo({}), newVideo({})];
        await world.push(alice, ops.slice(1, 2));
        const { results } = await world.push(alice, ops);
        expect(results.map(({ id }) => id)).toEqual(ops.map(({ id }) => id));
        expect(results.map((result) => result.status === 'ok' && result.row.rev)).toEqual([2, 1, 3]);
      });

      test('[HLC-1] the newer stamp wins whatever the order of arrival', async () => {
        const op = newVideo({});
        await world.push(alice, [op]);
        await world.push(alice, [edit(op, 'title', 'late', stamp(20))]);
        const { results, rev } = await world.push(alice, [edit(op, 'title', 'early', stamp(10, laptop))]);
        expect(rev).toBe(2);
        expect(fieldsOf(results[0])).toEqual({ title: ['late', stamp(20)] });
      });

      test('[ROW-1] a second creation of a row undoes no title', async () => {
        const op = newVideo({});
        await world.push(alice, [op]);
        await world.push(alice, [edit(op, 'title', 'Mine', stamp(1))]);
        const { results } = await world.push(alice, [op]);
        expect(fieldsOf(results[0])).toEqual({ title: ['Mine', stamp(1)] });
      });

      test('two fields of one row keep their own winners', async () => {
        const op = newVideo({});
        await world.push(alice, [{ ...op, set: { title: ['a', stamp(5)], favorite: [true, stamp(1)] } }]);
        const { results } = await world.push(alice, [
          { id: op.id, set: { title: ['b', stamp(4)], favorite: [false, stamp(6)] } },
        ]);
        expect(fieldsOf(results[0])).toEqual({ title: ['a', stamp(5)], favorite: [false, stamp(6)] });
      });

      test('[PURGE-1] a purge request cannot be taken back by a newer stamp', async () => {
        const op = newVideo({});
        await world.push(alice, [{ ...op, set: { purgeRequestedAt: [5, stamp(1)] } }]);
        const { results } = await world.push(alice, [edit(op, 'purgeRequestedAt', null, stamp(9))]);
        expect(fieldsOf(results[0])).toEqual({ purgeRequestedAt: [5, stamp(1)] });
      });

      test('[PULL-7] unknown fields and creation members are kept as they are', async () => {
        const op = newVideo({ fromTheFuture: { deep: [1, 'ü'] } });
        const { results } = await world.push(alice, [{ ...op, set: { rating: [{ stars: 5 }, stamp(3)] } }]);
        expect(fieldsOf(results[0])).toEqual({ rating: [{ stars: 5 }, stamp(3)] });
        expect(results[0]).toMatchObject({ row: { create: { fromTheFuture: { deep: [1, 'ü'] } } } });
      });

      test('[ROW-3] a creation time of the future becomes now', async () => {
        const { results } = await world.push(alice, [newVideo({ createdAt: 1_900_000_000_000 })]);
        expect(results[0]).toMatchObject({ row: { create: { createdAt: 1_800_000_000_000 } } });
      });

      test('[PUSH-4] an edit of a row that the server does not know is rejected alone', async () => {
        const ghost = newVideo({});
        const { results } = await world.push(alice, [edit(ghost, 'title', 'x', stamp(1)), newVideo({})]);
        expect(results).toMatchObject([{ status: 'rejected', code: 'unknown', id: ghost.id }, { status: 'ok' }]);
      });

      test("another user's row of the same id is untouched", async () => {
        const op = newVideo({});
        await world.push(alice, [{ ...op, set: { title: ['Alice', stamp(1)] } }]);
        await world.push(bob, [{ ...op, set: { title: ['Bob', stamp(99)] } }]);
        const { results, rev } = await world.push(alice, [op]);
        expect(rev).toBe(1);
        expect(fieldsOf(results[0])).toEqual({ title: ['Alice', stamp(1)] });
        await expect(world.push(bob, [edit(newVideo({}), 'title', 'x', stamp(1))])).resolves.toMatchObject({ rev: 1 });
      });

      test('[PUSH-6] no statement of a push reads the whole library', async () => {
        const plans: string[] = [];
        for (const sql of everyStatement) {
          const args = { user: alice, now: 1, ops: '[]' };
          const { rows } = await world.db.sql.execute({ sql: `EXPLAIN QUERY PLAN ${sql}`, args });
          plans.push(...rows.map(({ detail }) => String(detail)));
        }
        const reads = plans.filter((plan) => /(?:SCAN|SEARCH) (?:v|r|g|video|generation)\b/.test(plan));
        expect(reads.length).toBeGreaterThan(6);
        for (const plan of reads) expect(plan).toMatch(/\(user_id=\? AND (?:id|request_id|original_url)=/);
      });

      test('20 concurrent pushes give unique, increasing revisions and one head', async () => {
        const replies = await Promise.all(
          Array.from({ length: 20 }, () =>
            world.push(
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
        const heads = await world.db.sql.execute({ sql: 'SELECT rev FROM user_head', args: [] });
        expect(heads.rows[0]?.rev).toBe(500);
      });
    });

    describe('[ID-1] the same video', () => {
      const request = {
        provider: 'wavespeed',
        requestId: 'r1',
        outputIndex: 0,
        originalUrl: 'https://x.example/1.mp4',
      };

      test('is recognised by request and output, and its edits move over', async () => {
        const known = newVideo(request);
        const again = { ...newVideo(request), set: { favorite: [true, stamp(2)] } } satisfies VideoOp;
        await world.push(alice, [known]);
        const { results } = await world.push(alice, [again]);
        expect(results).toMatchObject([
          { id: again.id, alias: known.id, row: { id: known.id, fields: { favorite: [true, stamp(2)] } } },
        ]);
        expect(await world.countVideos(alice)).toBe(1);
      });

      test('is recognised by its URL where one side lacks a request id', async () => {
        const known = newVideo(request);
        await world.push(alice, [known]);
        const { results } = await world.push(alice, [newVideo({ originalUrl: request.originalUrl })]);
        expect(results).toMatchObject([{ alias: known.id }]);
      });

      test('is another one where it is another output of the same request', async () => {
        await world.push(alice, [newVideo(request)]);
        await world.push(alice, [newVideo({ ...request, outputIndex: 1, originalUrl: 'https://x.example/2.mp4' })]);
        await world.push(alice, [newVideo({ ...request, outputIndex: null, originalUrl: 'https://x.example/3.mp4' })]);
        expect(await world.countVideos(alice)).toBe(3);
      });

      test('is not recognised by its URL where both have request ids', async () => {
        await world.push(alice, [newVideo(request)]);
        await world.push(alice, [newVideo({ ...request, requestId: 'r2' })]);
        expect(await world.countVideos(alice)).toBe(2);
      });

      test('is recognised within one push, also where the database knows it', async () => {
        const [a, b, c] = [newVideo(request), newVideo(request), newVideo({ originalUrl: request.originalUrl })];
        const first = await world.push(alice, [a, b, c]);
        expect(first.results.map((result) => result.status === 'ok' && result.row.id)).toEqual([a.id, a.id, a.id]);
        const [d, e] = [newVideo(request), newVideo({ originalUrl: request.originalUrl })];
        const second = await world.push(alice, [d, e]);
        expect(second.results.map((result) => result.status === 'ok' && result.row.id)).toEqual([a.id, a.id]);
        expect(await world.countVideos(alice)).toBe(1);
      });

      test('outputs of different generations never merge', async () => {
        const generationId = v.parse(GenerationIdSchema, newId());
        await world.push(alice, [newVideo({ ...request, generationId })]);
        await world.push(alice, [newVideo({ ...request, generationId: v.parse(GenerationIdSchema, newId()) })]);
        expect(await world.countVideos(alice)).toBe(2);
      });

      test('is another one for another user', async () => {
        await world.push(alice, [newVideo(request)]);
        await world.push(bob, [newVideo(request)]);
        expect([await world.countVideos(alice), await world.countVideos(bob)]).toEqual([1, 1]);
      });

      test('a later edit under the alias reaches the video', async () => {
        const [known, again] = [newVideo(request), newVideo(request)];
        await world.push(alice, [known, again]);
        const { results } = await world.push(alice, [edit(again, 'title', 'Named', stamp(3))]);
        expect(results).toMatchObject([{ alias: known.id, row: { fields: { title: ['Named', stamp(3)] } } }]);
      });

      test('a purged match is rejected', async () => {
        await world.push(alice, [newVideo(request)]);
        await world.db.sql.execute({ sql: 'UPDATE video SET purged_at = 1', args: [] });
        const { results } = await world.push(alice, [newVideo(request)]);
        expect(results).toMatchObject([{ status: 'rejected', code: 'purged' }]);
      });
    });

    describe('generations', () => {
      test('[GEN-2] one is taken only from a device that knows the present history', async () => {
        const op = newGeneration({});
        const early = await commitPush(world.commit, { user: alice, videos: [], generations: [op], knowsEpoch: false });
        expect(early.results).toMatchObject([{ status: 'retry', code: 'epoch' }]);
        const { results } = await commitPush(world.commit, {
          user: alice,
          videos: [],
          generations: [op],
          knowsEpoch: true,
        });
        expect(results).toMatchObject([{ status: 'ok', row: { server: { status: 'queued' } } }]);
      });

      test('[GEN-2] one first sent in another epoch is held', async () => {
        const [old, present] = [
          newGeneration({ sentEpoch: '0000000000000000' }),
          newGeneration({ sentEpoch: await readEpoch(world.db, alice) }),
        ];
        const { results } = await commitPush(world.commit, {
          user: alice,
          videos: [],
          generations: [old, present],
          knowsEpoch: true,
        });
        expect(results).toMatchObject([
          { row: { server: { status: 'held' } } },
          { row: { server: { status: 'queued' } } },
        ]);
      });

      test('[GEN-3] created and canceled in one push is never submitted', async () => {
        const op = { ...newGeneration({}), set: { cancelRequestedAt: [7, stamp(1)] } } satisfies GenerationOp;
        const { results } = await commitPush(world.commit, {
          user: alice,
          videos: [],
          generations: [op],
          knowsEpoch: true,
        });
        expect(results).toMatchObject([{ row: { server: { status: 'canceled' } } }]);
        const due = await world.db.sql.execute({ sql: 'SELECT next_at FROM generation', args: [] });
        expect(due.rows[0]?.next_at).toBeNull();
      });

      test('videos and generations share one order of revisions', async () => {
        await commitPush(world.commit, {
          user: alice,
          videos: [newVideo({})],
          generations: [newGeneration({})],
          knowsEpoch: true,
        });
        const { rev } = await world.push(alice, [newVideo({})]);
        expect(rev).toBe(3);
      });
    });

    describe('[GEN-1] rows that the server writes itself', () => {
      test('carry a job, and change nothing where a device was first', async () => {
        const op = newVideo({ originalUrl: 'local:1/0' });
        const insert = () =>
          world.db.sql.batch(
            videoInsertStatements(alice, [{ id: op.id, create: createdOf(op) }], {
              now: 5,
              nonce: world.commit.nonce(),
            }),
            'write',
          );
        await insert();
        await insert();
        const { results, rev } = await world.push(alice, [op]);
        expect(rev).toBe(1);
        expect(results).toMatchObject([{ row: { server: { mediaState: 'storing' } } }]);
        const jobs = await world.db.sql.execute({ sql: 'SELECT * FROM ingest_job', args: [] });
        expect(jobs.rows).toHaveLength(1);
      });
    });
  });
}

const everyStatement = [
  ...resolveAliases,
  upsertVideos,
  insertIngestJobs,
  upsertGenerations,
  selectVideos,
  selectGenerations,
];
