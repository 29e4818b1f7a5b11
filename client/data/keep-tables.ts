import type { VideoId } from '../../sync/ids.ts';
import { createCopyReads } from './copy-reads.ts';
import type { CopyRecord, UserDatabase, VideoRecord } from './database.ts';
import { readKeeping } from './keeping.ts';
import { dropSegments, EMPTY, freeing, rowOfCopy, shown } from './media-tables.ts';
import { mayFree } from './only-copy.ts';
import { isQuotaError } from './storage-failure.ts';
import { readMeta } from './sync-store.ts';

/** Bytes on this device, as far as it hangs on them whether they stay. */
export interface KeptCopy {
  readonly copyId: string;
  readonly videoId: VideoId;
  readonly bytes: number;
  /** When it was last played here, or else made: milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether this is more than the only copy: the server has the very same. */
  readonly isSafe: boolean;
  readonly isPinned: boolean;
  /** Whether a device that keeps what this one is told to keep has it. */
  readonly isWanted: boolean;
}

/** A copy that made room. */
export type EvictedCopy = Pick<KeptCopy, 'copyId' | 'bytes' | 'usedAt'>;

/** What is kept and what goes, for the code that decides it in a page; a worker has no part in it. */
export interface KeepTables {
  /** Everything that takes room; a row is read for each. */
  readonly kept: () => Promise<readonly KeptCopy[]>;
  /** Copies that the policy is not for, and nobody pinned; reads little where all is as it should be. */
  readonly unwanted: () => Promise<readonly KeptCopy[]>;
  /** Copies that made room and may be fetched again. */
  readonly evicted: (nowMs: number) => Promise<readonly EvictedCopy[]>;
  /** Bytes of segments by their copies. */
  readonly ledger: () => Promise<number>;
  readonly pin: (id: VideoId) => Promise<void>;
  /** Drops the bytes of a video from this device for good; false, and nothing is touched, where they are the only ones. */
  readonly remove: (id: VideoId) => Promise<boolean>;
  /**
   * Drops the bytes of a copy that nobody pinned and that is not the only one; false, and nothing is touched, else.
   * @param backAt when they may be fetched again though room is short now; null where nobody wants them
   */
  readonly evict: (copyId: string, backAt: number | null) => Promise<boolean>;
  /** Has evicted copies fetched again, like any that never was here. */
  readonly bringBack: (copyIds: readonly string[]) => Promise<void>;
  /** Notes that a copy is played from here; to the hour, so that playing writes next to nothing. */
  readonly played: (id: VideoId, nowMs: number) => Promise<void>;
}

const HOUR = 3_600_000;
const LEDGER_PAGE = 2_000;

export function createKeepTables(db: UserDatabase): KeepTables {
  const { video } = createCopyReads(db);
  const epoch = async () => (await readMeta(db)).epoch;
  /** Takes the bytes away and leaves what `after` says of the copy; null leaves nothing. */
  const drop = async (copyId: string, after: CopyRecord | null): Promise<void> => {
    await dropSegments(db, copyId);
    await (after ? db.copies.put(after) : db.copies.delete(copyId));
  };

  const facts = async (copies: readonly CopyRecord[]): Promise<readonly KeptCopy[]> => {
    const here = copies.filter(takesRoom);
    const rows = await rowsOf(db, here);
    const [wanted, now] = [await wantedHere(db), await epoch()];
    return here.flatMap((copy, index) => {
      const row = rows[index];
      return row ? [keptCopy(row, copy, { isSafe: mayFree(row, copy, now), isWanted: wanted(row.id) })] : [];
    });
  };

  return {
    kept: async () => facts(await db.copies.where('state').anyOf(HERE).toArray()),
    unwanted: async () => {
      if ((await readKeeping(db)).newest === null) return [];
      const wanted = await wantedHere(db);
      const others = (await db.copies.where('state').anyOf(HERE).primaryKeys()).filter((copyId) => !wanted(copyId));
      const copies = (await db.copies.bulkGet(others)).flatMap((copy) => (copy && !copy.pinned ? [copy] : []));
      // Bytes keep the key that they were first written under: only the row tells. [ID-1]
      return (await facts(copies)).filter(({ isWanted }) => !isWanted);
    },
    evicted: async (nowMs) => {
      const copies = await db.copies.where('state').equals('evicted').toArray();
      return copies
        .filter(({ backAt = 0 }) => backAt <= nowMs)
        .map(({ copyId, total, lastPlayedAt }) => ({ copyId, bytes: total, usedAt: lastPlayedAt }));
    },
    ledger: async () => {
      let bytes = 0;
      let last = '';
      for (;;) {
        // A cursor would take a task for each: a fifth of a second of every start, with 1,000 of them.
        const copies = await db.copies.where(':id').above(last).limit(LEDGER_PAGE).toArray();
        for (const { received } of copies) bytes += received;
        const end = copies.at(-1);
        if (!end || copies.length < LEDGER_PAGE) return bytes;
        last = end.copyId;
      }
    },
    pin: async (id) => {
      const row = await video(id);
      if (!row) return;
      await db.transaction('rw', db.copies, async () => {
        const copy = await db.copies.get(row.copyId);
        const state = copy?.state === 'verified' ? 'verified' : 'partial';
        await db.copies.put({ ...EMPTY, ...copy, copyId: row.copyId, state, pinned: true });
      });
    },
    remove: (id) =>
      freeing(db, async () => {
        const row = await video(id);
        const copy = row && (await db.copies.get(row.copyId));
        if (!row || !mayFree(row, copy, await epoch())) return false;
        await drop(row.copyId, { ...EMPTY, ...copy, copyId: row.copyId, state: 'removed', ...NOTHING, pinned: false });
        return true;
      }),
    evict: async (copyId, backAt) => {
      const gone = await freeing(db, async () => {
        const copy = await db.copies.get(copyId);
        if (!copy || copy.pinned || !takesRoom(copy)) return false;
        if (!mayFree(await rowOfCopy(db, copyId), copy, await epoch())) return false;
        await drop(copyId, null);
        return copy;
      });
      if (!gone) return false;
      // Apart from the deletion, which a full disk lets happen; this it may refuse, and the bytes are gone all the same.
      if (backAt !== null) {
        await db.copies.add({ ...gone, state: 'evicted', ...NOTHING, backAt }).catch((error: unknown) => {
          if (!isQuotaError(error) && !isTaken(error)) throw error;
        });
      }
      return true;
    },
    bringBack: async (copyIds) => {
      await db.copies
        .where('copyId')
        .anyOf(copyIds)
        .and(({ state }) => state === 'evicted')
        .delete();
    },
    played: async (id, nowMs) => {
      const row = await video(id);
      if (!row) return;
      await db.transaction('rw', db.copies, async () => {
        const copy = await db.copies.get(row.copyId);
        if (copy?.state !== 'verified' || nowMs - copy.lastPlayedAt < HOUR) return;
        await db.copies.put({ ...copy, lastPlayedAt: nowMs });
      });
    },
  };
}

/** Somebody began to fetch it again in between. */
function isTaken(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConstraintError';
}

const HERE = ['partial', 'verified'] as const;
const NOTHING = { etag: '', received: 0 } as const;

function takesRoom({ state, received }: CopyRecord): boolean {
  return received > 0 && HERE.some((here) => here === state);
}

function keptCopy(
  row: VideoRecord,
  { copyId, received, pinned, lastPlayedAt }: CopyRecord,
  rest: Pick<KeptCopy, 'isSafe' | 'isWanted'>,
): KeptCopy {
  const usedAt = Math.max(lastPlayedAt, row.createdAt);
  return { copyId, videoId: row.id, bytes: received, usedAt, isPinned: pinned, ...rest };
}

/** The row of each copy. Most have the id of their row; the others are few. [ID-1] */
async function rowsOf(db: UserDatabase, copies: readonly CopyRecord[]): Promise<readonly (VideoRecord | undefined)[]> {
  const rows = await db.videos
    .where(':id')
    .anyOf(copies.map(({ copyId }) => copyId))
    .toArray();
  const byCopy = new Map(rows.map((row) => [row.copyId, row]));
  return Promise.all(copies.map(({ copyId }) => byCopy.get(copyId) ?? rowOfCopy(db, copyId)));
}

/** Says of a video or a copy whether the policy of this device is for it; pins are not asked for. */
async function wantedHere(db: UserDatabase): Promise<(id: string) => boolean> {
  const { newest } = await readKeeping(db);
  if (newest === null) return () => true;
  const ids = new Set<string>((await shown(db)).slice(0, newest));
  return (id) => ids.has(id);
}
