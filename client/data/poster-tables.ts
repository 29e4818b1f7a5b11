import type { VideoId } from '../../sync/ids.ts';
import type { PosterRecord, UserDatabase, VideoRecord } from './database.ts';
import { readMeta } from './sync-store.ts';

/** Posters that this device makes: where they are missing, and which of them the server lacks. */
export interface PosterTables {
  /** Videos outside the trash whose bytes are all here and that have a poster neither here nor on the server. */
  readonly toCapture: () => Promise<readonly VideoRecord[]>;
  readonly putCaptured: (poster: Omit<PosterRecord, 'unsent'>) => Promise<void>;
  /** Posters made here of videos that the server has the row of, and no poster. Forgets those that it has one of. */
  readonly toSend: () => Promise<readonly PosterRecord[]>;
  readonly settle: (id: VideoId) => Promise<void>;
}

export function createPosterTables(db: UserDatabase): PosterTables {
  const settle = async (id: VideoId): Promise<void> => {
    await db.posters.where(':id').equals(id).modify({ unsent: undefined });
  };

  return {
    // Compares keys before it reads a row: most videos have a poster.
    toCapture: async () => {
      const have = new Set<string>(await db.posters.toCollection().primaryKeys());
      const whole = await db.copies.where('state').equals('verified').primaryKeys();
      const missing = whole.filter((copyId) => !have.has(copyId));
      const rows = await db.videos.where(':id').anyOf(missing).toArray();
      return rows.filter((row) => row.deleted === 0 && row.received?.server.posterAt == null);
    },
    // The server's own may have come meanwhile.
    putCaptured: (poster) =>
      db.transaction('rw', db.posters, async () => {
        if (!(await db.posters.get(poster.videoId))) await db.posters.add({ ...poster, unsent: 1 });
      }),
    toSend: async () => {
      const { epoch } = await readMeta(db);
      const due: PosterRecord[] = [];
      for (const poster of await db.posters.where('unsent').equals(1).toArray()) {
        const row = await db.videos.get(poster.videoId);
        if (row?.received?.epoch !== epoch) continue;
        if (row?.received?.server.posterAt == null) due.push(poster);
        else await settle(poster.videoId);
      }
      return due;
    },
    settle,
  };
}
