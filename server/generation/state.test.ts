import { expect, test } from 'vitest';
import { type GenerationEvent, type GenerationState, transition } from './state.ts';

const error = { code: 'nsfw', message: 'Refused by the filter', retryable: false };
const job = { reference: { job: 7 }, requestId: 'r7' };
const running = { kind: 'running', ...job, submittedAt: 5, deadline: 100, error: null } as const;

const STATES = {
  waiting_source: { kind: 'waiting_source' },
  queued: { kind: 'queued', error: null },
  submitting: { kind: 'submitting', since: 5, error: null },
  held: { kind: 'held', error, since: 5 },
  running,
  succeeded: { kind: 'succeeded', requestId: 'r7', outputs: [], completedAt: 9 },
  failed: { kind: 'failed', error, completedAt: 9 },
  canceled: { kind: 'canceled', completedAt: 9 },
} as const satisfies Record<GenerationState['kind'], GenerationState>;

const EVENTS = {
  cancel: { kind: 'cancel_requested', now: 10 },
  otherEpoch: { kind: 'epoch_differs' },
  begin: { kind: 'submission_begins', now: 10 },
  lostFree: { kind: 'submission_lost', resubmitIsFree: true, why: null },
  lostPaid: { kind: 'submission_lost', resubmitIsFree: false, why: null },
  submitted: { kind: 'submitted', ...job, now: 10, deadlineMs: 90 },
  refused: { kind: 'refused', error, now: 10 },
  notTaken: { kind: 'not_taken', message: 'busy', retryAfterMs: null },
  unclear: { kind: 'unclear', message: 'timeout', canLook: false },
  heardQueued: { kind: 'heard', status: { kind: 'queued' }, now: 10 },
  heardRunning: { kind: 'heard', status: { kind: 'running', progress: 0.5 }, now: 10 },
  heardFailed: { kind: 'heard', status: { kind: 'failed', error }, now: 10 },
  heardUnknown: { kind: 'heard', status: { kind: 'unknown' }, now: 10 },
  heardLate: { kind: 'heard', status: { kind: 'running', progress: 0.99 }, now: 100 },
  outputs: { kind: 'outputs', outputs: [], requestId: 'request-9', now: 10 },
  unheard: { kind: 'unheard', message: '503', now: 10, retryAfterMs: null },
  unheardLate: { kind: 'unheard', message: '503', now: 100, retryAfterMs: null },
  lookable: { kind: 'unclear', message: 'timeout', canLook: true },
  mustWait: { kind: 'must_wait', message: 'as many run as may' },
  absent: { kind: 'absent', now: 10 },
  sourceStored: { kind: 'source_stored' },
  sourceMissing: { kind: 'source_missing' },
} as const satisfies Record<string, GenerationEvent>;

/** In the order of EVENTS; `·` leaves the very same state. */
type Row = readonly (GenerationState['kind'] | '·')[];
const nothing = (count: number): Row => Array.from({ length: count }, () => '·');

const TABLE: Readonly<Record<GenerationState['kind'], Row>> = {
  waiting_source: [
    ...(['canceled', ...nothing(4), 'running', ...nothing(8), 'succeeded'] as const),
    ...(['·', '·', '·', '·', '·', 'queued', '·'] as const),
  ],
  queued: [
    ...(['canceled', 'held', 'submitting', '·', '·', 'running', 'failed', 'queued'] as const),
    ...nothing(6),
    ...(['succeeded', '·', '·', '·', 'queued', '·', '·', 'waiting_source'] as const),
  ],
  submitting: [
    ...(['·', 'held', '·', 'queued', 'held', 'running', 'failed', 'queued', 'held'] as const),
    ...nothing(5),
    ...(['succeeded', '·', '·', 'submitting', '·', 'queued', '·', '·'] as const),
  ],
  held: ['canceled', ...nothing(4), 'running', ...nothing(8), 'succeeded', ...nothing(4), 'failed', '·', '·'],
  running: ['canceled', ...nothing(10), 'failed', 'running', 'failed', 'succeeded', 'running', 'failed', ...nothing(5)],
  succeeded: nothing(22),
  failed: [...nothing(14), 'succeeded', ...nothing(7)],
  canceled: [...nothing(14), 'succeeded', ...nothing(7)],
};

const cases = Object.values(STATES).flatMap((state) =>
  Object.entries(EVENTS).map(([name, event], index) => ({ from: state.kind, name, state, event, index })),
);

test('the table is whole', () => {
  expect(Object.values(TABLE).map(({ length }) => length)).toEqual(Object.keys(TABLE).map(() => cases.length / 8));
});

test.each(cases)('$from, $name', ({ from, state, event, index }) => {
  const to = transition(state, event);
  expect(to === state ? '·' : to.kind).toBe(TABLE[from][index]);
});

test('[GEN-3] outputs win over a cancellation and a failure, and over nothing twice', () => {
  for (const state of [STATES.canceled, STATES.failed, STATES.running]) {
    expect(transition(state, EVENTS.outputs)).toMatchObject({ kind: 'succeeded', outputs: [], completedAt: 10 });
  }
  expect(transition(STATES.succeeded, EVENTS.outputs)).toBe(STATES.succeeded);
});

test('a poll that fails is remembered, and forgotten once one succeeds; the same one twice is nothing new', () => {
  const unheard = transition(running, EVENTS.unheard);
  expect(unheard).toEqual({ ...running, error: { code: 'no_answer', message: '503', retryable: true } });
  expect(transition(unheard, EVENTS.unheard)).toBe(unheard);
  expect(transition(unheard, EVENTS.heardRunning)).toEqual(running);
});

test('the deadline ends what never ends', () => {
  expect(transition(running, EVENTS.heardLate)).toMatchObject({ kind: 'failed', error: { code: 'deadline' } });
});
