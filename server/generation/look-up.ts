import { messageOf } from '../errors.ts';
import type { GenerationJob } from './generation-job.ts';
import { isRequestTaken, promptsWithoutJob } from './generation-job.ts';
import { wordsOnly } from './prompt-words.ts';
import type { Found, VideoProvider } from './provider.ts';
import type { ReconcileDeps } from './reconcile.ts';
import { toSubmission } from './submission.ts';

/** So long after it was sent a job that is not in the provider's list will not come there any more. */
const SETTLED_MS = 120_000;
const SHORTEST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;
/** So long a provider that does not answer is asked again before the person has to decide. */
const PATIENCE_MS = 15 * 60_000;

/** What a look came to; `unheard` where the provider did not answer, which says nothing. */
export type Looked = Found | { readonly kind: 'unheard'; readonly message: string };

/** Whether a provider can be searched for this one at all. */
export function canLookUp(provider: VideoProvider, { create }: GenerationJob): boolean {
  return provider.find !== null && create.provider === provider.name;
}

/** Asks the provider for a submission that nobody heard the answer to. [GEN-2] */
export async function lookUp(deps: ReconcileDeps, job: GenerationJob, from: number): Promise<Looked> {
  const { provider, db, clock } = deps;
  const lifetime = provider.outputLifetimeMs;
  if (provider.find === null || (lifetime !== null && clock() - from > lifetime)) {
    return { kind: 'cannot_tell', message: 'The provider keeps no list that goes back so far' };
  }
  try {
    const submission = await toSubmission(deps, job);
    const words = wordsOnly(job.create.prompt);
    return await provider.find({
      submission,
      from,
      isTaken: (requestId) => isRequestTaken(db, job, requestId),
      hasTwin: async () => (await promptsWithoutJob(db, job)).some((prompt) => wordsOnly(prompt) === words),
    });
  } catch (error) {
    return { kind: 'unheard', message: messageOf(error) };
  }
}

/** Whether what is absent now stays absent. */
function isSettled(since: number, now: number): boolean {
  return now >= since + SETTLED_MS;
}

/** Whether it is worth asking again for what was looked for since then. */
export function isWorthWaiting({ kind }: Looked, since: number, now: number): boolean {
  return !isSettled(since, now) || (kind === 'unheard' && now < since + PATIENCE_MS);
}

/** When to look again: more often at first, and once more when all has settled. */
export function nextLookUp(since: number, now: number): number {
  if (isSettled(since, now)) return now + LONGEST_PAUSE_MS;
  const pause = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, (now - since) / 2));
  return Math.min(now + pause, Math.max(since + SETTLED_MS, now + SHORTEST_PAUSE_MS));
}
