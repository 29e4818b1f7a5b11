import * as v from 'valibot';
import type { JobStatus } from '../../provider.ts';
import { EXPIRED, failure, wordsOf } from '../answers.ts';
import { outputsIn } from '../job-outputs.ts';

export const PredictionSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  model: v.fallback(v.nullish(v.string(), null), null),
  status: v.fallback(v.nullish(v.string(), null), null),
  output: v.fallback(v.nullish(v.unknown(), null), null),
  error: v.fallback(v.nullish(v.unknown(), null), null),
  data_removed: v.fallback(v.nullish(v.boolean(), false), false),
  created_at: v.fallback(v.nullish(v.string(), null), null),
  input: v.fallback(v.nullish(v.unknown(), null), null),
  webhook: v.fallback(v.nullish(v.string(), null), null),
});
export type Prediction = v.InferOutput<typeof PredictionSchema>;

/** A word that nobody knows runs on: its deadline ends it. */
export function statusOf(prediction: Prediction): JobStatus {
  const outputs = outputsIn(prediction.output);
  const words = wordsOf(prediction.error);
  switch (prediction.status) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
    case 'aborted':
      if (outputs.length > 0) return { kind: 'succeeded', outputs };
      if (prediction.status === 'succeeded') {
        if (prediction.data_removed) return { kind: 'failed', error: EXPIRED };
        return failure(words ?? 'Replicate says that it is done, and has no video');
      }
      return failure(words ?? (prediction.status === 'failed' ? null : 'It was cancelled at Replicate'));
    case 'starting':
      return { kind: 'queued' };
    default:
      return { kind: 'running', progress: null };
  }
}
