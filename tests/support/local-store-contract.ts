import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { nextStamp, ZERO_STAMP } from '../../sync/hlc.ts';
import {
  DeviceIdSchema,
  EpochSchema,
  GenerationIdSchema,
  RevSchema,
  SnapshotIdSchema,
  uuidv7,
  VideoIdSchema,
} from '../../sync/ids.ts';
import { newGenerationRow, newVideoRow, type VideoRow } from '../../sync/local-row.ts';
import type { LocalStore } from '../../sync/ports.ts';
import { GenerationCreateSchema, VideoCreateSchema, VideoServerSchema } from '../../sync/records.ts';

const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
const later = v.parse(EpochSchema, 'bbbbbbbbbbbbbbbb');
const snapshot = v.parse(SnapshotIdSchema, 's1');
const none = new Set<string>();

/** A store, with a look at what the engine only writes. */
export type StoreUnderTest = LocalStore & {
  readonly aliases: () => Promise<readonly (readonly [from: string, to: string])[]>;
};

/** What the engine relies on, of any local store. @param make an empty store of a new device */
export function testLocalStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`local store: ${name}`, () => {
    test('gives back what was put, in the order asked, and undefined for the rest', async () => {
      const store = await make();
      const [a, b] = [video(1), video(2)];
      await store.transact((tx) => tx.videos.putMany([a, b], null));
      const rows = await store.transact((tx) => tx.videos.getMany([b.id, videoId(9), a.id]));
      expect(rows.map((row) => row?.id)).toEqual([b.id, undefined, a.id]);
      expect(rows[0]).toMatchObject(b);
    });

    test('a transaction that rejects leaves no trace', async () => {
      const store = await make();
      const failing = store.transact(async (tx) => {
        await tx.videos.putMany([video(1)], null);
        await tx.putMeta({ ...(await tx.meta()), lastSyncAt: 7 });
        throw new Error('on purpose');
      });
      await expect(failing).rejects.toThrow('on purpose');
      const after = await store.transact(
        async (tx) => [await tx.videos.getMany([videoId(1)]), await tx.meta()] as const,
      );
      expect(after[0]).toEqual([undefined]);
      expect(after[1].lastSyncAt).toBeNull();
    });

    test('a transaction outlives awaits that read and write nothing', async () => {
      const store = await make();
      const nothing = async () => {};
      await store.transact(async (tx) => {
        for (let turn = 0; turn < 20; turn++) await nothing();
        await tx.videos.putMany([], null);
        await tx.videos.getMany([]);
        await tx.videos.deleteMany([]);
        await tx.videos.putMany([video(1)], null);
        await nothing();
      });
      expect(await store.transact((tx) => tx.videos.dirty(9, none))).toHaveLength(1);
    });

    test('transactions that run at once see each other whole', async () => {
      const store = await make();
      const increment = () =>
        store.transact(async (tx) => {
          const meta = await tx.meta();
          await tx.videos.getMany([videoId(1)]);
          await tx.putMeta({ ...meta, clockOffset: meta.clockOffset + 1 });
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      expect((await store.transact((tx) => tx.meta())).clockOffset).toBe(20);
    });

    test('[PUSH-1] dirty are rows never acknowledged or edited since, oldest first, up to the limit', async () => {
      const store = await make();
      const edited = { ...received(video(2)), fields: { title: ['x', stamp(5)] as const } };
      const rejected = { ...video(4), rejection: { code: 'invalid', message: 'no' } };
      await store.transact(async (tx) => {
        await tx.putMeta({ ...(await tx.meta()), epoch });
        await tx.videos.putMany([video(3), edited, received(video(1)), rejected], epoch);
      });
      const dirty = (limit: number, except = none) => store.transact((tx) => tx.videos.dirty(limit, except));
      expect((await dirty(10)).map(({ id }) => id)).toEqual([videoId(2), videoId(3)]);
      expect((await dirty(1)).map(({ id }) => id)).toEqual([videoId(2)]);
      expect((await dirty(1, new Set([videoId(2)]))).map(({ id }) => id)).toEqual([videoId(3)]);
      expect(await dirty(0)).toEqual([]);
    });

    test('[ROW-2] a new epoch makes a received row wait, until it is derived otherwise', async () => {
      const store = await make();
      const edited = { ...received(video(1)), fields: { title: ['x', stamp(5)] as const } };
      await store.transact(async (tx) => {
        await tx.videos.putMany([edited], epoch);
        await tx.putMeta({ ...(await tx.meta()), epoch: later });
        await tx.videos.rederive(later);
      });
      expect(await store.transact((tx) => tx.videos.dirty(10, none))).toEqual([]);
    });

    test.each([5, 120])('[PULL-1] finds what is here of %i rows, in the order they were asked for', async (count) => {
      const store = await make();
      const all = Array.from({ length: count }, (_, index) => video(index * 2 + 1));
      const here = all.filter((_, index) => index % 3 === 0);
      await store.transact((tx) => tx.videos.putMany([...here, video(2), video(4)], null));
      for (const asked of [all, [...all].reverse(), here, all.slice(0, 70).filter((row) => !here.includes(row))]) {
        const found = await store.transact((tx) => tx.videos.getMany(asked.map(({ id }) => id)));
        expect(found.map((row) => row?.id)).toEqual(asked.map((row) => (here.includes(row) ? row.id : undefined)));
      }
    });

    test('finds every other row among many neighbours', async () => {
      const store = await make();
      const all = Array.from({ length: 300 }, (_, index) => video(index + 1));
      await store.transact((tx) => tx.videos.putMany(all, null));
      const asked = all.filter((_, index) => index % 2 === 1).map(({ id }) => id);
      const found = await store.transact((tx) => tx.videos.getMany(asked));
      expect(found.map((row) => row?.id)).toEqual(asked);
    });

    test('[ID-1] a canonical id is never itself an alias, whichever way it turned', async () => {
      const store = await make();
      const [a, b, c] = [videoId(1), videoId(2), videoId(3)];
      await store.transact((tx) => tx.putAlias(a, b));
      await store.transact((tx) => tx.putAlias(b, c));
      expect(await store.aliases()).toEqual([
        [a, c],
        [b, c],
      ]);
      await store.transact((tx) => tx.putAlias(c, a));
      expect(await store.aliases()).toEqual([
        [b, a],
        [c, a],
      ]);
    });

    test('[PULL-3] tells the rows that a snapshot did not contain', async () => {
      const store = await make();
      await store.transact((tx) => tx.videos.putMany([{ ...video(1), seenIn: snapshot }, video(2)], null));
      const absent = await store.transact((tx) => tx.videos.notSeenIn(snapshot));
      expect(absent.map(({ id }) => id)).toEqual([videoId(2)]);
    });

    test('keeps generations apart from videos, and deletes what it is told', async () => {
      const store = await make();
      const id = v.parse(GenerationIdSchema, videoId(1));
      const create = { prompt: 'p', model: 'm', provider: 'local', videoIds: [videoId(7)], createdAt: 1 };
      await store.transact(async (tx) => {
        await tx.videos.putMany([video(1)], null);
        await tx.generations.putMany([newGenerationRow(id, v.parse(GenerationCreateSchema, create))], null);
        await tx.videos.deleteMany([videoId(1)]);
      });
      const left = await store.transact(async (tx) => [
        await tx.videos.getMany([videoId(1)]),
        (await tx.generations.dirty(9, none)).map((row) => row.id),
      ]);
      expect(left).toEqual([[undefined], [id]]);
    });
  });
}

function videoId(n: number) {
  return v.parse(VideoIdSchema, uuidv7(n, new Uint8Array(10)));
}

function video(n: number): VideoRow {
  return newVideoRow(videoId(n), v.parse(VideoCreateSchema, { origin: 'generated', createdAt: n }));
}

function received(row: VideoRow): VideoRow {
  const unmeasured = { width: null, height: null, durationMs: null, codec: null };
  const server = { mediaError: null, bytes: 1, sha256: 'x', posterAt: null, storedAt: 1, ...unmeasured };
  const rev = v.parse(RevSchema, 1);
  return {
    ...row,
    received: { epoch, rev, stamps: {}, server: v.parse(VideoServerSchema, { mediaState: 'stored', ...server }) },
  };
}

function stamp(nowMs: number) {
  const device = v.parse(DeviceIdSchema, '0123456789abcdef');
  return nextStamp({ nowMs, device, last: ZERO_STAMP, seen: ZERO_STAMP });
}
