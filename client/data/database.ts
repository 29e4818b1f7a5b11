import type { Table } from 'dexie';
import type { Epoch, GenerationId, SourceId, UserId, VideoId } from '../../sync/ids.ts';
import type { GenerationRow, VideoRow } from '../../sync/local-row.ts';
import type { SyncMeta } from '../../sync/ports.ts';
import type { SaveState } from '../../sync/save-state.ts';
import type { SourceImage } from '../../sync/source-image.ts';
import { DeviceDatabase } from './device-database.ts';
import { declareSchema } from './schema.ts';

/** Columns beside a row that exist to be indexed; written only by `records.ts`, from the row itself. */
export interface VideoColumns {
  readonly saveState: SaveState;
  readonly dirty: 1 | undefined;
  readonly deleted: 0 | 1;
  readonly favorite: 1 | undefined;
  readonly createdAt: number;
}

export interface GenerationColumns {
  readonly dirty: 1 | undefined;
  /** Not finished yet, or failed in whole or in part and not dismissed: what stands on top of the gallery. */
  readonly open: 1 | undefined;
  readonly createdAt: number;
}
export type VideoRecord = VideoRow & VideoColumns;
export type GenerationRecord = GenerationRow & GenerationColumns;

/** The bytes of one video on this device. */
export interface CopyRecord {
  readonly copyId: string;
  /**
   * `verified`: the hash of the segments equals the server's. `removed`: a person took the bytes off
   * this device, so that no policy fetches them again; there are no segments. `evicted`: they made
   * room, there are no segments either, and none are fetched before `backAt`. Older code takes that for
   * a copy of which nothing has arrived yet.
   */
  readonly state: 'partial' | 'verified' | 'removed' | 'evicted';
  readonly contentType: string;
  /** Strong validator of the representation that the segments are of: the server's SHA-256, quoted. */
  readonly etag: string;
  readonly total: number;
  readonly received: number;
  readonly pinned: boolean;
  /** Milliseconds since 1970, to the hour; 0 where it was never played from here. */
  readonly lastPlayedAt: number;
  /** Of what is evicted, milliseconds since 1970. */
  readonly backAt?: number;
}

/** Write-once piece of a copy, read by primary key only. */
export interface SegmentRecord {
  readonly copyId: string;
  readonly offset: number;
  readonly length: number;
  readonly data: Blob | ArrayBuffer;
}

/** An upload of a copy to the server; it stays until the server has stored the video. */
export interface UploadRecord {
  readonly copyId: string;
  /** Of the video when it began; an alias leads on from it. [ID-1] */
  readonly videoId: VideoId;
  /** Which history of the server it belongs to; in another one nothing is known of it. */
  readonly epoch: Epoch;
  /** Path at which the server takes the bytes; null where it was not asked yet. */
  readonly url: string | null;
  /** Bytes that the server has acknowledged. */
  readonly offset: number;
  readonly total: number;
  /** Bytes of the largest part that still gets through, where something on the way refused a larger one. */
  readonly limit: number | null;
  /** When `offset` last changed, milliseconds since 1970. */
  readonly at: number;
  /** A person asked for it: it goes before others. */
  readonly wished: boolean;
}

export interface PosterRecord {
  readonly videoId: VideoId;
  readonly data: Blob | ArrayBuffer;
  readonly contentType: string;
  /** Made on this device, and the server has not been heard to have one. */
  readonly unsent?: 1 | undefined;
}

/** A picture that films are made of, from when a person picked it until no open generation refers to it. */
export interface SourceRecord extends SourceImage {
  /** No Blob, which not every browser keeps; it is small. */
  readonly data: ArrayBuffer;
  /** Milliseconds since 1970, like `sent.at`. */
  readonly addedAt: number;
  /** When the server last said that it has it, and in which history. */
  readonly sent?: { readonly epoch: Epoch | null; readonly at: number } | undefined;
}

/** One line of this device's own log: what happened, when, in a form that can be read and copied. */
export interface EventRecord {
  /** Counts up; the browser gives it. */
  readonly seq?: number;
  /** When it last happened, milliseconds since 1970. */
  readonly at: number;
  /** When it first happened, and how often since: what repeats shares a line. */
  readonly firstAt: number;
  readonly count: number;
  /** Which context wrote it. */
  readonly by: 'page' | 'worker';
  readonly kind: string;
  readonly details: Readonly<Record<string, string | number | boolean | null>>;
}

/** Rows that were written or removed together, until the catalogue has heard of them. */
export interface ChangeRecord {
  /** Counts up; the browser gives it. */
  readonly seq?: number;
  readonly ids: readonly VideoId[];
}

/**
 * A part of the catalogue: of many videos what they are searched and sorted by, a column each. What a
 * later block says of a video counts.
 */
export interface CatalogueBlock {
  /** Counts up; the browser gives it. */
  readonly block?: number;
  readonly ids: readonly VideoId[];
  readonly copyIds: readonly string[];
  /** Title and prompt, as `catalogue-text.ts` joins them; null of a video that is gone. */
  readonly texts: readonly (string | null)[];
  /** Milliseconds since 1970. */
  readonly createdAt: Float64Array<ArrayBuffer>;
  /** NaN where it is not known, like `bytes`. */
  readonly durationMs: Float64Array<ArrayBuffer>;
  readonly bytes: Float64Array<ArrayBuffer>;
}

interface MetaRecord extends SyncMeta {
  readonly key: 'sync';
}

/** Everything one person has on this device; no other person's page or worker opens it. */
export class UserDatabase extends DeviceDatabase {
  declare readonly videos: Table<VideoRecord, VideoId>;
  declare readonly generations: Table<GenerationRecord, GenerationId>;
  declare readonly aliases: Table<{ readonly from: VideoId; readonly to: VideoId }, VideoId>;
  declare readonly meta: Table<MetaRecord, 'sync'>;
  declare readonly copies: Table<CopyRecord, string>;
  declare readonly segments: Table<SegmentRecord, [string, number]>;
  declare readonly posters: Table<PosterRecord, VideoId>;
  declare readonly events: Table<EventRecord, number>;
  declare readonly sources: Table<SourceRecord, SourceId>;
  declare readonly uploads: Table<UploadRecord, string>;
  declare readonly changes: Table<ChangeRecord, number>;
  declare readonly catalogue: Table<CatalogueBlock, number>;

  readonly user: UserId;

  constructor(user: UserId) {
    super(databaseName(user));
    this.user = user;
    declareSchema(this);
  }
}

/** The name under which the browser keeps a user's database. */
export function databaseName(user: UserId): string {
  return `vidfab-${user}`;
}
