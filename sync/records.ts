import * as v from 'valibot';
import { StampSchema } from './hlc.ts';
import { GenerationIdSchema, VideoIdSchema } from './ids.ts';

/** Milliseconds since 1970, after 1970. [ROW-3] */
export const TimeSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(2 ** 47));

const text = (max: number) => v.optional(v.nullable(v.pipe(v.string(), v.maxLength(max))), null);
const count = v.optional(v.nullable(v.pipe(v.number(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER))), null);
const time = v.optional(v.nullable(TimeSchema), null);
const params = v.optional(v.record(v.string(), v.unknown()), {});

/** Set once: the server's first commit wins and devices adopt it. Unknown members are kept. [PULL-7] */
export const VideoCreateSchema = v.looseObject({
  origin: v.pipe(v.string(), v.maxLength(32)),
  generationId: v.optional(v.nullable(GenerationIdSchema), null),
  outputIndex: v.optional(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), null),
  provider: text(64),
  model: text(200),
  requestId: text(200),
  originalUrl: text(4096),
  prompt: text(20_000),
  params,
  width: count,
  height: count,
  durationMs: count,
  contentType: text(200),
  thumbhash: text(200),
  capturedAt: time,
  createdAt: TimeSchema,
});
export type VideoCreate = v.InferOutput<typeof VideoCreateSchema>;

export const GenerationCreateSchema = v.looseObject({
  prompt: v.pipe(v.string(), v.trim(), v.minLength(1, 'must not be empty'), v.maxLength(20_000)),
  model: v.pipe(v.string(), v.minLength(1), v.maxLength(200)),
  provider: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  params,
  /** Allocated before the first send, one for each output that is expected. [GEN-1] */
  videoIds: v.pipe(v.array(VideoIdSchema), v.minLength(1), v.maxLength(16)),
  /** The epoch in which the device first sent it; null means never sent. [GEN-2] */
  sentEpoch: v.optional(v.nullable(v.string()), null),
  retryOf: v.optional(v.nullable(GenerationIdSchema), null),
  createdAt: TimeSchema,
});
export type GenerationCreate = v.InferOutput<typeof GenerationCreateSchema>;

/** A client field: its JSON value and the stamp of the act that set it. Absent is the default at the zero stamp. */
export const FieldSchema = v.pipe(v.tuple([v.unknown(), StampSchema]), v.readonly());
export type Field = v.InferOutput<typeof FieldSchema>;
export type Fields = Readonly<Record<string, Field>>;

const setTo = (value: v.GenericSchema) => v.optional(v.pipe(v.tuple([value, StampSchema]), v.readonly()));
const setTime = setTo(v.nullable(TimeSchema));

/** What a device may set on a video. Fields of newer apps are kept as they are. [PULL-7] */
export const VideoSetSchema = v.objectWithRest(
  {
    title: setTo(v.nullable(v.pipe(v.string(), v.maxLength(500)))),
    favorite: setTo(v.boolean()),
    tags: setTo(v.pipe(v.array(v.pipe(v.string(), v.maxLength(64))), v.maxLength(64))),
    deletedAt: setTime,
    purgeRequestedAt: setTime,
  },
  FieldSchema,
);
export const GenerationSetSchema = v.objectWithRest({ cancelRequestedAt: setTime, dismissedAt: setTime }, FieldSchema);

/** Fields that, once set, stay set whatever the stamps say. */
export const MONOTONE_FIELDS: ReadonlySet<string> = new Set(['purgeRequestedAt', 'cancelRequestedAt']);

/** `none`: nobody has offered bytes; `storing`: being fetched or uploaded; `stored`: permanent, hashed by the server. */
export const VideoServerSchema = v.looseObject({
  mediaState: v.string(),
  mediaError: v.nullable(v.string()),
  bytes: v.nullable(v.number()),
  sha256: v.nullable(v.string()),
  posterAt: v.nullable(v.number()),
  storedAt: v.nullable(v.number()),
  width: v.nullable(v.number()),
  height: v.nullable(v.number()),
  durationMs: v.nullable(v.number()),
  codec: v.nullable(v.string()),
});
export type VideoServer = v.InferOutput<typeof VideoServerSchema>;

/** One finished output: the n-th output is `videoIds[n]`. [GEN-1] */
export const OutputSchema = v.looseObject({
  videoId: VideoIdSchema,
  url: v.string(),
  contentType: v.optional(v.nullable(v.string()), null),
  width: count,
  height: count,
  durationMs: count,
  thumbhash: v.optional(v.nullable(v.string()), null),
});
export type Output = v.InferOutput<typeof OutputSchema>;

export const GenerationServerSchema = v.looseObject({
  /** `waiting_source`, `queued`, `submitting`, `held`, `running`, `succeeded`, `failed`, `canceled`, or newer. */
  status: v.string(),
  error: v.nullable(v.looseObject({ code: v.string(), message: v.string(), retryable: v.boolean() })),
  requestId: v.nullable(v.string()),
  outputs: v.nullable(v.array(OutputSchema)),
  submittedAt: v.nullable(v.number()),
  completedAt: v.nullable(v.number()),
  deadline: v.nullable(v.number()),
});
export type GenerationServer = v.InferOutput<typeof GenerationServerSchema>;

const FINAL_STATUSES: ReadonlySet<string> = new Set(['succeeded', 'failed', 'canceled']);

/** Whether nothing more will happen to a generation of this status. An unknown status runs on. */
export function isFinal(status: string): boolean {
  return FINAL_STATUSES.has(status);
}

/**
 * The videos that a succeeded generation yields. Server and device call this same function, so
 * whoever learns first writes rows that the other recognises as its own. [GEN-1]
 */
export function videosOf(generation: {
  readonly id: v.InferOutput<typeof GenerationIdSchema>;
  readonly create: GenerationCreate;
  readonly server: GenerationServer;
}): readonly { readonly id: v.InferOutput<typeof VideoIdSchema>; readonly create: VideoCreate }[] {
  const { id, create, server } = generation;
  if (server.status !== 'succeeded') return [];
  return (server.outputs ?? []).map((output, outputIndex) => ({
    id: output.videoId,
    create: {
      origin: 'generated',
      generationId: id,
      outputIndex,
      provider: create.provider,
      model: create.model,
      requestId: server.requestId,
      originalUrl: output.url,
      prompt: create.prompt,
      params: create.params,
      width: output.width,
      height: output.height,
      durationMs: output.durationMs,
      contentType: output.contentType,
      thumbhash: output.thumbhash,
      capturedAt: null,
      createdAt: server.completedAt ?? create.createdAt,
    },
  }));
}
