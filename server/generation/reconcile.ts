import { retryDelay } from '../../sync/backoff.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import { readEpoch } from '../sync/epoch.ts';
import { newNonce } from '../sync/heads.ts';
import { CLAIM_MS, changeStatements, type GenerationJob, postpone } from './generation-job.ts';
import { nameOutputs } from './outputs.ts';
import type { JobStatus, VideoProvider } from './provider.ts';
import { type GenerationEvent, type GenerationState, transition } from './state.ts';
import { type MarkStore, markSubmission, unmarkSubmission } from './submission-mark.ts';
import { uuidv5 } from './uuidv5.ts';

export interface ReconcileDeps {
  readonly db: Database;
  readonly provider: VideoProvider;
  readonly blobs: MarkStore;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  /** Told what the provider says of a job that runs; null where it does not say. */
  readonly onProgress: (id: string, progress: number | null) => void;
}

/** Nothing happens to a held one until the person acts; this only bounds how long a missed wake-up lasts. */
const HELD_LOOK_MS = 60 * 60_000;

/**
 * Takes one claimed generation as far as it goes now. Whatever is done at the provider is recorded
 * before and after, so it may be killed anywhere and run again.
 */
export async function reconcile(deps: ReconcileDeps, job: GenerationJob): Promise<void> {
  const { state } = job;
  switch (state?.kind) {
    case 'queued':
    case 'waiting_source':
    case 'held':
      return reconcileUnsent(deps, job, state);
    case 'submitting': {
      const { resubmitIsFree } = deps.provider;
      const found = await apply(deps, job, { kind: 'submission_lost', resubmitIsFree });
      return found.state?.kind === 'queued' ? reconcileUnsent(deps, found, found.state) : undefined;
    }
    case 'running':
      return reconcileRunning(deps, job, state);
    default:
      await deps.db.sql.batch([postpone(job, { at: deps.clock() + HELD_LOOK_MS, attempts: job.attempts })], 'write');
  }
}

type State<Kind extends GenerationState['kind']> = Extract<GenerationState, { kind: Kind }>;

async function reconcileUnsent(
  deps: ReconcileDeps,
  job: GenerationJob,
  state: State<'queued' | 'waiting_source' | 'held'>,
): Promise<void> {
  if (job.cancelRequested) {
    await apply(deps, job, { kind: 'cancel_requested', now: deps.clock() });
    return;
  }
  if (state.kind !== 'queued') {
    await deps.db.sql.batch([postpone(job, { at: deps.clock() + HELD_LOOK_MS, attempts: job.attempts })], 'write');
    return;
  }
  const { sentEpoch } = job.create;
  if (sentEpoch !== null && sentEpoch !== (await readEpoch(deps.db, job.user))) {
    await apply(deps, job, { kind: 'epoch_differs' });
    return;
  }
  const begun = await apply(deps, job, { kind: 'submission_begins' });
  if (begun.state?.kind === 'submitting') await apply(deps, begun, await submit(deps, begun));
}

async function submit(deps: ReconcileDeps, job: GenerationJob): Promise<GenerationEvent> {
  const { blobs, provider } = deps;
  if (provider.resubmitIsFree) return callProvider(deps, job);
  try {
    if ((await markSubmission(blobs, job)) === 'exists') {
      return { kind: 'unclear', message: 'It was submitted once, before this server was restored from a backup' };
    }
  } catch (error) {
    return { kind: 'not_taken', message: messageOf(error) };
  }
  const event = await callProvider(deps, job);
  if (event.kind === 'not_taken' || event.kind === 'refused') {
    await unmarkSubmission(blobs, job).catch((error: unknown) => deps.log.warn('mark not taken back', { error }));
  }
  return event;
}

async function callProvider(
  { provider, clock }: ReconcileDeps,
  { user, id, create }: GenerationJob,
): Promise<GenerationEvent> {
  if (create.provider !== provider.name) {
    const message = `This server does not make videos with ${create.provider}`;
    return { kind: 'refused', error: { code: 'provider_unavailable', message, retryable: false }, now: clock() };
  }
  try {
    const { prompt, model, params } = create;
    const submitted = await provider.submit({ id, key: await uuidv5(id, user), prompt, model, params });
    switch (submitted.kind) {
      case 'submitted':
        return { ...submitted, now: clock(), deadlineMs: provider.deadlineMs };
      case 'refused':
        return { ...submitted, now: clock() };
      case 'not_now':
        return { kind: 'not_taken', message: submitted.message };
    }
  } catch (error) {
    // Where nobody can say whether it was started, only a provider that charges nothing is asked again.
    return { kind: provider.resubmitIsFree ? 'not_taken' : 'unclear', message: messageOf(error) };
  }
}

async function reconcileRunning(deps: ReconcileDeps, job: GenerationJob, state: State<'running'>): Promise<void> {
  const { provider, clock, onProgress } = deps;
  const heard = await ask(deps, job, state);
  if (heard instanceof Error) {
    deps.log.warn('provider not heard', { provider: provider.name, error: heard });
    await apply(deps, job, { kind: 'unheard', message: heard.message, now: clock() });
    return;
  }
  if (heard.kind === 'succeeded') {
    const outputs = await nameOutputs({ id: job.id, videoIds: job.create.videoIds }, heard.outputs);
    await apply(deps, job, { kind: 'outputs', outputs, now: clock() });
    return;
  }
  if (heard.kind !== 'failed' && job.cancelRequested) {
    await provider.cancel(state.reference).catch((error: unknown) => deps.log.warn('not cancelled', { error }));
    await apply(deps, job, { kind: 'cancel_requested', now: clock() });
    return;
  }
  onProgress(job.id, heard.kind === 'running' ? heard.progress : null);
  await apply(deps, job, { kind: 'heard', status: heard, now: clock() });
}

async function ask(
  { provider }: ReconcileDeps,
  { create }: GenerationJob,
  { reference }: State<'running'>,
): Promise<JobStatus | Error> {
  if (create.provider !== provider.name) return new Error(`This server cannot ask ${create.provider}`);
  try {
    return await provider.status(reference);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** @returns the job as it is now; as it was, where another process was faster */
async function apply(deps: ReconcileDeps, job: GenerationJob, event: GenerationEvent): Promise<GenerationJob> {
  const { db, clock, random, log } = deps;
  if (job.state === null) return job;
  const to = transition(job.state, event);
  const isSetback = event.kind === 'unheard' || event.kind === 'not_taken';
  const attempts = isSetback ? job.attempts + 1 : to.kind === 'submitting' ? job.attempts : 0;
  const now = clock();
  const nextAt = nextLook(deps, to, attempts);
  if (to === job.state) {
    const isPoll = to.kind === 'running' && attempts === job.attempts && !isSetback;
    if (!isPoll && nextAt !== null) await db.sql.batch([postpone(job, { at: nextAt, attempts })], 'write');
    return job;
  }
  const leaseUntil = to.kind === 'submitting' || event.kind === 'submission_lost' ? now + CLAIM_MS : 0;
  const change = { to, attempts, nextAt, leaseUntil, now, nonce: newNonce(random) };
  const [written] = await db.sql.batch(changeStatements(job, change), 'write');
  if (written?.rowsAffected !== 1) return job;
  if (nextAt === null) deps.onProgress(job.id, null);
  log.info('generation', { id: job.id, from: job.state.kind, to: to.kind });
  return { ...job, state: to, attempts };
}

function nextLook({ provider, clock, random }: ReconcileDeps, to: GenerationState, attempts: number): number | null {
  const now = clock();
  switch (to.kind) {
    case 'queued':
    case 'running':
      if (attempts > 0) {
        const chance = (random(1)[0] ?? 0) / 256;
        return now + retryDelay({ attempt: attempts, retryAfterMs: null, random: chance });
      }
      return to.kind === 'running' ? now + provider.pollEveryMs : now;
    case 'submitting':
      return now;
    case 'held':
    case 'waiting_source':
      return now + HELD_LOOK_MS;
    default:
      return null;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
