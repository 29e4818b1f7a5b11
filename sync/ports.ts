import type { Stamp } from './hlc.ts';
import type { Cursor, DeviceId, Epoch, GenerationId, Head, SnapshotId, UserId, VideoId } from './ids.ts';
import type { AnyRow, GenerationRow, VideoRow } from './local-row.ts';
import type { SyncReply, SyncRequest } from './protocol.ts';

/** What a device remembers of its conversation with the server. */
export interface SyncMeta {
  readonly user: UserId;
  readonly device: DeviceId;
  readonly epoch: Epoch | null;
  readonly cursor: Cursor | null;
  readonly head: Head | null;
  /** The newest stamp this device made. [HLC-1] */
  readonly lastStamp: Stamp;
  /** Server clock minus device clock, milliseconds. */
  readonly clockOffset: number;
  /** When an exchange was last applied, by this device's clock. */
  readonly lastSyncAt: number | null;
  /** When the server was last told this device's counts, by this device's clock; absent before that. */
  readonly statsAt?: number;
  /** Epochs that this device has left; absent before it left one. [PULL-5] */
  readonly pastEpochs?: readonly Epoch[];
  /** The snapshot under way, where this device knew no row of the server when it began: nothing can be absent from it. */
  readonly firstSnapshot?: SnapshotId;
}

/** What the device tells the server's operators, who cannot see it fail. */
export type SyncStats = NonNullable<SyncRequest['stats']>;

/** One kind's rows, inside a transaction. */
export interface RowTable<Id, Row extends AnyRow> {
  /** In the order of `ids`. */
  readonly getMany: (ids: readonly Id[]) => Promise<readonly (Row | undefined)[]>;
  /** Writes the rows with the columns that are derived from them and the epoch. */
  readonly putMany: (rows: readonly Row[], epoch: Epoch | null) => Promise<void>;
  readonly deleteMany: (ids: readonly Id[]) => Promise<void>;
  /** Rows whose `isDirty` holds, oldest first, without those in `except`. */
  readonly dirty: (limit: number, except: ReadonlySet<string>) => Promise<readonly Row[]>;
  /** Every row that the snapshot did not contain. */
  readonly notSeenIn: (snapshot: SnapshotId) => Promise<readonly Row[]>;
  /** Derives the columns of every row again, for a new epoch. */
  readonly rederive: (epoch: Epoch) => Promise<void>;
}

/** All of it or nothing: a rejected promise inside leaves no trace. */
export interface LocalTransaction {
  readonly meta: () => Promise<SyncMeta>;
  readonly putMeta: (meta: SyncMeta) => Promise<void>;
  readonly videos: RowTable<VideoId, VideoRow>;
  readonly generations: RowTable<GenerationId, GenerationRow>;
  /** Remembers that `from` is another name of `to`, for routes and notifications. [ID-1] */
  readonly putAlias: (from: VideoId, to: VideoId) => Promise<void>;
  readonly stats: (nowMs: number) => Promise<SyncStats>;
}

/** The device's database as the engine needs it. */
export interface LocalStore {
  /** Runs `work` in one read-write transaction; `work` awaits nothing but the transaction's own methods. */
  readonly transact: <T>(work: (tx: LocalTransaction) => Promise<T>) => Promise<T>;
  /** Those of the videos whose bytes are all here and were verified; read outside the transactions. */
  readonly withVerifiedBytes: (ids: readonly VideoId[]) => Promise<ReadonlySet<VideoId>>;
}

/** What became of a request. Only `reply` is this protocol speaking. */
export type TransportResult =
  | { readonly kind: 'reply'; readonly reply: SyncReply }
  /** 4xx for the request as a whole. */
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'identity_changed' }
  /** No answer, a timeout, 408, 425, 429, 5xx, or an answer that is not this protocol's. */
  | { readonly kind: 'unavailable'; readonly status: number | null; readonly retryAfterMs: number | null };

export interface Transport {
  /** Never rejects: what goes wrong on the way is a result. */
  readonly exchange: (request: SyncRequest) => Promise<TransportResult>;
}

/** Milliseconds since 1970 by the device's clock. */
export type Clock = () => number;
