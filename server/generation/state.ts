import type { Output } from '../../sync/records.ts';
import type { JobError, JobReference, JobStatus } from './provider.ts';

/** Where a generation stands, with what only that state knows. */
export type GenerationState =
  /** The picture that it is made of is not stored yet. [GEN-3] */
  | { readonly kind: 'waiting_source' }
  | { readonly kind: 'queued'; readonly error: JobError | null }
  /** Recorded before the provider is called, so that a kill in the call leaves a trace. */
  | {
      readonly kind: 'submitting';
      readonly since: number;
      /** Why it is being looked for at the provider; null while the answer is awaited. */
      readonly error: JobError | null;
    }
  /** Nobody can say whether it was submitted; the person decides. [GEN-2] */
  | {
      readonly kind: 'held';
      readonly error: JobError;
      /** When its submission began, where that is known. */
      readonly since: number | null;
    }
  | {
      readonly kind: 'running';
      readonly reference: JobReference;
      readonly requestId: string;
      readonly submittedAt: number;
      readonly deadline: number;
      /** What went wrong when the provider was last asked; says nothing about the job. */
      readonly error: JobError | null;
    }
  | {
      readonly kind: 'succeeded';
      readonly requestId: string | null;
      readonly outputs: readonly Output[];
      readonly completedAt: number;
    }
  | {
      readonly kind: 'failed';
      readonly error: JobError;
      readonly completedAt: number;
      /** Its submission was turned away: it counts as none. */
      readonly turnedAway?: true;
    }
  | { readonly kind: 'canceled'; readonly completedAt: number };

export type GenerationEvent =
  | { readonly kind: 'cancel_requested'; readonly now: number }
  | { readonly kind: 'source_stored' }
  | { readonly kind: 'source_missing' }
  /** It was sent in another history, in which it may have been submitted. [GEN-2] */
  | { readonly kind: 'epoch_differs' }
  | { readonly kind: 'submission_begins'; readonly now: number }
  /** As many run as this account may have. */
  | { readonly kind: 'must_wait'; readonly message: string }
  /** Nothing more can be found out about a submission that nobody heard the answer to. */
  | { readonly kind: 'submission_lost'; readonly resubmitIsFree: boolean; readonly why: string | null }
  | {
      readonly kind: 'submitted';
      readonly reference: JobReference;
      readonly requestId: string;
      readonly now: number;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'refused'; readonly error: JobError; readonly now: number }
  /** Certainly not taken. */
  | { readonly kind: 'not_taken'; readonly message: string; readonly retryAfterMs: number | null }
  /** Perhaps taken; `since` where it was sent earlier than this server thought. */
  | { readonly kind: 'unclear'; readonly message: string; readonly canLook: boolean; readonly since?: number }
  /** The provider was searched, and does not have it. */
  | { readonly kind: 'absent'; readonly now: number }
  | { readonly kind: 'heard'; readonly status: Exclude<JobStatus, { kind: 'succeeded' }>; readonly now: number }
  | {
      readonly kind: 'outputs';
      readonly outputs: readonly Output[];
      /** Of the job that made them; null where only the row may know. */
      readonly requestId: string | null;
      readonly now: number;
    }
  | { readonly kind: 'unheard'; readonly message: string; readonly now: number; readonly retryAfterMs: number | null };

/**
 * What becomes of a generation. The same object comes back where an event means nothing in a state.
 * Outputs win over everything: they exist, whatever was said before. [GEN-3]
 */
export function transition(state: GenerationState, event: GenerationEvent): GenerationState {
  if (event.kind === 'outputs') return succeed(state, event);
  switch (state.kind) {
    case 'waiting_source':
      if (event.kind === 'cancel_requested') return canceled(event.now);
      return fromWaiting(state, event);
    case 'queued':
      if (event.kind === 'cancel_requested') return canceled(event.now);
      return fromQueued(state, event);
    case 'submitting':
      return fromSubmitting(state, event);
    case 'held':
      if (event.kind === 'cancel_requested') return canceled(event.now);
      if (event.kind === 'absent') return neverStarted(event.now);
      return event.kind === 'submitted' ? running(event) : state;
    case 'running':
      return fromRunning(state, event);
    default:
      return state;
  }
}

type State<Kind extends GenerationState['kind']> = Extract<GenerationState, { kind: Kind }>;
type Event<Kind extends GenerationEvent['kind']> = Extract<GenerationEvent, { kind: Kind }>;

/** The code of what waits for others of its account to end. */
export const LIMIT_RUNNING = 'limit_running';

const OTHER_HISTORY = 'It was sent before this server was restored, and may have been started then';
const LOST = 'The server stopped while it was starting this, so it may have been started';

function fromWaiting(state: State<'waiting_source'>, event: GenerationEvent): GenerationState {
  switch (event.kind) {
    case 'source_stored':
      return { kind: 'queued', error: null };
    // It was submitted in a history that this server has lost.
    case 'submitted':
      return running(event);
    default:
      return state;
  }
}

function fromQueued(state: State<'queued'>, event: GenerationEvent): GenerationState {
  switch (event.kind) {
    case 'epoch_differs':
      return held(OTHER_HISTORY, null);
    case 'submission_begins':
      return { kind: 'submitting', since: event.now, error: null };
    case 'source_missing':
      return { kind: 'waiting_source' };
    case 'must_wait':
      return waiting(state, event.message);
    // The provider did not take its picture, so nothing was asked for yet.
    case 'not_taken':
      return state.error?.message === event.message ? state : notTaken(event);
    case 'refused':
      return { kind: 'failed', error: event.error, completedAt: event.now };
    // It was submitted in a history that this server has lost.
    case 'submitted':
      return running(event);
    default:
      return state;
  }
}

function fromSubmitting(state: State<'submitting'>, event: GenerationEvent): GenerationState {
  switch (event.kind) {
    case 'epoch_differs':
      return held(OTHER_HISTORY, state.since);
    case 'submission_lost':
      return event.resubmitIsFree ? { kind: 'queued', error: null } : held(event.why ?? LOST, state.since);
    case 'submitted':
      return running(event);
    case 'refused':
      return { kind: 'failed', error: event.error, completedAt: event.now, turnedAway: true };
    case 'not_taken':
      return notTaken(event);
    case 'unclear':
      return unclear(state, event);
    case 'absent':
      return { kind: 'queued', error: null };
    default:
      return state;
  }
}

function fromRunning(state: State<'running'>, event: GenerationEvent): GenerationState {
  switch (event.kind) {
    case 'cancel_requested':
      return canceled(event.now);
    case 'heard':
      if (event.status.kind === 'failed') return { kind: 'failed', error: event.status.error, completedAt: event.now };
      if (event.status.kind === 'unknown') return waitOn(state, 'The provider does not know this job', event.now);
      return event.now >= state.deadline ? late(event.now) : noted(state, null);
    case 'unheard':
      return waitOn(state, event.message, event.now);
    default:
      return state;
  }
}

function waitOn(state: State<'running'>, message: string, now: number): GenerationState {
  return now >= state.deadline ? late(now) : noted(state, { code: 'no_answer', message, retryable: true });
}

function noted(state: State<'running'>, error: JobError | null): GenerationState {
  return state.error?.message === error?.message ? state : { ...state, error };
}

function succeed(state: GenerationState, { outputs, requestId: heard, now }: Event<'outputs'>): GenerationState {
  if (state.kind === 'succeeded') return state;
  const requestId = state.kind === 'running' ? state.requestId : heard;
  return { kind: 'succeeded', requestId, outputs, completedAt: now };
}

function running({ reference, requestId, now, deadlineMs }: Event<'submitted'>): GenerationState {
  return { kind: 'running', reference, requestId, submittedAt: now, deadline: now + deadlineMs, error: null };
}

/** Looked for as long as that may help; then the person decides. */
function unclear(
  state: State<'submitting'>,
  { message, canLook, since = state.since }: Event<'unclear'>,
): GenerationState {
  if (!canLook) return held(message, since);
  if (state.error !== null && since === state.since) return state;
  return { kind: 'submitting', since, error: { code: 'looking', message, retryable: false } };
}

function waiting(state: State<'queued'>, message: string): GenerationState {
  if (state.error?.code === LIMIT_RUNNING) return state;
  return { kind: 'queued', error: { code: LIMIT_RUNNING, message, retryable: true } };
}

function notTaken({ message }: Event<'not_taken'>): GenerationState {
  return { kind: 'queued', error: { code: 'not_taken', message, retryable: true } };
}

function held(message: string, since: number | null): GenerationState {
  return { kind: 'held', error: { code: 'submission_unclear', message, retryable: true }, since };
}

function neverStarted(now: number): GenerationState {
  const message = 'The provider never got it, so nothing was charged; it can be started again';
  return { kind: 'failed', error: { code: 'not_started', message, retryable: true }, completedAt: now };
}

function canceled(now: number): GenerationState {
  return { kind: 'canceled', completedAt: now };
}

function late(now: number): GenerationState {
  const error = { code: 'deadline', message: 'It took longer than the provider keeps a job', retryable: true };
  return { kind: 'failed', error, completedAt: now };
}
