import type { UserId, VideoId } from '../../sync/ids.ts';
import { type CopyReads, createCopyReads, segmentsOf } from './copy-reads.ts';
import type { PosterRecord, UserDatabase, VideoRecord } from './database.ts';
import { type Keeping, readKeeping } from './keeping.ts';
import { mayFree } from './only-copy.ts';
import { isQuotaError } from './storage-failure.ts';

/** What became of a write; a full disk is told apart from every other trouble, which rejects. */
export type WriteOutcome =
  | 'written'
  /** The copy is no longer the one that this write belongs to: removed, or begun anew. */
  | 'superseded'
  | 'quota';

/** Which representation of a video the segments are of. */
export interface Representation {
  readonly copyId: string;
  readonly etag: string;
}

/** The bytes that a device has, as the code that fetches, keeps and serves them needs them. */
export interface MediaTables extends CopyReads {
  readonly user: UserId;
  /** Drops what is here of a video and begins anew; what a person wished of the copy stays. */
  readonly begin: (
    fresh: Representation & { readonly contentType: string; readonly total: number },
  ) => Promise<WriteOutcome>;
  /** Adds a segment at the end of what was received: segment, length and validator in one transaction. */
  readonly append: (
    at: Representation & { readonly offset: number },
    data: Blob | ArrayBuffer,
  ) => Promise<WriteOutcome>;
  readonly setVerified: (copy: Representation) => Promise<WriteOutcome>;
  /** Drops the bytes of a representation that proved wrong; nothing where it has changed since, or is the only one. */
  readonly discard: (copy: Representation) => Promise<void>;
  readonly poster: (id: VideoId) => Promise<PosterRecord | undefined>;
  readonly putPoster: (poster: PosterRecord) => Promise<WriteOutcome>;
  /** Changes whenever there may be something new to fetch; cheap to ask for. */
  readonly fingerprint: () => Promise<string>;
  /** Ids of videos outside the trash that have no poster here, newest first. */
  readonly withoutPoster: () => Promise<readonly VideoId[]>;
  /** Ids of videos outside the trash whose bytes are to be here and are not all: what a person wished, then newest first. */
  readonly withoutCopy: () => Promise<readonly VideoId[]>;
  readonly keeping: () => Promise<Keeping>;
  /** Whether this browser gives back a Blob that it was given to keep; WebKit's ephemeral storage does not. */
  readonly storesBlobs: () => Promise<boolean>;
}

/** The media tables of one person's database. */
export function createMediaTables(db: UserDatabase): MediaTables {
  let blobs: Promise<boolean> | null = null;
  const inCopies = <T>(work: () => Promise<T>) => db.transaction('rw', db.copies, db.segments, work);
  const epoch = async () => (await db.meta.get('sync'))?.epoch ?? null;

  const partial = async ({ copyId, etag }: Representation) => {
    const copy = await db.copies.get(copyId);
    return copy?.state === 'partial' && copy.etag === etag ? copy : null;
  };

  return {
    ...createCopyReads(db),
    user: db.user,
    begin: (fresh) =>
      guardQuota(() =>
        inCopies(async () => {
          const before = await db.copies.get(fresh.copyId);
          if (before?.state === 'removed' || before?.state === 'verified') return 'superseded';
          await dropSegments(db, fresh.copyId);
          await db.copies.put({ ...(before ?? EMPTY), ...fresh, state: 'partial', received: 0 });
          return 'written';
        }),
      ),
    append: ({ offset, ...at }, data) =>
      guardQuota(() =>
        inCopies(async () => {
          const copy = await partial(at);
          if (copy?.received !== offset) return 'superseded';
          const length = data instanceof Blob ? data.size : data.byteLength;
          await db.segments.add({ copyId: at.copyId, offset, length, data });
          await db.copies.put({ ...copy, received: offset + length });
          return 'written';
        }),
      ),
    setVerified: (at) =>
      guardQuota(() =>
        inCopies(async () => {
          const copy = await partial(at);
          if (!copy || copy.received !== copy.total) return 'superseded';
          await db.copies.put({ ...copy, state: 'verified' });
          return 'written';
        }),
      ),
    discard: (at) =>
      freeing(db, async () => {
        const copy = await db.copies.get(at.copyId);
        if (!copy || copy.state === 'removed' || copy.etag !== at.etag) return;
        // What is left of the only copy is worth more than nothing.
        if (copy.state === 'verified' && !mayFree(await rowOfCopy(db, copy.copyId), copy, await epoch())) return;
        await dropSegments(db, at.copyId);
        await db.copies.put({ ...copy, state: 'partial', etag: '', received: 0 });
      }),
    poster: (id) => db.posters.get(id),
    putPoster: (poster) =>
      guardQuota(async () => {
        await db.posters.put(poster);
        return 'written';
      }),
    fingerprint: async () => {
      const meta = await db.meta.get('sync');
      const counts = [
        await db.videos.count(),
        await db.copies.count(),
        await settled(db).count(),
        await db.posters.count(),
      ];
      return JSON.stringify([meta?.cursor, await readKeeping(db), ...counts]);
    },
    withoutPoster: async () => {
      const have = new Set(await db.posters.toCollection().primaryKeys());
      return (await shown(db)).filter((id) => !have.has(id));
    },
    withoutCopy: async () => {
      const have = new Set<string>(await settled(db).primaryKeys());
      const { newest } = await readKeeping(db);
      const all = await shown(db);
      const pinned = await db.copies
        .where('state')
        .equals('partial')
        .filter((copy) => copy.pinned)
        .primaryKeys();
      const wished = new Set(await Promise.all(pinned.map(async (copyId) => (await rowOfCopy(db, copyId))?.id)));
      const wanted = all.slice(0, newest ?? all.length);
      return [...all.filter((id) => wished.has(id)), ...wanted.filter((id) => !have.has(id) && !wished.has(id))];
    },
    keeping: () => readKeeping(db),
    storesBlobs: () => (blobs ??= probeBlobs(db)),
  };
}

/** What frees bytes looks in the same transaction at who else has them. */
export function freeing<T>(db: UserDatabase, work: () => Promise<T>): Promise<T> {
  return db.transaction('rw', [db.copies, db.segments, db.videos, db.aliases, db.meta], work);
}

export const EMPTY = { contentType: '', etag: '', total: 0, received: 0, pinned: false, lastPlayedAt: 0 } as const;

export function dropSegments(db: Pick<UserDatabase, 'segments'>, copyId: string): PromiseLike<number> {
  return segmentsOf(db, copyId).delete();
}

/** Bytes keep the key that they were first written under, whatever id their video has now. [ID-1] */
export async function rowOfCopy(
  { videos, aliases }: Pick<UserDatabase, 'videos' | 'aliases'>,
  copyId: string,
): Promise<VideoRecord | undefined> {
  const alias = await aliases.where(':id').equals(copyId).first();
  const row = await videos
    .where(':id')
    .equals(alias?.to ?? copyId)
    .first();
  return row?.copyId === copyId ? row : undefined;
}

/** Copies that nothing more is fetched for by itself. */
function settled(db: UserDatabase) {
  return db.copies.where('state').anyOf('verified', 'removed', 'evicted');
}

/** Ids outside the trash, newest first. Keys only and by the index, so that a library of 100,000 costs no row. */
export async function shown(db: UserDatabase): Promise<readonly VideoId[]> {
  const ids = await db.videos.where('[deleted+createdAt]').between([0, 0], [0, Number.MAX_SAFE_INTEGER]).primaryKeys();
  return ids.reverse();
}

async function guardQuota(write: () => Promise<WriteOutcome>): Promise<WriteOutcome> {
  try {
    return await write();
  } catch (error) {
    if (isQuotaError(error)) return 'quota';
    throw error;
  }
}

/** WebKit refuses Blobs where storage is ephemeral, and once gave back empty ones; only reading tells. */
async function probeBlobs(db: UserDatabase): Promise<boolean> {
  const copyId = 'probe';
  try {
    await db.segments.put({ copyId, offset: 0, length: 1, data: new Blob(['v']) });
    const kept = await db.segments.get([copyId, 0]);
    return kept?.data instanceof Blob && (await kept.data.text()) === 'v';
  } catch {
    return false;
  } finally {
    await db.segments.delete([copyId, 0]);
  }
}
