import * as v from 'valibot';
import { GenerationIdSchema, VideoIdSchema } from './ids.ts';

/** What the server tells a device whose app is closed: that a generation ended, and which. Nothing of what is in it. */
export type Notice = v.InferOutput<typeof NoticeSchema>;

export const NoticeSchema = v.object({
  kind: v.picklist(['succeeded', 'failed']),
  generation: GenerationIdSchema,
  /** The first of its videos; null where it has none. */
  video: v.nullable(VideoIdSchema),
});
