import type { JobStatus, Submitted, VideoProvider } from '../../server/generation/provider.ts';

/** What the next submissions come to. */
export type SubmitMood = 'accepts' | 'not_now' | 'refuses' | 'answer lost' | 'dies before' | 'dies after';
/** What becomes of a job at the provider. */
export type JobFate = 'running' | 'succeeded' | 'failed' | 'moderated' | 'forgotten';

interface SimJob {
  /** The generation as its submission named it. */
  readonly generation: string;
  fate: JobFate;
  readonly outputs: readonly string[];
  /** Another generation's may look the same. */
  readonly isAlike: boolean;
}

const PLAIN = { outputs: 1, sharedUrl: false, sharedRequest: false };

export interface SimProvider extends VideoProvider {
  /** Told of each submission that was taken, with the generation's id. */
  onTaken: (generation: string) => void;
  /** Generations whose outputs were told since this was last emptied. */
  readonly told: Set<string>;
  /** By generation. */
  readonly jobs: ReadonlyMap<string, SimJob>;
  mood: SubmitMood;
  /** Done by others while a call is under way. */
  meanwhile: (() => Promise<void>) | null;
  /** Ends the process that called. */
  killCaller: () => Promise<never>;
  /** How many outputs the next job has, and whether others have the same URLs, or the same request id. */
  shape: { readonly outputs: number; readonly sharedUrl: boolean; readonly sharedRequest: boolean };
  readonly settle: (generation: string, fate: JobFate) => void;
  readonly reset: () => void;
}

/** A provider that charges for every submission it takes, and remembers them all whatever happens to the server. */
export function createSimProvider(): SimProvider {
  const told = new Set<string>();
  const jobs = new Map<string, SimJob>();

  function take(id: string): void {
    provider.onTaken(id);
    const { outputs, sharedUrl, sharedRequest } = provider.shape;
    const isAlike = sharedUrl || sharedRequest;
    const url = (n: number) => (sharedUrl ? `https://cdn.sim/same-${n}.mp4` : `https://cdn.sim/${id}/${n}.mp4`);
    jobs.set(id, {
      generation: id,
      fate: 'running',
      outputs: Array.from({ length: outputs }, (_, n) => url(n)),
      isAlike,
    });
  }

  const provider: SimProvider = {
    name: 'sim',
    models: [],
    resubmitIsFree: false,
    pollEveryMs: 5_000,
    slowestPollMs: 5_000,
    deadlineMs: () => 365 * 24 * 60 * 60_000,
    outputLifetimeMs: null,
    takeImage: null,
    find: null,
    readWebhook: null,
    refreshModels: null,
    checkKey: null,
    onTaken: () => {},
    told,
    jobs,
    mood: 'accepts',
    meanwhile: null,
    killCaller: () => new Promise<never>(() => {}),
    shape: PLAIN,
    settle: (generation, fate) => {
      const job = jobs.get(generation);
      if (job) job.fate = fate;
    },
    reset: () => {
      told.clear();
      jobs.clear();
      provider.mood = 'accepts';
      provider.meanwhile = null;
      provider.shape = PLAIN;
    },
    submit: async ({ id }): Promise<Submitted> => {
      const { mood } = provider;
      provider.mood = 'accepts';
      await pause();
      if (mood === 'dies before') return provider.killCaller();
      if (mood === 'not_now') return { kind: 'not_now', message: '503', retryAfterMs: null };
      if (mood === 'refuses') {
        return { kind: 'refused', error: { code: 'moderated', message: 'Not this', retryable: false } };
      }
      take(id);
      if (mood === 'dies after') return provider.killCaller();
      if (mood === 'answer lost') throw new Error('socket hang up');
      return {
        kind: 'submitted',
        reference: { job: id },
        requestId: provider.shape.sharedRequest ? 'request' : `request-${id}`,
      };
    },
    status: async (reference): Promise<JobStatus> => {
      await pause();
      const id = String(Reflect.get(Object(reference), 'job'));
      const job = jobs.get(id);
      if (job?.fate === 'succeeded') told.add(id);
      return statusOf(job);
    },
    cancel: async () => pause(),
    openOutput: async () => null,
    poster: async () => null,
  };

  async function pause(): Promise<void> {
    const { meanwhile } = provider;
    provider.meanwhile = null;
    await meanwhile?.();
  }
  return provider;
}

function statusOf(job: SimJob | undefined): JobStatus {
  switch (job?.fate) {
    case undefined:
    case 'forgotten':
      return { kind: 'unknown' };
    case 'running':
      return { kind: 'running', progress: null };
    case 'succeeded': {
      const unmeasured = { contentType: 'video/mp4', width: null, height: null, durationMs: 1000, thumbhash: null };
      return { kind: 'succeeded', outputs: job.outputs.map((url) => ({ url, ...unmeasured })) };
    }
    case 'failed':
    case 'moderated':
      return { kind: 'failed', error: { code: job.fate, message: job.fate, retryable: job.fate === 'failed' } };
  }
}
