import * as v from 'valibot';
import type { JobStatus } from '../../provider.ts';
import { EXPIRED, failure, moderated, wordsOf } from '../answers.ts';
import type { ApiReply } from '../api.ts';
import { outputsIn } from '../job-outputs.ts';

/** A job as WaveSpeed tells of it; which members there are differs from place to place. */
export const PredictionSchema = v.object({
  id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  model: v.fallback(v.nullish(v.string(), null), null),
  status: v.fallback(v.nullish(v.string(), null), null),
  outputs: v.fallback(v.nullish(v.unknown(), null), null),
  error: v.fallback(v.nullish(v.unknown(), null), null),
  has_nsfw_contents: v.fallback(v.nullish(v.array(v.unknown()), null), null),
  urls: v.fallback(v.nullish(v.object({ get: v.nullish(v.string(), null) }), null), null),
  created_at: v.fallback(v.nullish(v.string(), null), null),
  input: v.fallback(v.nullish(v.unknown(), null), null),
  /** The list has it under this name. */
  inputs: v.fallback(v.nullish(v.unknown(), null), null),
});
export type Prediction = v.InferOutput<typeof PredictionSchema>;

/** The code that counts: an error may come with HTTP 200 and a code in the body. */
export function codeOf(reply: Extract<ApiReply, { kind: 'answer' }>): number {
  const { body, status } = reply;
  const code: unknown = typeof body === 'object' && body !== null && 'code' in body ? body.code : null;
  return typeof code === 'number' && code !== 0 ? code : status;
}

/** The reply without its envelope, which is there in some places and not in others. */
export function unwrapped(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  return 'data' in body && typeof body.data === 'object' && body.data !== null ? body.data : body;
}

/** A word that nobody knows runs on: its deadline ends it. */
export function statusOf(prediction: Prediction): JobStatus {
  const outputs = outputsIn(prediction.outputs);
  const words = wordsOf(prediction.error);
  switch (prediction.status?.toLowerCase()) {
    case 'completed':
    case 'succeeded':
      return outputs.length > 0 ? { kind: 'succeeded', outputs } : withoutOutputs(prediction, words);
    case 'failed':
    case 'timeout':
    case 'cancelled':
    case 'canceled':
      if (outputs.length > 0) return { kind: 'succeeded', outputs };
      return isNsfw(prediction) ? { kind: 'failed', error: moderated(words) } : failure(words ?? saying(prediction));
    case 'deleted':
      return { kind: 'failed', error: EXPIRED };
    case 'created':
    case 'queued':
    case 'starting':
      return { kind: 'queued' };
    default:
      return { kind: 'running', progress: null };
  }
}

function withoutOutputs(prediction: Prediction, words: string | null): JobStatus {
  if (isNsfw(prediction)) return { kind: 'failed', error: moderated(words) };
  return failure(words ?? 'WaveSpeed says that it is done, and has no video');
}

function isNsfw({ has_nsfw_contents: flags }: Prediction): boolean {
  return flags?.includes(true) ?? false;
}

function saying({ status }: Prediction): string | null {
  if (status === 'timeout') return 'WaveSpeed ran out of time with it';
  return status?.startsWith('cancel') ? 'It was cancelled at WaveSpeed' : null;
}
