import { Dexie } from 'dexie';
import type { VideoId } from '../../sync/ids.ts';
import type { CopyRecord, SegmentRecord, UserDatabase, VideoRecord } from './database.ts';

/** What playing a video from this device needs of its tables. */
export interface CopyReads {
  /** The video of this id, or the one that the id is another name of. [ID-1] */
  readonly video: (id: VideoId) => Promise<VideoRecord | undefined>;
  readonly copy: (copyId: string) => Promise<CopyRecord | undefined>;
  /** Where the segments of a copy begin, in order; reads no bytes. */
  readonly offsets: (copyId: string) => Promise<readonly number[]>;
  readonly segment: (copyId: string, offset: number) => Promise<SegmentRecord | undefined>;
  /** The segment that this byte lies in, or the last one before it. */
  readonly segmentAt: (copyId: string, byte: number) => Promise<SegmentRecord | undefined>;
  /** Those that begin from one byte to another, in order and in one request. */
  readonly segments: (copyId: string, from: number, to: number) => Promise<readonly SegmentRecord[]>;
}

export function createCopyReads(db: UserDatabase): CopyReads {
  return {
    video: async (id) => {
      const alias = await db.aliases.get(id);
      return db.videos.get(alias?.to ?? id);
    },
    copy: (copyId) => db.copies.get(copyId),
    offsets: async (copyId) => {
      const keys = await segmentsOf(db, copyId).primaryKeys();
      return keys.map(([, offset]) => offset);
    },
    segment: (copyId, offset) => db.segments.get([copyId, offset]),
    segmentAt: (copyId, byte) => segmentsOf(db, copyId, Dexie.minKey, byte).last(),
    segments: (copyId, from, to) => segmentsOf(db, copyId, from, to).toArray(),
  };
}

export function segmentsOf(
  { segments }: Pick<UserDatabase, 'segments'>,
  copyId: string,
  from: unknown = Dexie.minKey,
  to: unknown = Dexie.maxKey,
) {
  return segments.where('[copyId+offset]').between([copyId, from], [copyId, to], true, true);
}
