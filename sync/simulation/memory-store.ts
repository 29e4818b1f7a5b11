import { ZERO_STAMP } from '../hlc.ts';
import type { DeviceId, Epoch, UserId, VideoId } from '../ids.ts';
import type { AnyRow, GenerationRow, VideoRow } from '../local-row.ts';
import type { LocalStore, LocalTransaction, RowTable, SyncMeta, SyncStats } from '../ports.ts';
import { isDirty, type SaveState, saveState } from '../save-state.ts';

/** A row with the columns that were derived from it when it was written, as a database keeps them. */
export type StoredVideo = VideoRow & { readonly saveState: SaveState; readonly dirty: boolean };
export type StoredGeneration = GenerationRow & { readonly dirty: boolean };

/** What a device's disk holds. */
export interface Disk {
  readonly meta: SyncMeta;
  readonly videos: ReadonlyMap<string, StoredVideo>;
  readonly generations: ReadonlyMap<string, StoredGeneration>;
  readonly aliases: ReadonlyMap<VideoId, VideoId>;
}

export interface MemoryStore extends LocalStore {
  /** Says that all bytes of a video are here. */
  readonly keepBytes: (id: VideoId) => void;
  readonly hasBytes: (copyId: string) => boolean;
  /** The disk as the last committed transaction left it. */
  readonly disk: () => Disk;
}

/** The local store of the simulation: transactions one after another, each whole or without a trace. */
export function createMemoryStore(user: UserId, device: DeviceId): MemoryStore {
  let disk = emptyDisk(user, device);
  let last: Promise<unknown> = Promise.resolve();
  // By `copyId`, which survives an alias.
  const kept = new Set<string>();
  const copyOf = (id: VideoId) => disk.videos.get(id)?.copyId ?? id;
  return {
    disk: () => disk,
    keepBytes: (id) => void kept.add(copyOf(id)),
    hasBytes: (copyId) => kept.has(copyId),
    withVerifiedBytes: async (ids) => new Set(ids.filter((id) => kept.has(copyOf(id)))),
    transact: (work) => {
      const run = last.then(async () => {
        const draft = copy(disk);
        const result = await work(transaction(draft));
        disk = draft;
        return result;
      });
      last = run.catch(() => undefined);
      return run;
    },
  };
}

/** A video with its columns, derived now. */
export function storedVideo(row: VideoRow, epoch: Epoch | null): StoredVideo {
  return { ...row, saveState: saveState(row, epoch), dirty: isDirty(row, epoch) };
}

/** @see storedVideo */
export function storedGeneration(row: GenerationRow, epoch: Epoch | null): StoredGeneration {
  return { ...row, dirty: isDirty(row, epoch) };
}

interface Draft {
  meta: SyncMeta;
  readonly videos: Map<string, StoredVideo>;
  readonly generations: Map<string, StoredGeneration>;
  readonly aliases: Map<VideoId, VideoId>;
}

function copy(disk: Disk): Draft {
  return {
    meta: disk.meta,
    videos: new Map(disk.videos),
    generations: new Map(disk.generations),
    aliases: new Map(disk.aliases),
  };
}

function transaction(draft: Draft): LocalTransaction {
  return {
    meta: async () => draft.meta,
    putMeta: async (meta) => {
      draft.meta = meta;
    },
    videos: table<VideoRow['id'], VideoRow, StoredVideo>(draft.videos, storedVideo),
    generations: table<GenerationRow['id'], GenerationRow, StoredGeneration>(draft.generations, storedGeneration),
    putAlias: async (from, to) => {
      // A canonical id is never itself an alias. [ID-1]
      for (const [name, target] of draft.aliases) if (target === from) draft.aliases.set(name, to);
      draft.aliases.set(from, to);
      draft.aliases.delete(to);
    },
    stats: async (nowMs) => stats([...draft.videos.values()], nowMs),
  };
}

function table<Id extends string, Row extends AnyRow & { readonly id: Id }, Stored extends Row & { dirty: boolean }>(
  rows: Map<string, Stored>,
  stored: (row: Row, epoch: Epoch | null) => Stored,
): RowTable<Id, Row> {
  return {
    getMany: async (ids) => ids.map((id) => rows.get(id)),
    putMany: async (put, epoch) => {
      for (const row of put) rows.set(row.id, stored(row, epoch));
    },
    deleteMany: async (ids) => {
      for (const id of ids) rows.delete(id);
    },
    dirty: async (limit, except) =>
      [...rows.values()]
        .filter(({ id, dirty }) => dirty && !except.has(id))
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit),
    notSeenIn: async (snapshot) => [...rows.values()].filter(({ seenIn }) => seenIn !== snapshot),
    rederive: async (epoch) => {
      for (const [id, row] of rows) rows.set(id, stored(row, epoch));
    },
  };
}

function stats(videos: readonly StoredVideo[], nowMs: number): SyncStats {
  const count = (state: SaveState) => videos.filter((row) => row.saveState === state).length;
  const pending = videos.filter((row) => row.saveState === 'pending').map((row) => row.create.createdAt);
  const oldestPendingMs = pending.length > 0 ? Math.max(0, nowMs - Math.min(...pending)) : null;
  return { completed: videos.length, synced: count('synced'), failed: count('failed'), oldestPendingMs };
}

function emptyDisk(user: UserId, device: DeviceId): Disk {
  const meta = {
    user,
    device,
    epoch: null,
    cursor: null,
    head: null,
    lastStamp: ZERO_STAMP,
    clockOffset: 0,
    lastSyncAt: null,
  };
  return { meta, videos: new Map(), generations: new Map(), aliases: new Map() };
}
