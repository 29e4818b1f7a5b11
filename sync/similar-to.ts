import * as v from 'valibot';
import { type VideoId, VideoIdSchema } from './ids.ts';

/** As `params.similarTo` of a generation and of its videos: an object, since apps that do not know it show every plain value. */
const SimilarToSchema = v.object({ id: VideoIdSchema });
export type SimilarTo = v.InferOutput<typeof SimilarToSchema>;

/** The video that this was made similar to; null where there was none. */
export function similarToOf({ params }: { readonly params: Readonly<Record<string, unknown>> }): VideoId | null {
  const parsed = v.safeParse(SimilarToSchema, params.similarTo);
  return parsed.success ? parsed.output.id : null;
}
