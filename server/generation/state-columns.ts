import * as v from 'valibot';
import { OutputSchema } from '../../sync/records.ts';
import type { SqlValue } from '../db/database.ts';
import type { SqlRow } from '../sync/rows.ts';
import type { GenerationState } from './state.ts';

/** The columns that a state sets; what an earlier one set beside them stays. */
export function stateColumns(state: GenerationState): Record<string, SqlValue> {
  switch (state.kind) {
    case 'waiting_source':
      return { error: null };
    case 'queued':
      return { error: json(state.error), submitted_at: null };
    case 'submitting':
      return { error: json(state.error), submitted_at: state.since };
    case 'held':
      return { error: json(state.error) };
    case 'running':
      return {
        error: json(state.error),
        reference: json(state.reference),
        request_id: state.requestId,
        submitted_at: state.submittedAt,
        deadline: state.deadline,
      };
    case 'succeeded':
      return {
        error: null,
        outputs: json(state.outputs),
        completed_at: state.completedAt,
        ...(state.requestId !== null && { request_id: state.requestId }),
      };
    case 'failed':
      return {
        error: json(state.error),
        completed_at: state.completedAt,
        ...(state.turnedAway && { submitted_at: null }),
      };
    case 'canceled':
      return { error: null, completed_at: state.completedAt };
  }
}

function json(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

/** Null for a state of a newer server. */
export function stateOf(row: SqlRow): GenerationState | null {
  const read = (column: unknown): unknown => (column === null ? null : JSON.parse(String(column)));
  const parsed = v.safeParse(StateSchema, {
    kind: row.status,
    error: read(row.error),
    reference: read(row.reference),
    outputs: read(row.outputs),
    requestId: row.request_id,
    submittedAt: row.submitted_at,
    since: row.submitted_at,
    completedAt: row.completed_at,
    deadline: row.deadline,
  });
  return parsed.success ? parsed.output : null;
}

const ErrorSchema = v.object({ code: v.string(), message: v.string(), retryable: v.boolean() });
const UNEXPLAINED = { code: 'unknown', message: 'It was held', retryable: true };
const StateSchema = v.variant('kind', [
  v.object({ kind: v.literal('waiting_source') }),
  v.object({ kind: v.literal('queued'), error: v.nullable(ErrorSchema) }),
  v.object({
    kind: v.literal('submitting'),
    // Of a server that did not note it.
    since: v.pipe(
      v.nullable(v.number()),
      v.transform((since) => since ?? 0),
    ),
    error: v.nullable(ErrorSchema),
  }),
  v.object({
    kind: v.literal('held'),
    error: v.pipe(
      v.nullable(ErrorSchema),
      v.transform((error) => error ?? UNEXPLAINED),
    ),
    since: v.nullable(v.number()),
  }),
  v.object({
    kind: v.literal('running'),
    reference: v.unknown(),
    requestId: v.string(),
    submittedAt: v.number(),
    deadline: v.number(),
    error: v.nullable(ErrorSchema),
  }),
  v.object({
    kind: v.literal('succeeded'),
    requestId: v.nullable(v.string()),
    outputs: v.array(OutputSchema),
    completedAt: v.number(),
  }),
  v.object({ kind: v.literal('failed'), error: ErrorSchema, completedAt: v.number() }),
  v.object({ kind: v.literal('canceled'), completedAt: v.number() }),
]);
