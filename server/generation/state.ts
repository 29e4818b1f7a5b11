import type { Output } from '../../sync/records.ts';
import type { JobError, JobReference, JobStatus } from './provider.ts';

/** Where a generation stands, with what only that state knows. */
export type GenerationState =
  /** A source of it is not stored yet. */
  | { readonly kind: 'waiting_source' }
  | { readonly kind: 'queued'; readonly error: JobError | null }
  /** Recorded before the provider is called, so that a kill in the call leaves a trace. */
  | { readonly kind: 'submitting' }
  /** Nobody can say whether it was submitted; the person decides. [GEN-2] */
  | { readonly kind: 'held'; readonly error: JobError }
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
  | { readonly kind: 'failed'; readonly error: JobError; readonly completedAt: number }
  | { readonly kind: 'canceled'; readonly completedAt: number };

export type GenerationEvent =
  | { readonly kind: 'cancel_requested'; readonly now: number }
  /** It was sent in another history, in which it may have been submitted. [GEN-2] */
  | { readonly kind: 'epoch_differs' }
  | { readonly kind: 'submission_begins' }
  /** A submission was found whose process is gone. */
  | { readonly kind: 'submission_lost'; readonly resubmitIsFree: boolean }
  | {
      readonly kind: 'submitted';
      readonly reference: JobReference;
      readonly requestId: string;
      readonly now: number;
      readonly deadlineMs: number;
    }
  | { readonly kind: 'refused'; readonly error: JobError; readonly now: number }
  /** Certainly not taken. */
  | { readonly kind: 'not_taken'; readonly message: string }
  /** Perhaps taken. */
  | { readonly kind: 'unclear'; readonly message: string }
  | { readonly kind: 'heard'; readonly status: Exclude<JobStatus, { kind: 'succeeded' }>; readonly now: number }
  | { readonly kind: 'outputs'; readonly outputs: readonly Output[]; readonly now: number }
  | { readonly kind: 'unheard'; readonly message: string; readonly now: number };

/**
 * What becomes of a generation. The same object comes back where an event means nothing in a state.
 * Outputs win over everything: they exist, whatever was said before. [GEN-3]
 */
export function transition(state: GenerationState, event: GenerationEvent): GenerationState {
  if (event.kind === 'outputs') return succeed(state, event);
  switch (state.kind) {
    case 'waiting_source':
      return event.kind === 'cancel_requested' ? canceled(event.now) : state;
    case 'queued':
      if (event.kind === 'cancel_requested') return canceled(event.now);
      if (event.kind === 'epoch_differs') return held(OTHER_HISTORY);
      return event.kind === 'submission_begins' ? { kind: 'submitting' } : state;
    case 'submitting':
      return fromSubmitting(state, event);
    case 'held':
      if (event.kind === 'cancel_requested') return canceled(event.now);
      return event.kind === 'submitted' ? running(event) : state;
    case 'running':
      return fromRunning(state, event);
    default:
      return state;
  }
}

type State<Kind extends GenerationState['kind']> = Extract<GenerationState, { kind: Kind }>;
type Event<Kind extends GenerationEvent['kind']> = Extract<GenerationEvent, { kind: Kind }>;

const OTHER_HISTORY = 'It was sent before this server was restored, and may have been started then';
const LOST = 'The server stopped while it was starting this, so it may have been started';

function fromSubmitting(state: State<'submitting'>, event: GenerationEvent): GenerationState {
  switch (event.kind) {
    case 'epoch_differs':
      return held(OTHER_HISTORY);
    case 'submission_lost':
      return event.resubmitIsFree ? { kind: 'queued', error: null } : held(LOST);
    case 'submitted':
      return running(event);
    case 'refused':
      return { kind: 'failed', error: event.error, completedAt: event.now };
    case 'not_taken':
      return { kind: 'queued', error: { code: 'not_taken', message: event.message, retryable: true } };
    case 'unclear':
      return held(event.message);
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

function succeed(state: GenerationState, { outputs, now }: Event<'outputs'>): GenerationState {
  if (state.kind === 'succeeded') return state;
  const requestId = state.kind === 'running' ? state.requestId : null;
  return { kind: 'succeeded', requestId, outputs, completedAt: now };
}

function running({ reference, requestId, now, deadlineMs }: Event<'submitted'>): GenerationState {
  return { kind: 'running', reference, requestId, submittedAt: now, deadline: now + deadlineMs, error: null };
}

function held(message: string): GenerationState {
  return { kind: 'held', error: { code: 'submission_unclear', message, retryable: true } };
}

function canceled(now: number): GenerationState {
  return { kind: 'canceled', completedAt: now };
}

function late(now: number): GenerationState {
  const error = { code: 'deadline', message: 'It took longer than the provider keeps a job', retryable: true };
  return { kind: 'failed', error, completedAt: now };
}
