import { wordsOnly } from '../prompt-words.ts';
import type { Found, JobReference, JobSearch } from '../provider.ts';

/** A job as a provider's list has it. */
export interface RecentJob {
  readonly requestId: string;
  readonly reference: JobReference;
  readonly model: string | null;
  /** Milliseconds since 1970; NaN where it is not said. */
  readonly createdAt: number;
  /** What was asked for; null where the provider does not show it. */
  readonly input: unknown;
  /** Where it tells of the job; null where it does not show that. */
  readonly webhookUrl: string | null;
}

export interface RecentJobs {
  /** Newest first; null once there are no more, rejects where the list cannot be read. */
  readonly nextPage: () => Promise<readonly RecentJob[] | null>;
  /** What was sent to it for this submission. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Shows the input of a job that the list does not show it of; null where nothing does. */
  readonly inputOf: ((job: RecentJob) => Promise<unknown>) | null;
  /** Whether the list has every job; else nothing can be absent from it. */
  readonly isWhole: boolean;
}

const MOST_PAGES = 5;
/** Jobs that have to be asked for one by one. */
const MOST_ASKED = 10;
/** Clocks differ. */
export const SKEW_MS = 60_000;

/**
 * Looks for a submission in a list of recent jobs. What is not certainly ours is nobody's: it may
 * have been made by another person, and would be shown to this one.
 */
export async function searchRecent(search: JobSearch, jobs: RecentJobs): Promise<Found> {
  const { submission, from, isTaken } = search;
  const alike: RecentJob[] = [];
  let asked = 0;
  let unsure = '';
  for (let page = 0; ; page++) {
    const listed = page < MOST_PAGES ? await jobs.nextPage() : [];
    if (listed === null) break;
    if (page === MOST_PAGES || listed.some(({ createdAt }) => Number.isNaN(createdAt))) {
      unsure = 'There is too much in the provider’s list';
      break;
    }
    for (const job of listed) {
      if (job.createdAt < from - SKEW_MS) continue;
      if (job.model !== null && job.model !== submission.model) continue;
      if (await isTaken(job.requestId)) continue;
      if (!isShown(job.input) && ++asked > MOST_ASKED)
        return cannotTell('Too many jobs at the provider could be this one');
      const verdict = await compare(job, submission, jobs);
      if (verdict === 'ours') return found(job);
      if (verdict === 'alike') alike.push(job);
      if (verdict === 'unsure') unsure = 'There is a job at the provider that may be this one';
    }
    if (listed.some(({ createdAt }) => createdAt < from - SKEW_MS)) break;
  }
  if (unsure !== '') return cannotTell(unsure);
  const [only, second] = alike;
  // Of two that asked for the same nobody can tell which job is whose.
  if (second !== undefined || (only !== undefined && (await search.hasTwin()))) {
    return cannotTell('Several were started that look the same');
  }
  if (only !== undefined) return found(only);
  return jobs.isWhole ? { kind: 'absent' } : cannotTell('The provider lists only what has ended');
}

async function compare(
  job: RecentJob,
  { webhookUrl, params }: Pick<JobSearch['submission'], 'webhookUrl' | 'params'>,
  jobs: RecentJobs,
): Promise<'ours' | 'alike' | 'not' | 'unsure'> {
  // It names the generation.
  if (job.webhookUrl !== null && webhookUrl !== null) return job.webhookUrl === webhookUrl ? 'ours' : 'not';
  const theirs = isShown(job.input) ? job.input : await jobs.inputOf?.(job);
  if (!isShown(theirs)) return 'unsure';
  const prompt: unknown = Reflect.get(theirs, 'prompt');
  if (typeof prompt !== 'string') return 'unsure';
  if (wordsOnly(prompt) !== wordsOnly(String(jobs.input.prompt))) return 'not';
  // Theirs may have defaults in it that we did not send.
  const isSame = Object.entries(jobs.input).every(
    ([name, value]) => name === 'prompt' || Reflect.get(theirs, name) === value,
  );
  // Under the same words there may be another picture, and what became of ours there nobody remembers.
  return isSame && !params.sourceImage ? 'alike' : 'unsure';
}

function found({ reference, requestId }: RecentJob): Found {
  return { kind: 'found', reference, requestId };
}

function isShown(input: unknown): input is object {
  return typeof input === 'object' && input !== null && Object.keys(input).length > 0;
}

function cannotTell(message: string): Found {
  return { kind: 'cannot_tell', message };
}
