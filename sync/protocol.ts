import * as v from 'valibot';
import {
  CursorSchema,
  DeviceIdSchema,
  EpochSchema,
  GenerationIdSchema,
  HeadSchema,
  RevSchema,
  SnapshotIdSchema,
  UserIdSchema,
  VideoIdSchema,
} from './ids.ts';
import {
  FieldSchema,
  GenerationCreateSchema,
  GenerationServerSchema,
  GenerationSetSchema,
  VideoCreateSchema,
  VideoServerSchema,
  VideoSetSchema,
} from './records.ts';

/** Raised when the meaning of a message changes; a new optional member does not raise it. */
export const PROTOCOL = 1;
/** The oldest protocol whose devices can still be told of changes; what they push is always taken. [PULL-7] */
export const OLDEST_READABLE_PROTOCOL = 1;

/** A push holds at most this many rows, both kinds together. [PUSH-5] */
export const MAX_PUSH_ROWS = 500;
/** A push body before compression, bytes of UTF-8. [PUSH-5] */
export const MAX_PUSH_BYTES = 1024 * 1024;
/** One row as JSON, bytes of UTF-8. [ROW-3] */
export const MAX_ROW_BYTES = 64 * 1024;
/** Rows that a page of changes holds at most. */
export const MAX_PAGE_ROWS = 2500;
/** Rows on the first page of a first sync: the first screen waits for it, and so does the first write. */
export const FIRST_PAGE_ROWS = 1000;
/** Rows that news holds at most; more are worth an exchange. */
export const MAX_NEWS_ROWS = 20;

const op = <Id extends v.GenericSchema, Create extends v.GenericSchema, Set extends v.GenericSchema>(
  id: Id,
  create: Create,
  set: Set,
) => v.object({ id, create: v.optional(create), set });

/** `known` carries the server fields last seen, for a server that was restored from a backup. */
export const VideoOpSchema = op(
  VideoIdSchema,
  v.looseObject({ ...VideoCreateSchema.entries, known: v.optional(v.partial(VideoServerSchema)) }),
  VideoSetSchema,
);
export const GenerationOpSchema = op(
  GenerationIdSchema,
  v.looseObject({ ...GenerationCreateSchema.entries, known: v.optional(v.partial(GenerationServerSchema)) }),
  GenerationSetSchema,
);
export type VideoOp = v.InferOutput<typeof VideoOpSchema>;
export type GenerationOp = v.InferOutput<typeof GenerationOpSchema>;

/** Operations are parsed one by one, so that a bad row is answered alone. [PUSH-4] */
const AddressedOpSchema = v.looseObject({ id: v.pipe(v.string(), v.maxLength(64)) });
const stat = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

export const SyncRequestSchema = v.object({
  protocol: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  user: UserIdSchema,
  device: DeviceIdSchema,
  cursor: v.nullable(CursorSchema),
  head: v.nullable(HeadSchema),
  limit: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MAX_PAGE_ROWS)),
  push: v.object({ videos: v.array(AddressedOpSchema), generations: v.array(AddressedOpSchema) }),
  stats: v.optional(v.object({ completed: stat, synced: stat, failed: stat, oldestPendingMs: v.nullable(stat) })),
});
export type SyncRequest = v.InferOutput<typeof SyncRequestSchema>;

const row = <Id extends v.GenericSchema, Create extends v.GenericSchema, Server extends v.GenericSchema>(
  id: Id,
  create: Create,
  server: Server,
) =>
  v.union([
    v.object({ id, rev: RevSchema, purged: v.literal(true) }),
    v.object({ id, rev: RevSchema, create, fields: v.record(v.string(), FieldSchema), server }),
  ]);

export const VideoWireRowSchema = row(VideoIdSchema, VideoCreateSchema, VideoServerSchema);
export const GenerationWireRowSchema = row(GenerationIdSchema, GenerationCreateSchema, GenerationServerSchema);
export type VideoWireRow = v.InferOutput<typeof VideoWireRowSchema>;
export type GenerationWireRow = v.InferOutput<typeof GenerationWireRowSchema>;

/** How far ahead of the server a stamp may be, milliseconds. [HLC-2] */
export const MAX_AHEAD_MS = 60_000;

const ResultSchema = v.union([
  v.object({
    kind: v.literal('video'),
    /** The pushed id; the row has the id to keep. */
    id: VideoIdSchema,
    status: v.literal('ok'),
    row: VideoWireRowSchema,
    /** Present when the server knows the same video under another id: that one. [ID-1] */
    alias: v.optional(VideoIdSchema),
  }),
  v.object({
    kind: v.literal('generation'),
    id: GenerationIdSchema,
    status: v.literal('ok'),
    row: GenerationWireRowSchema,
  }),
  v.object({
    kind: v.string(),
    id: v.string(),
    status: v.union([v.literal('rejected'), v.literal('retry')]),
    /** `purged`, `unknown`, `invalid`, `too_large`, `epoch`, `clock_ahead`, or newer. */
    code: v.string(),
    message: v.string(),
  }),
]);
export type Result = v.InferOutput<typeof ResultSchema>;

const ChangesSchema = v.object({
  videos: v.array(VideoWireRowSchema),
  generations: v.array(GenerationWireRowSchema),
});

export const SyncReplySchema = v.object({
  protocol: v.number(),
  epoch: EpochSchema,
  head: HeadSchema,
  /** Milliseconds since 1970 by the server's clock. */
  serverTime: v.number(),
  results: v.array(ResultSchema),
  changes: ChangesSchema,
  cursor: v.nullable(CursorSchema),
  more: v.boolean(),
  /** Present on every page of a snapshot; `start` and `end` mark its first and last one. [PULL-2] */
  snapshot: v.optional(
    v.object({ id: SnapshotIdSchema, head: v.pipe(v.number(), v.safeInteger()), start: v.boolean(), end: v.boolean() }),
  ),
  upgrade: v.optional(v.boolean()),
});
export type SyncReply = v.InferOutput<typeof SyncReplySchema>;

/**
 * All that changed between two heads of one history, told over the event stream: who stands at the
 * first one stands at the second once it is written. [PULL-6]
 */
export const NewsSchema = v.object({
  epoch: EpochSchema,
  from: v.object({ head: HeadSchema, cursor: CursorSchema }),
  to: v.object({ head: HeadSchema, cursor: CursorSchema }),
  changes: ChangesSchema,
});
export type News = v.InferOutput<typeof NewsSchema>;
