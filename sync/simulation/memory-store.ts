import { ZERO_STAMP } from '../hlc.ts';
import type { DeviceId, UserId, VideoId } from '../ids.ts';
import type { AnyRow, GenerationRow, VideoRow } from '../local-row.ts';
import type { LocalStore, LocalTransaction, RowTable, SyncMeta } from '../ports.ts';
import { isDirty } from '../save-state.ts';

/** What a device's disk holds. */
export interface Disk {
  readonly meta: SyncMeta;
  readonly videos: ReadonlyMap<string, VideoRow>;
  readonly generations: ReadonlyMap<string, GenerationRow>;
  readonly aliases: ReadonlyMap<VideoId, VideoId>;
}

export interface MemoryStore extends LocalStore {
  /** The disk as the last committed transaction left it. */
  readonly disk: () => Disk;
}

/** The local store of the simulation: transactions one after another, each whole or without a trace. */
export function createMemoryStore(user: UserId, device: DeviceId): MemoryStore {
  let disk = emptyDisk(user, device);
  let last: Promise<unknown> = Promise.resolve();
  return {
    disk: () => disk,
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

interface Draft {
  meta: SyncMeta;
  readonly videos: Map<string, VideoRow>;
  readonly generations: Map<string, GenerationRow>;
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
    videos: table<VideoRow['id'], VideoRow>(draft, draft.videos),
    generations: table<GenerationRow['id'], GenerationRow>(draft, draft.generations),
    putAlias: async (from, to) => {
      draft.aliases.set(from, to);
    },
    stats: async () => ({ completed: draft.videos.size, synced: 0, failed: 0, oldestPendingMs: null }),
  };
}

function table<Id extends string, Row extends AnyRow & { readonly id: Id }>(
  draft: Draft,
  rows: Map<string, Row>,
): RowTable<Id, Row> {
  const all = () => [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return {
    getMany: async (ids) => ids.map((id) => rows.get(id)),
    putMany: async (put) => {
      for (const row of put) rows.set(row.id, row);
    },
    deleteMany: async (ids) => {
      for (const id of ids) rows.delete(id);
    },
    dirty: async (limit, except) =>
      all()
        .filter((row) => isDirty(row, draft.meta.epoch) && !except.has(row.id))
        .slice(0, limit),
    notSeenIn: async (snapshot) => all().filter(({ seenIn }) => seenIn !== snapshot),
    rederive: async () => {},
  };
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
