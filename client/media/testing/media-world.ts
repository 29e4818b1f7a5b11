import * as v from 'valibot';
import { EpochSchema, RevSchema, UserIdSchema, uuidv7, type VideoId, VideoIdSchema } from '../../../sync/ids.ts';
import { newVideoRow } from '../../../sync/local-row.ts';
import { type VideoCreate, VideoCreateSchema, type VideoServer } from '../../../sync/records.ts';
import type { UserDatabase } from '../../data/database.ts';
import { createKeepTables, type KeepTables } from '../../data/keep-tables.ts';
import { createMediaTables, type MediaTables } from '../../data/media-tables.ts';
import { videoRecord } from '../../data/records.ts';
import { openUserDatabase } from '../../data/session.ts';
import { readMeta, writeMeta } from '../../data/sync-store.ts';
import { createSha256 } from '../sha256.ts';

/** A user's real database, empty and of its own. */
export interface MediaWorld {
  readonly db: UserDatabase;
  readonly tables: MediaTables;
  readonly keep: KeepTables;
  /** Writes a video that the server has stored; later ones are newer. */
  readonly addVideo: (
    options?: Partial<VideoServer> & {
      readonly id?: VideoId;
      readonly copyId?: string;
      readonly origin?: string;
      readonly prompt?: string;
      readonly params?: VideoCreate['params'];
    },
  ) => Promise<VideoId>;
  /** Writes bytes of a video as a whole copy, in segments of so many bytes. */
  readonly addCopy: (copyId: string, bytes: Uint8Array<ArrayBuffer>, segment?: number) => Promise<void>;
  /** The server is heard to have another state of a video. */
  readonly hear: (id: VideoId, server: Partial<VideoServer>) => Promise<void>;
  readonly destroy: () => Promise<void>;
}

export async function createMediaWorld(): Promise<MediaWorld> {
  const user = v.parse(UserIdSchema, crypto.randomUUID());
  const db = await openUserDatabase(user);
  const epoch = v.parse(EpochSchema, '0123456789abcdef');
  await writeMeta(db, { ...(await readMeta(db)), epoch });
  const tables = createMediaTables(db);
  let count = 0;
  return {
    db,
    tables,
    keep: createKeepTables(db),
    addVideo: async ({ id = newVideoId(), copyId = id, origin = 'generated', prompt, params, ...server } = {}) => {
      count += 1;
      const create = v.parse(VideoCreateSchema, { origin, prompt, params, createdAt: 1_000_000 + count });
      const received = { epoch, rev: v.parse(RevSchema, count), stamps: {}, server: { ...STORED, ...server } };
      await db.videos.put(videoRecord({ ...newVideoRow(id, create), copyId, received }, epoch));
      return id;
    },
    addCopy: async (copyId, bytes, segment = bytes.length) => {
      const etag = await etagOf(bytes);
      await tables.begin({ copyId, etag, contentType: 'video/mp4', total: bytes.length });
      for (let offset = 0; offset < bytes.length; offset += segment) {
        await tables.append({ copyId, etag, offset }, new Blob([bytes.slice(offset, offset + segment)]));
      }
      await tables.setVerified({ copyId, etag });
    },
    hear: async (id, server) => {
      count += 1;
      const row = await db.videos.get(id);
      if (!row?.received) throw new Error('the server never had it');
      const rev = v.parse(RevSchema, count);
      const received = { ...row.received, rev, server: { ...row.received.server, ...server } };
      await db.videos.put(videoRecord({ ...row, received }, epoch));
    },
    destroy: async () => db.close(),
  };
}

export function newVideoId(): VideoId {
  return v.parse(VideoIdSchema, uuidv7(Date.now(), crypto.getRandomValues(new Uint8Array(10))));
}

/** A repeatable source of numbers in [0, 1): mulberry32. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function randomBytes(length: number, random: () => number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random() * 256);
}

export async function etagOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = await createSha256();
  hash.update(bytes);
  return `"${await hash.hex()}"`;
}

const STORED: VideoServer = {
  mediaState: 'stored',
  mediaError: null,
  bytes: null,
  sha256: null,
  posterAt: null,
  storedAt: 1,
  width: null,
  height: null,
  durationMs: null,
  codec: null,
};
