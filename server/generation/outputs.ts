import * as v from 'valibot';
import { type GenerationId, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { Output } from '../../sync/records.ts';
import type { JobOutput } from './provider.ts';
import { uuidv5 } from './uuidv5.ts';

/** Gives each output its video: the n-th is `videoIds[n]`, further ones a UUIDv5 of the generation and n. [GEN-1] */
export async function nameOutputs(
  generation: { readonly id: GenerationId; readonly videoIds: readonly VideoId[] },
  outputs: readonly JobOutput[],
): Promise<readonly Output[]> {
  return Promise.all(
    outputs.map(async (output, n) => ({
      ...output,
      videoId: generation.videoIds[n] ?? v.parse(VideoIdSchema, await uuidv5(generation.id, String(n))),
    })),
  );
}
