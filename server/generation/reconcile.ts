import { retryDelay } from '../../sync/backoff.ts';
import { sourceOf } from '../../sync/source-image.ts';
import type { Database } from '../db/database.ts';
import { messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import type { BlobStore } from '../media/blob-store/blob-store.ts';
import { readEpoch } from '../sync/epoch.ts';
import { newNonce } from '../sync/heads.ts';
import { CLAIM_MS, changeStatements, type GenerationJob, postpone, readGeneration } from './generation-job.ts';
import { type AccountLimits, checkLimits } from './limits.ts';
import { canLookUp, isWorthWaiting, lookUp, nextLookUp } from './look-up.ts';
import { nameOutputs } from './outputs.ts';
import { pollPause } from './poll-pace.ts';
import { type JobReference, type JobStatus, NoAnswerError, type VideoProvider } from './provider.ts';
import { type GenerationEvent, type GenerationState, transition } from './state.ts';
import { toSubmission, type WebhookUrl } from './submission.ts';
import { type MarkStore, markedAt, markSubmission, unmarkSubmission } from './submission-mark.ts';
import { isSourceThere, prepareImage } from './take-source.ts';

export interface ReconcileDeps {
  readonly db: Database;
  readonly provider: VideoProvider;
  readonly blobs: MarkStore & Pick<BlobStore, 'read' | 'size'>;
  readonly webhookUrl: WebhookUrl;
  readonly limits: AccountLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
  /** Told what the provider says of a job that runs; null where it does not say. */
  readonly onProgress: (id: string, progress: number | null) => void;
}

/** Nothing happens to a held one until the person acts, or it turns up; this bounds how long that goes unseen. */
const HELD_LOOK_MS = 60 * 60_000;
/** One that waits for others of its account is looked at when they end; this is for what ends unseen. */
const WAITING_LOOK_MS = 15_000;

const TOO_SLOW: GenerationEvent = { kind: 'not_taken', message: 'The media store was too slow', retryAfterMs: null };

/**
 * Takes one claimed generation as far as it goes now. Whatever is done at the provider is recorded
 * before and after, so it may be killed anywhere and run again.
 */
export async function reconcile(deps: ReconcileDeps, job: GenerationJob): Promise<void> {
  const { state } = job;
  switch (state?.kind) {
    case 'queued':
    case 'waiting_source':
      return reconcileUnsent(deps, job, state);
    case 'submitting':
      return reconcileSubmitting(deps, job, state);
    case 'held':
      return reconcileHeld(deps, job, state);
    case 'running':
      return reconcileRunning(deps, job, state);
    default:
      return lookLater(deps, job);
  }
}

type State<Kind extends GenerationState['kind']> = Extract<GenerationState, { kind: Kind }>;

async function reconcileUnsent(
  deps: ReconcileDeps,
  job: GenerationJob,
  state: State<'queued' | 'waiting_source'>,
): Promise<void> {
  const { clock } = deps;
  if (job.cancelRequested) {
    await apply(deps, job, { kind: 'cancel_requested', now: clock() });
    return;
  }
  if (state.kind === 'waiting_source') {
    const isThere = await isSourceThere(deps, job);
    return isThere ? void (await apply(deps, job, { kind: 'source_stored' })) : lookLater(deps, job);
  }
  const { sentEpoch } = job.create;
  if (sentEpoch !== null && sentEpoch !== (await readEpoch(deps.db, job.user))) {
    await apply(deps, job, { kind: 'epoch_differs' });
    return;
  }
  const source = sourceOf(job.create);
  // Before the submission begins, which has no time for it.
  const prepared = source && ((await whyNotNow(deps, job)) ?? (await prepareImage(deps, job, source)));
  if (prepared && 'kind' in prepared) return void (await apply(deps, job, prepared));
  const begun = (await begin(deps, job)) ?? (await begin(deps, job));
  if (begun === null) {
    // Canceled since it was claimed, or twice without room: what is so is read anew.
    await deps.db.sql.batch([postpone(job, { at: clock(), attempts: job.attempts })], 'write');
  } else if (begun.state?.kind === 'submitting') {
    const event = await submit(deps, begun, begun.state, prepared?.image);
    const after = await apply(deps, begun, event);
    if (event.kind === 'submitted' && after === begun) await stopIfGone(deps, begun, event.reference);
  }
}

/** Its account was deleted in the meantime: nobody waits for it, and nobody else will know of it. */
async function stopIfGone({ db, provider, blobs, log }: ReconcileDeps, job: GenerationJob, reference: JobReference) {
  if ((await readGeneration(db, job)) !== null) return;
  await provider.cancel(reference).catch((error: unknown) => log.warn('not cancelled', { error }));
  await unmarkSubmission(blobs, job);
}

/** @returns null where another one took the last room meanwhile, or it was canceled */
async function begin(deps: ReconcileDeps, job: GenerationJob): Promise<GenerationJob | null> {
  const why = await whyNotNow(deps, job);
  if (why !== null) return apply(deps, job, why);
  const begun = await apply(deps, job, { kind: 'submission_begins', now: deps.clock() });
  return begun === job ? null : begun;
}

/** What keeps an account that has limits from one more; null where nothing does. */
async function whyNotNow({ db, limits, clock }: ReconcileDeps, job: GenerationJob): Promise<GenerationEvent | null> {
  const verdict = await checkLimits(db, limits, job, clock());
  switch (verdict.kind) {
    case 'wait':
      return { kind: 'must_wait', message: verdict.message };
    case 'refused':
      return { ...verdict, now: clock() };
    case 'free':
      return null;
  }
}

async function submit(
  deps: ReconcileDeps,
  job: GenerationJob,
  { since }: State<'submitting'>,
  image: string | undefined,
): Promise<GenerationEvent> {
  const { blobs, provider, clock } = deps;
  if (provider.resubmitIsFree) return callProvider(deps, job, image);
  try {
    if ((await markSubmission(blobs, job, since)) === 'exists') {
      const message = 'It was submitted once, before this server was restored from a backup';
      const at = await markedAt(blobs, job);
      // Of one that may have been sent this moment nobody can say when it will be in a list.
      const canLook = at !== null && canLookUp(provider, job);
      return { kind: 'unclear', message, canLook, since: at ?? job.create.createdAt };
    }
  } catch (error) {
    return { kind: 'not_taken', message: messageOf(error), retryAfterMs: null };
  }
  // By now others may be looking for it: what they do not find must not come later.
  const isLate = clock() - since >= CLAIM_MS;
  const event = isLate ? TOO_SLOW : await callProvider(deps, job, image);
  if (event.kind === 'not_taken' || event.kind === 'refused') {
    await unmarkSubmission(blobs, job).catch((error: unknown) => deps.log.warn('mark not taken back', { error }));
  }
  return event;
}

async function callProvider(
  deps: ReconcileDeps,
  job: GenerationJob,
  image: string | undefined,
): Promise<GenerationEvent> {
  const { provider, clock } = deps;
  const { create } = job;
  if (create.provider !== provider.name) {
    const message = `This server does not make videos with ${create.provider}`;
    return { kind: 'refused', error: { code: 'provider_unavailable', message, retryable: false }, now: clock() };
  }
  try {
    const submitted = await provider.submit({ ...(await toSubmission(deps, job)), image });
    switch (submitted.kind) {
      case 'submitted':
        return { ...submitted, now: clock(), deadlineMs: provider.deadlineMs(create) };
      case 'refused':
        return { ...submitted, now: clock() };
      case 'not_now':
        return { ...submitted, kind: 'not_taken' };
    }
  } catch (error) {
    // Where nobody can say whether it was started, only a provider that charges nothing is asked again.
    return {
      kind: provider.resubmitIsFree ? 'not_taken' : 'unclear',
      message: messageOf(error),
      retryAfterMs: null,
      canLook: canLookUp(provider, job),
    };
  }
}

/** Whoever submitted it has died, or got no clear answer: it is looked for before anything else. [GEN-2] */
async function reconcileSubmitting(
  deps: ReconcileDeps,
  job: GenerationJob,
  { since, error }: State<'submitting'>,
): Promise<void> {
  const { provider, clock } = deps;
  if (!canLookUp(provider, job)) {
    const { resubmitIsFree } = provider;
    const lost = await apply(deps, job, { kind: 'submission_lost', resubmitIsFree, why: null });
    return lost.state?.kind === 'queued' ? reconcileUnsent(deps, lost, lost.state) : undefined;
  }
  const began = clock();
  const found = await lookUp(deps, job, since === 0 ? job.create.createdAt : since);
  // Others have claimed it since.
  if (clock() - began >= CLAIM_MS) return;
  if (found.kind === 'found') {
    await adopt(deps, job, found);
  } else if (isWorthWaiting(found, since, clock())) {
    const message = error?.message ?? 'The server stopped while it was starting this; it is being looked for';
    await apply(deps, job, { kind: 'unclear', message, canLook: true });
  } else if (found.kind === 'absent') {
    await unmarkSubmission(deps.blobs, job);
    await apply(deps, job, { kind: 'absent', now: clock() });
  } else {
    await apply(deps, job, { kind: 'submission_lost', resubmitIsFree: false, why: found.message });
  }
}

async function reconcileHeld(deps: ReconcileDeps, job: GenerationJob, { since }: State<'held'>): Promise<void> {
  const { provider, clock } = deps;
  const found = canLookUp(provider, job) ? await lookUp(deps, job, since ?? job.create.createdAt) : null;
  const adopted = found?.kind === 'found' ? await adopt(deps, job, found) : job;
  // What was found is asked, and cancelled there too if that is wanted.
  if (adopted.state?.kind === 'running') return reconcileRunning(deps, adopted, adopted.state);
  const isAbsent = found?.kind === 'absent';
  if (isAbsent) {
    // It may have been sent moments ago, by a server that was put back since.
    const sentAt = await markedAt(deps.blobs, job);
    if (sentAt !== null && isWorthWaiting(found, sentAt, clock())) {
      await deps.db.sql.batch([postpone(job, { at: nextLookUp(sentAt, clock()), attempts: job.attempts })], 'write');
      return;
    }
    await unmarkSubmission(deps.blobs, job);
  }
  if (!isAbsent && !job.cancelRequested) return lookLater(deps, job);
  await apply(deps, job, { kind: job.cancelRequested ? 'cancel_requested' : 'absent', now: clock() });
}

/** Takes a job at the provider for this generation's, unless another has it by now. */
export function adopt(
  deps: ReconcileDeps,
  job: GenerationJob,
  found: { readonly reference: unknown; readonly requestId: string },
): Promise<GenerationJob> {
  const { reference, requestId } = found;
  const deadlineMs = deps.provider.deadlineMs(job.create);
  return apply(deps, job, { kind: 'submitted', reference, requestId, now: deps.clock(), deadlineMs }, true);
}

async function reconcileRunning(deps: ReconcileDeps, job: GenerationJob, state: State<'running'>): Promise<void> {
  const { provider, clock } = deps;
  const heard = await ask(deps, job, state);
  if (heard instanceof Error) {
    deps.log.warn('provider not heard', { provider: provider.name, error: heard });
    const retryAfterMs = heard instanceof NoAnswerError ? heard.retryAfterMs : null;
    await apply(deps, job, { kind: 'unheard', message: heard.message, now: clock(), retryAfterMs });
    return;
  }
  if (heard.kind !== 'failed' && heard.kind !== 'succeeded' && job.cancelRequested) {
    const failure = await provider.cancel(state.reference).then(() => null, messageOf);
    // One that nobody heard of goes on, and costs: it is asked for again.
    await apply(
      deps,
      job,
      failure === null
        ? { kind: 'cancel_requested', now: clock() }
        : { kind: 'unheard', message: `Not cancelled yet: ${failure}`, now: clock(), retryAfterMs: null },
    );
    return;
  }
  await applyHeard(deps, job, heard);
}

/** What a provider says of a job, asked or not. Said twice, and by whomever, it changes nothing more. [GEN-1] */
export async function applyHeard(
  deps: ReconcileDeps,
  job: GenerationJob,
  heard: JobStatus,
  requestId = job.requestId,
): Promise<void> {
  const now = deps.clock();
  if (heard.kind === 'succeeded') {
    const outputs = await nameOutputs({ id: job.id, videoIds: job.create.videoIds }, heard.outputs);
    await apply(deps, job, { kind: 'outputs', outputs, requestId, now });
    return;
  }
  if (job.state?.kind === 'running') deps.onProgress(job.id, heard.kind === 'running' ? heard.progress : null);
  await apply(deps, job, { kind: 'heard', status: heard, now });
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
async function apply(
  deps: ReconcileDeps,
  job: GenerationJob,
  event: GenerationEvent,
  adopts = false,
): Promise<GenerationJob> {
  const { db, clock, random, log, limits } = deps;
  if (job.state === null) return job;
  const to = transition(job.state, event);
  const isSetback = event.kind === 'unheard' || event.kind === 'not_taken';
  const attempts = isSetback ? job.attempts + 1 : to.kind === 'submitting' ? job.attempts : 0;
  const now = clock();
  const nextAt = nextLook(deps, to, { attempts, event });
  if (to === job.state) {
    const isPoll = to.kind === 'running' && attempts === job.attempts && !isSetback;
    if (!isPoll && nextAt !== null) await db.sql.batch([postpone(job, { at: nextAt, attempts })], 'write');
    return job;
  }
  const goesOn = event.kind === 'submission_begins' || (event.kind === 'submission_lost' && to.kind === 'queued');
  const leaseUntil = goesOn ? now + CLAIM_MS : 0;
  const room = event.kind === 'submission_begins' ? limits : null;
  const change = { to, attempts, nextAt, leaseUntil, adopts, limits: room, now, nonce: newNonce(random) };
  const [written] = await db.sql.batch(changeStatements(job, change), 'write');
  if (written?.rowsAffected !== 1) return job;
  if (nextAt === null) deps.onProgress(job.id, null);
  log.info('generation', { id: job.id, from: job.state.kind, to: to.kind });
  return { ...job, status: to.kind, state: to, attempts };
}

function nextLook(
  { provider, clock, random }: ReconcileDeps,
  to: GenerationState,
  { attempts, event }: { readonly attempts: number; readonly event: GenerationEvent },
): number | null {
  const now = clock();
  const chance = (random(1)[0] ?? 0) / 256;
  switch (to.kind) {
    case 'queued':
    case 'running':
      if (event.kind === 'must_wait') return now + WAITING_LOOK_MS;
      if (attempts > 0) {
        const retryAfterMs = 'retryAfterMs' in event ? event.retryAfterMs : null;
        return now + retryDelay({ attempt: attempts, retryAfterMs, random: chance });
      }
      return to.kind === 'running' ? now + pollPause({ ...provider, chance }, now - to.submittedAt) : now;
    case 'submitting':
      if (event.kind !== 'unclear') return now;
      // One that was sent long ago and is only now looked for is looked for soon.
      return nextLookUp(event.since === undefined ? to.since : now, now);
    case 'held':
    case 'waiting_source':
      return now + HELD_LOOK_MS;
    default:
      return null;
  }
}

async function lookLater({ db, clock }: ReconcileDeps, job: GenerationJob): Promise<void> {
  await db.sql.batch([postpone(job, { at: clock() + HELD_LOOK_MS, attempts: job.attempts })], 'write');
}
