import { type JobError, type JobStatus, NoAnswerError, type Submitted } from '../provider.ts';
import type { ApiReply } from './api.ts';

type Answer = Extract<ApiReply, { kind: 'answer' }>;

/**
 * What an answer to a submission means that names no job. It is sent again only where the provider
 * certainly did not take it: not after a 5xx, whose job may run all the same.
 * @param code where the body says another one than the status
 * @throws NoAnswerError where nobody can say whether it was taken
 */
export function notSubmitted(
  provider: string,
  reply: ApiReply,
  code?: number,
): Exclude<Submitted, { kind: 'submitted' }> {
  if (reply.kind === 'no_answer') {
    if (!reply.neverSent) throw new NoAnswerError(`${provider} did not answer: ${reply.message}`);
    return { kind: 'not_now', message: `${provider} cannot be reached: ${reply.message}`, retryAfterMs: null };
  }
  // Whatever the body says: what answers so is the way there, and the job may run behind it.
  if (reply.status >= 500) throw new NoAnswerError(unusable(provider, reply));
  const status = code ?? reply.status;
  if (status === 429) return { kind: 'not_now', message: busy(provider), retryAfterMs: reply.retryAfterMs };
  if (status < 400 || status === 408 || status >= 500) throw new NoAnswerError(unusable(provider, reply));
  return { kind: 'refused', error: refusal(provider, status, wordsOf(reply.body)) };
}

/**
 * What an answer to a question means that tells of no job.
 * @throws NoAnswerError but for a job that the provider does not know
 */
export function notHeard(provider: string, reply: ApiReply, code?: number): JobStatus {
  if (reply.kind === 'no_answer') throw new NoAnswerError(`${provider} did not answer: ${reply.message}`);
  const status = code ?? reply.status;
  if (status === 404 || status === 410) return { kind: 'unknown' };
  if (status === 429) throw new NoAnswerError(busy(provider), reply.retryAfterMs);
  throw new NoAnswerError(unusable(provider, reply), reply.retryAfterMs);
}

/**
 * That a provider heard of a cancellation; what else it says, as that it is over, does not matter.
 * @throws NoAnswerError where it may not have heard
 */
export function cancelHeard(provider: string, reply: ApiReply): void {
  if (reply.kind === 'no_answer') throw new NoAnswerError(`${provider} did not answer: ${reply.message}`);
  const { status } = reply;
  if (status === 408 || status === 429 || status >= 500) throw new NoAnswerError(unusable(provider, reply));
}

/** Why a job failed, from what the provider says of it. */
export function failure(words: string | null, kind = ''): Extract<JobStatus, { kind: 'failed' }> {
  const message = words ?? 'The provider does not say why it failed';
  if (isModeration(`${kind} ${message}`)) return { kind: 'failed', error: moderated(words) };
  return { kind: 'failed', error: { code: 'provider_failed', message, retryable: true } };
}

export function moderated(words: string | null): JobError {
  const message = words ?? 'The provider held the result back, as content that it does not show';
  return { code: 'moderated', message, retryable: false };
}

/** Made, and not kept long enough. */
export const EXPIRED: JobError = {
  code: 'expired',
  message: 'The provider made it and has already deleted it',
  retryable: true,
};

/** The provider's own words, from the shapes that errors come in; null where it has none. */
export function wordsOf(body: unknown): string | null {
  if (typeof body === 'string') return body.trim() === '' ? null : shortened(body);
  if (Array.isArray(body)) {
    const words = body.map(wordsOf).filter((word) => word !== null);
    return words.length === 0 ? null : shortened(words.join('; '));
  }
  if (typeof body !== 'object' || body === null) return null;
  for (const name of ['invalid_fields', 'detail', 'msg', 'error', 'message', 'description', 'title']) {
    const words: string | null = name in body ? wordsOf(Reflect.get(body, name)) : null;
    if (words !== null) return withPlace(words, body);
  }
  return null;
}

/** Where in the request it is, as fal says (`loc: ["body", "prompt"]`), or Replicate (`field: "input.prompt"`). */
function withPlace(words: string, body: object): string {
  const read = (name: string): unknown => (name in body ? Reflect.get(body, name) : null);
  const [loc, field] = [read('loc'), read('field')];
  const parts = Array.isArray(loc) ? loc : typeof field === 'string' ? field.split('.') : [];
  const place = parts.filter((part) => part !== 'body' && part !== 'input').join('.');
  return place === '' ? words : `${place}: ${words}`;
}

function refusal(provider: string, status: number, words: string | null): JobError {
  switch (status) {
    case 401:
    case 403:
      return { code: 'provider_key', message: `${provider} does not take this server’s key`, retryable: true };
    case 402:
      return { code: 'provider_credit', message: `This server’s account at ${provider} is used up`, retryable: true };
    case 404:
      return { code: 'model_unknown', message: `${provider} does not have this model any more`, retryable: false };
    default:
      if (words !== null && isModeration(words)) return moderated(words);
      if (words !== null && /insufficient|balance|credit/i.test(words)) return refusal(provider, 402, null);
      return { code: 'invalid', message: words ?? `${provider} refused it (${status})`, retryable: false };
  }
}

function isModeration(words: string): boolean {
  return /nsfw|moderat|sensitive|flagged|content.?(policy|check|filter)|safety|inappropriate/i.test(words);
}

function busy(provider: string): string {
  return `${provider} is busy; it is asked again by itself`;
}

function unusable(provider: string, { status, body }: Answer): string {
  const words = wordsOf(body);
  return words === null ? `${provider} gave no usable answer (${status})` : `${provider} answered ${status}: ${words}`;
}

function shortened(words: string): string {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
