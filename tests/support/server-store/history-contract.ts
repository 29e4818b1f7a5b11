import { beforeEach, describe, expect, test } from 'vitest';
import type { Statement } from '../../../server/db/database.ts';
import { readPage } from '../../../server/sync/changes.ts';
import { ensureEpoch, readEpoch } from '../../../server/sync/epoch.ts';
import { purgeDue } from '../../../server/sync/purge.ts';
import type { SyncReply, VideoOp } from '../../../sync/protocol.ts';
import {
  alice,
  bob,
  DAY_MS,
  edit,
  newGeneration,
  newVideo,
  type OpenDatabase,
  openWorld,
  type StoreWorld,
  stamp,
} from './store-world.ts';

/** What a device reads, and how histories begin and end, whatever libSQL they are kept in. */
export function describeHistory(name: string, open: OpenDatabase): void {
  describe(`history on ${name}`, () => {
    let world: StoreWorld;
    beforeEach(async () => {
      world = await openWorld(open);
    });

    const trashed = (op: VideoOp, at = 1) => edit(op, 'deletedAt', at, stamp(at));
    const purgeAsked = (op: VideoOp) => ({ ...op, set: { purgeRequestedAt: [5, stamp(5)] } }) satisfies VideoOp;
    const purgeNow = () => purgeDue(world.commit);
    const statusOf = async (op: VideoOp) => {
      const [row] = await world.sql('SELECT purged_at, purge_at, trashed_at FROM video WHERE id = ?', [op.id]);
      return row;
    };

    describe('[PULL-1] changes', () => {
      test('come in the order of revisions, page by page, both kinds in one order', async () => {
        const start = await world.exchange({});
        const [a, b, c] = [newVideo({}), newVideo({}), newGeneration({})];
        const pushed = await world.exchange({ ...from(start), push: { videos: [a, b], generations: [c] } });
        expect([pushed.results.length, pushed.changes.videos]).toEqual([3, []]);
        const first = await world.exchange({ ...from(start), limit: 2 });
        expect([idsIn(first), first.more]).toEqual([[a.id, b.id], true]);
        const second = await world.exchange({ ...from(first), limit: 2 });
        expect([idsIn(second), second.more]).toEqual([[c.id], false]);
        expect(idsIn(await world.exchange(from(second)))).toEqual([]);
      });
    });

    test('[PULL-1] [PULL-2] no page costs more than its own rows', async () => {
      const statements: Statement[] = [];
      const sql = {
        ...world.db.sql,
        batch: async (batch: Statement[], mode: 'write' | 'read') => {
          statements.push(...batch);
          return world.db.sql.batch(batch, mode);
        },
        execute: (statement: Statement) => world.db.sql.execute(statement),
      };
      await world.exchange({ push: { videos: [newVideo({}), newVideo({})], generations: [] } });
      const request = {
        user: alice,
        epoch: await readEpoch(world.db, alice),
        told: new Map(),
        newSnapshotId: () => 'abc',
      };
      const first = await readPage({ ...world.db, sql }, { ...request, cursor: null, limit: 1 });
      const last = await readPage({ ...world.db, sql }, { ...request, cursor: first.cursor, limit: 9 });
      await readPage({ ...world.db, sql }, { ...request, cursor: last.cursor, limit: 9 });
      const pages = statements.filter((statement) => statement.sql.includes('LIMIT'));
      expect(pages.length).toBeGreaterThan(5);
      for (const statement of pages) {
        const explain = { ...statement, sql: `EXPLAIN QUERY PLAN ${statement.sql}` };
        const plan = (await world.db.sql.execute(explain)).rows.map(({ detail }) => String(detail)).join('; ');
        expect(plan).toMatch(
          /SEARCH (video|generation) USING INDEX (video_by_|generation_)(rev|by_rev|creation|by_creation|open)/,
        );
        expect(plan).not.toContain('TEMP B-TREE');
        if (/WHERE status NOT IN/.test(statement.sql)) expect(plan).toContain('generation_open');
      }
    });

    describe('[PULL-2] a snapshot', () => {
      test('is newest first, open generations before all, and its head stays the one it began with', async () => {
        const videos = [1, 2, 3].map((createdAt) => newVideo({ createdAt }));
        await world.exchange({ push: { videos, generations: [] } });
        const known = await world.exchange({});
        await world.exchange({ ...from(known), push: { videos: [], generations: [newGeneration({})] } });
        const first = await world.exchange({ limit: 2 });
        expect(first.changes.generations).toHaveLength(1);
        expect(first.changes.videos.map(({ id }) => id)).toEqual([videos[2]?.id]);
        expect(first.snapshot).toMatchObject({ head: 4, start: true, end: false });
        const late = newVideo({ createdAt: 9 });
        await world.push(alice, [late]);
        const second = await world.exchange({ ...from(first), limit: 9 });
        expect(second.changes.videos.map(({ id }) => id)).toEqual([videos[1]?.id, videos[0]?.id]);
        expect(second.snapshot).toMatchObject({ head: 4, end: true });
        expect(second.more).toBe(true);
        expect(idsIn(await world.exchange(from(second)))).toEqual([late.id]);
      });
    });

    describe('[PULL-5] a history', () => {
      test('goes on for a device that brings a head it was told', async () => {
        const first = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        const second = await world.exchange({ ...from(first), push: { videos: [newVideo({})], generations: [] } });
        expect(await world.exchange(from(first))).toMatchObject({ epoch: first.epoch });
        expect(await world.exchange(from(second))).toMatchObject({ epoch: first.epoch });
      });

      test.each([
        ['a revision that was never reached', '77.0123456789abcdef'],
        ['another commit of the same revision', '1.0123456789abcdef'],
      ])('starts anew where a device knows %s, and only for its user', async (_, head) => {
        const mine = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        const theirs = await world.exchange({ user: bob });
        const forked = await world.exchange({ cursor: mine.cursor, head: head as SyncReply['head'] });
        expect(forked.epoch).not.toBe(mine.epoch);
        expect(forked.snapshot).toMatchObject({ start: true });
        expect(await readEpoch(world.db, alice)).toBe(forked.epoch);
        expect(await world.exchange({ ...from(theirs), user: bob })).toMatchObject({ epoch: mine.epoch });
        expect(await world.exchange(from(forked))).toMatchObject({ epoch: forked.epoch });
      });

      test('starts anew once, however many devices find the fork at the same time', async () => {
        const mine = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        const request = { cursor: mine.cursor, head: '9.0123456789abcdef' as SyncReply['head'] };
        const replies = await Promise.all([1, 2, 3, 4].map(() => world.exchange(request)));
        const epochs = new Set(replies.map(({ epoch }) => epoch));
        expect(epochs.size).toBe(1);
        expect(epochs).not.toContain(mine.epoch);
      });

      test('starts anew once, though its devices find the fork one after another', async () => {
        const mine = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        const ahead = (n: number) => ({ cursor: mine.cursor, head: `${n}.0123456789abcdef` as SyncReply['head'] });
        const first = await world.exchange(ahead(8));
        const second = await world.exchange(ahead(9));
        expect(second).toMatchObject({ epoch: first.epoch, snapshot: { start: true } });
        expect(await world.exchange(from(first))).toMatchObject({ epoch: first.epoch });
      });

      test('[GEN-2] what a device of another history creates is not taken, and then held', async () => {
        const mine = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        const op = newGeneration({ sentEpoch: mine.epoch });
        const push = { videos: [], generations: [op] };
        const forked = await world.exchange({
          cursor: mine.cursor,
          head: '9.0123456789abcdef' as SyncReply['head'],
          push,
        });
        expect(forked.results).toMatchObject([{ status: 'retry', code: 'epoch' }]);
        const { results } = await world.exchange({ ...from(forked), push });
        expect(results).toMatchObject([{ status: 'ok', row: { server: { status: 'held' } } }]);
      });

      test('starts anew for everyone where the epoch is blank, as in a backup', async () => {
        const mine = await world.exchange({ push: { videos: [newVideo({})], generations: [] } });
        await world.exchange({ cursor: mine.cursor, head: '9.0123456789abcdef' as SyncReply['head'] });
        await world.sql(`UPDATE meta SET value = '' WHERE key = 'epoch'`);
        await ensureEpoch(world.db, world.random);
        const [ours, theirs] = [await readEpoch(world.db, alice), await readEpoch(world.db, bob)];
        expect(ours).toBe(theirs);
        expect(ours).not.toBe(mine.epoch);
        await ensureEpoch(world.db, world.random);
        expect(await readEpoch(world.db, alice)).toBe(ours);
      });
    });

    describe('[PURGE-1] a video', () => {
      const request = {
        provider: 'wavespeed',
        requestId: 'r1',
        outputIndex: 0,
        originalUrl: 'https://x.example/1.mp4',
      };

      test('is purged on request: a tombstone that recognises it, and bytes to delete', async () => {
        const op = newVideo({ ...request, prompt: 'secret' });
        const { rev } = await world.push(alice, [op]);
        await world.push(bob, [op]);
        await world.push(alice, [purgeAsked({ id: op.id, set: {} })]);
        await purgeNow();
        const reply = await world.exchange({});
        expect(reply.changes.videos).toEqual([]);
        const [row] = await world.sql('SELECT * FROM video WHERE user_id = ?', [alice]);
        expect(row).toMatchObject({ purged_at: world.now(), request_id: 'r1', fields: '{}', sha256: null });
        expect(String(row?.creation)).not.toContain('secret');
        expect(Number(row?.rev)).toBeGreaterThan(rev);
        expect(await world.sql('SELECT user_id, video_id FROM blob_deletion')).toEqual([
          expect.objectContaining({ user_id: 'alice', video_id: op.id }),
        ]);
        expect(await world.sql('SELECT user_id FROM ingest_job')).toEqual([
          expect.objectContaining({ user_id: 'bob' }),
        ]);
        const again = await world.push(alice, [op, newVideo(request)]);
        expect(again.results).toMatchObject([
          { status: 'rejected', code: 'purged' },
          { status: 'rejected', code: 'purged' },
        ]);
      });

      test('tells every device that reads on', async () => {
        const ops = [newVideo({}), newVideo({}), newVideo({})];
        const start = await world.exchange({ push: { videos: ops, generations: [] } });
        await world.push(
          alice,
          ops.map(({ id }) => purgeAsked({ id, set: {} })),
        );
        await purgeNow();
        const { changes, more } = await world.exchange(from(start));
        expect(changes.videos.map((row) => 'purged' in row)).toEqual([true, true, true]);
        expect(new Set(changes.videos.map(({ rev }) => rev)).size).toBe(3);
        expect(more).toBe(false);
      });

      test('leaves the trash thirty days after this server heard of it', async () => {
        const op = newVideo({});
        await world.push(alice, [op]);
        await world.push(alice, [trashed(op)]);
        world.pass(20 * DAY_MS);
        await world.push(alice, [edit(op, 'title', 'x', stamp(9))]);
        world.pass(10 * DAY_MS - 1);
        await purgeNow();
        expect(await statusOf(op)).toMatchObject({ purged_at: null });
        world.pass(1);
        await purgeNow();
        expect(await statusOf(op)).toMatchObject({ purged_at: world.now() });
      });

      test('stays when it is restored in time, and a second deletion counts anew', async () => {
        const op = newVideo({});
        await world.push(alice, [op]);
        await world.push(alice, [trashed(op, 10)]);
        world.pass(29 * DAY_MS);
        await world.push(alice, [edit(op, 'deletedAt', null, stamp(20))]);
        expect(await statusOf(op)).toMatchObject({ purge_at: null, trashed_at: null });
        await world.push(alice, [edit(op, 'deletedAt', 30, stamp(30))]);
        await world.push(alice, [edit(op, 'deletedAt', 40, stamp(40))]);
        world.pass(29 * DAY_MS);
        await purgeNow();
        expect(await statusOf(op)).toMatchObject({ purged_at: null });
      });
    });

    describe('[PULL-4] tombstones', () => {
      test('are collected after ninety days; who reads from below the floor starts a snapshot', async () => {
        const [gone, kept] = [newVideo({}), newVideo({})];
        const early = await world.exchange({ push: { videos: [gone, kept], generations: [] } });
        await world.push(alice, [purgeAsked({ id: gone.id, set: {} })]);
        const between = await world.exchange(from(early));
        await purgeNow();
        const late = await world.exchange(from(between));
        world.pass(90 * DAY_MS - 1);
        await purgeNow();
        expect(await world.countVideos(alice)).toBe(2);
        world.pass(1);
        await purgeNow();
        expect(await world.countVideos(alice)).toBe(1);
        expect(await world.exchange(from(late))).not.toHaveProperty('snapshot');
        const restarted = await world.exchange(from(between));
        expect(restarted).toMatchObject({ epoch: early.epoch, snapshot: { start: true, end: true } });
        expect(restarted.changes.videos.map(({ id }) => id)).toEqual([kept.id]);
      });

      test('collected under a snapshot on its way start it anew', async () => {
        const ops = [1, 2, 3].map((createdAt) => newVideo({ createdAt }));
        await world.push(alice, ops);
        const page = await world.exchange({ limit: 1 });
        await world.push(alice, [purgeAsked({ id: ops[2]?.id ?? newVideo({}).id, set: {} })]);
        await purgeNow();
        world.pass(90 * DAY_MS);
        await purgeNow();
        const next = await world.exchange({ ...from(page), limit: 9 });
        expect(next.snapshot).toMatchObject({ start: true });
        expect(next.snapshot?.id).not.toBe(page.snapshot?.id);
        expect(next.changes.videos.map(({ id }) => id)).toEqual([ops[1]?.id, ops[0]?.id]);
      });
    });

    describe('[HLC-2] a stamp', () => {
      test('more than a minute ahead is not taken, and never rewritten; the others are', async () => {
        const [ahead, fine] = [newVideo({}), newVideo({})];
        await world.push(alice, [ahead, fine]);
        const atMost = stamp(world.now() + 60_000);
        const { results, serverTime } = await world.exchange({
          push: {
            videos: [edit(ahead, 'title', 'x', stamp(world.now() + 60_001)), edit(fine, 'title', 'y', atMost)],
            generations: [],
          },
        });
        expect(serverTime).toBe(world.now());
        const byId = Object.fromEntries(results.map((result) => [result.id, result]));
        expect(byId[ahead.id]).toMatchObject({ status: 'retry', code: 'clock_ahead' });
        expect(byId[fine.id]).toMatchObject({ status: 'ok', row: { fields: { title: ['y', atMost] } } });
      });
    });

    describe('[PULL-7] an app too old to read', () => {
      test('has its work taken, is told nothing, and keeps its place', async () => {
        const start = await world.exchange({});
        const op = newVideo({});
        const push = { videos: [op], generations: [] };
        const reply = await world.exchange({ ...from(start), push }, { oldestReadable: 2 });
        expect(reply).toMatchObject({
          upgrade: true,
          cursor: start.cursor,
          more: false,
          results: [{ id: op.id, status: 'ok' }],
          changes: { videos: [], generations: [] },
        });
      });
    });

    describe('[PULL-3] a row that a restored server lost', () => {
      test('is looked for in the blob store before anything is fetched', async () => {
        const op = newVideo({});
        const create = { ...op.create, known: { sha256: 'a'.repeat(64), mediaState: 'stored' } } as VideoOp['create'];
        const { results } = await world.exchange({ push: { videos: [{ ...op, create }], generations: [] } });
        expect(results).toMatchObject([{ status: 'ok', row: { server: { mediaState: 'storing', sha256: null } } }]);
        expect(await world.sql('SELECT video_id FROM ingest_job')).toHaveLength(1);
      });

      test('comes back ended where it had ended, and its outputs are not taken on trust', async () => {
        const start = await world.exchange({});
        const op = newGeneration({ sentEpoch: 'ffffffffffffffff' });
        const known = {
          status: 'failed',
          error: { code: 'moderated', message: 'No', retryable: false },
          requestId: 'r7',
          completedAt: 7,
          outputs: [{ videoId: newVideo({}).id, url: 'local:x/0' }],
        };
        const create = { ...op.create, known } as typeof op.create;
        const { results } = await world.exchange({
          ...from(start),
          push: { videos: [], generations: [{ ...op, create }] },
        });
        expect(results).toMatchObject([
          {
            row: {
              server: {
                status: 'failed',
                error: { code: 'moderated' },
                requestId: 'r7',
                completedAt: 7,
                outputs: null,
              },
            },
          },
        ]);
        expect((await world.sql('SELECT next_at FROM generation'))[0]?.next_at).toBeNull();
      });

      test('is refused where what it claims to know has the wrong shape', async () => {
        const op = newVideo({});
        const create = { ...op.create, known: { sha256: 5 } };
        const { results } = await world.exchange({
          push: { videos: [{ id: op.id, create, set: {} }], generations: [] },
        });
        expect(results).toMatchObject([{ status: 'rejected', code: 'invalid' }]);
      });
    });
  });
}

function from({ cursor, head }: SyncReply) {
  return { cursor, head };
}

function idsIn({ changes }: SyncReply): readonly string[] {
  return [...changes.videos, ...changes.generations].sort((a, b) => a.rev - b.rev).map(({ id }) => id);
}
