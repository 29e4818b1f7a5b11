import { applyReply } from './apply.ts';
import type { AnyRow, GenerationRow, Rejection, VideoRow } from './local-row.ts';
import type { Clock, LocalStore, LocalTransaction, Transport, TransportResult } from './ports.ts';
import { MAX_PUSH_ROWS } from './protocol.ts';
import { type PreparedPush, type PushPlan, preparePush } from './push.ts';

export interface EngineDeps {
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly clock: Clock;
  /** True once this cycle lost its lock or its time is up: nothing more is sent or written. */
  readonly shouldStop: () => boolean;
}

/** How a cycle ended; the caller chooses when the next one starts. */
export type CycleOutcome =
  /** Everything is exchanged; `upgrade` says that this app is too old to read changes. */
  | { readonly kind: 'done'; readonly upgrade: boolean }
  | { readonly kind: 'unavailable'; readonly retryAfterMs: number | null }
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'identity_changed' }
  | { readonly kind: 'stopped' };

/**
 * Exchanges with the server until nothing is left to push or pull. Any number of cycles may run at
 * once, in any number of processes: the store's transactions keep them from harming each other.
 * Rejects only with what the store rejects with.
 */
export async function runCycle(deps: EngineDeps): Promise<CycleOutcome> {
  let plan: PushPlan = { rows: MAX_PUSH_ROWS, except: new Set() };
  for (;;) {
    if (deps.shouldStop()) return { kind: 'stopped' };
    const push = await deps.store.transact((tx) => preparePush(tx, plan, deps.clock()));
    const result = await deps.transport.exchange(push.request);
    if (deps.shouldStop()) return { kind: 'stopped' };
    const step = await settle(deps, push, result, plan);
    if (step.kind !== 'again') return step;
    plan = step.plan;
  }
}

type Step = CycleOutcome | { readonly kind: 'again'; readonly plan: PushPlan };

async function settle(deps: EngineDeps, push: PreparedPush, result: TransportResult, plan: PushPlan): Promise<Step> {
  switch (result.kind) {
    case 'reply': {
      const { reply } = result;
      const exchange = { request: push.request, reply, nowMs: deps.clock() };
      const { applied, dirty } = await deps.store.transact(async (tx) => {
        const applied = await applyReply(tx, exchange);
        return { applied, dirty: await isAnythingDirty(tx, plan) };
      });
      const grown = { ...plan, rows: Math.min(MAX_PUSH_ROWS, Math.max(1, plan.rows) * 2) };
      const moved = applied.kind === 'stale' || applied.settled > 0 || push.request.cursor !== reply.cursor;
      if (reply.more || (dirty && moved)) return { kind: 'again', plan: grown };
      return { kind: 'done', upgrade: reply.upgrade ?? false };
    }
    case 'refused':
      return divide(deps, push, plan, {
        code: result.status === 413 ? 'too_large' : 'refused',
        message: result.message,
      });
    case 'unavailable':
      await deps.store.transact((tx) => countFailure(tx, push, result));
      return result.status !== null && result.status >= 500 && (await isPoison(deps, push, result.status))
        ? divide(deps, push, plan, null)
        : { kind: 'unavailable', retryAfterMs: result.retryAfterMs };
    default:
      return result;
  }
}

/**
 * Halves a push that the server refuses whole, until the row it cannot take stands alone; that one
 * is put aside, with the reason where the server gave one, and the others go on. [PUSH-4] [PUSH-5]
 */
async function divide(deps: EngineDeps, push: PreparedPush, plan: PushPlan, reason: Rejection | null): Promise<Step> {
  const [first, ...others] = push.rows;
  if (first === undefined) return { kind: 'unavailable', retryAfterMs: null };
  if (others.length > 0) return { kind: 'again', plan: { ...plan, rows: Math.floor(push.rows.length / 2) } };
  if (reason) await deps.store.transact((tx) => change(tx, first, (row) => ({ ...row, rejection: reason })));
  return { kind: 'again', plan: { rows: MAX_PUSH_ROWS, except: new Set([...plan.except, first.id]) } };
}

/** Whether a push that met a 5xx fails again, while the server answers an empty exchange. [PUSH-4] */
async function isPoison(deps: EngineDeps, push: PreparedPush, status: number): Promise<boolean> {
  if (push.rows.length === 0 || status === 503) return false;
  const again = await deps.transport.exchange(push.request);
  if (again.kind !== 'unavailable' || again.status === null || again.status < 500) return false;
  const empty = { ...push.request, push: { videos: [], generations: [] } };
  return (await deps.transport.exchange(empty)).kind === 'reply';
}

/** Only an answered attempt counts: silence is being offline, never a failure. */
async function countFailure(
  tx: LocalTransaction,
  push: PreparedPush,
  result: { readonly status: number | null },
): Promise<void> {
  if (result.status === null || result.status < 400) return;
  for (const row of push.rows) await change(tx, row, (now) => ({ ...now, failures: now.failures + 1 }));
}

/** Rewrites a row as it stands now, which may be newer than what was sent. */
async function change(
  tx: LocalTransaction,
  sent: AnyRow,
  next: <Row extends VideoRow | GenerationRow>(row: Row) => Row,
): Promise<void> {
  const { epoch } = await tx.meta();
  if (isVideo(sent)) {
    const [row] = await tx.videos.getMany([sent.id]);
    if (row) await tx.videos.putMany([next(row)], epoch);
  } else {
    const [row] = await tx.generations.getMany([sent.id]);
    if (row) await tx.generations.putMany([next(row)], epoch);
  }
}

async function isAnythingDirty(tx: LocalTransaction, { except }: PushPlan): Promise<boolean> {
  const [videos, generations] = [await tx.videos.dirty(1, except), await tx.generations.dirty(1, except)];
  return videos.length + generations.length > 0;
}

function isVideo(row: AnyRow): row is VideoRow {
  return 'copyId' in row;
}
