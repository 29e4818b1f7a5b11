import { applyReply, purgedIn } from './apply.ts';
import type { VideoId } from './ids.ts';
import type { AnyRow, GenerationRow, Rejection, VideoRow } from './local-row.ts';
import type { Clock, LocalStore, LocalTransaction, Transport, TransportResult } from './ports.ts';
import { MAX_PAGE_ROWS, MAX_PUSH_ROWS, type SyncReply, type SyncRequest } from './protocol.ts';
import { restoredHere } from './purge.ts';
import { type PreparedPush, type PushPlan, preparePush } from './push.ts';

export interface EngineDeps {
  readonly store: LocalStore;
  readonly transport: Transport;
  readonly clock: Clock;
  /** True once this cycle lost its lock or its time is up: nothing more is sent or written. */
  readonly shouldStop: () => boolean;
  /** Rows of one push; `MAX_PUSH_ROWS` where absent. */
  readonly maxPushRows?: number;
  /**
   * False where there seems to be no network, which is a hint and no more: what may cost something
   * goes once the server has answered, not before.
   */
  readonly isConnected?: boolean;
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
  const most = deps.maxPushRows ?? MAX_PUSH_ROWS;
  let plan: Plan = { rows: most, most, except: new Set(), quiet: true, withoutNew: !(deps.isConnected ?? true) };
  let ahead: Flight | null = null;
  for (;;) {
    if (deps.shouldStop()) return { kind: 'stopped' };
    const flight: Flight = ahead ?? (await depart(deps, plan));
    const result = await flight.result;
    if (deps.shouldStop()) return { kind: 'stopped' };
    const step = await settle(deps, flight.push, result, plan);
    if (step.kind !== 'again') return step;
    ({ plan, ahead } = step);
  }
}

interface Plan extends PushPlan {
  /** What `rows` grows back to after it was halved. */
  readonly most: number;
  /** Whether nothing was waiting to be sent when last looked at. */
  readonly quiet: boolean;
}

/** A request on its way. */
interface Flight {
  readonly push: PreparedPush;
  readonly result: Promise<TransportResult>;
}

type Step =
  | CycleOutcome
  /** `ahead` is the next request where it is under way already. */
  | { readonly kind: 'again'; readonly plan: Plan; readonly ahead: Flight | null };

async function depart(deps: EngineDeps, plan: PushPlan): Promise<Flight> {
  const push = await deps.store.transact((tx) => preparePush(tx, plan, deps.clock()));
  return { push, result: deps.transport.exchange(push.request) };
}

/**
 * Sends the rows after those that were answered, so that they travel while the answer is written: who
 * goes on where all went well need not wait for it. Null where something did not, since then the answer
 * may change what is to be sent. [PUSH-3]
 */
async function pushAhead(
  deps: EngineDeps,
  sent: PreparedPush,
  reply: SyncReply,
  plan: PushPlan,
): Promise<Flight | null> {
  const { cursor, head, epoch, more, results } = reply;
  if (sent.rows.length === 0 || more || !results.every(({ status }) => status === 'ok')) return null;
  const except = new Set([...plan.except, ...sent.rows.map(({ id }) => id)]);
  const next = await deps.store.transact(async (tx) => {
    const meta = await tx.meta();
    const isWhereItWas = meta.cursor === sent.request.cursor && meta.epoch === epoch;
    return isWhereItWas ? preparePush(tx, { ...plan, except }, deps.clock()) : null;
  });
  if (!next || next.rows.length === 0) return null;
  const push = { ...next, request: { ...next.request, cursor, head } };
  return { push, result: deps.transport.exchange(push.request) };
}

/** Asks for the page after a reply, so that it travels while the reply is written. [PULL-1] */
function readAhead(deps: EngineDeps, asked: SyncRequest, { cursor, head }: SyncReply): Flight {
  const { stats: _, ...rest } = asked;
  const request = { ...rest, cursor, head, limit: MAX_PAGE_ROWS, push: { videos: [], generations: [] } };
  return { push: { request, rows: [] }, result: deps.transport.exchange(request) };
}

async function settle(deps: EngineDeps, push: PreparedPush, result: TransportResult, plan: Plan): Promise<Step> {
  switch (result.kind) {
    case 'reply':
      return take(deps, push, result.reply, plan);
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

async function take(deps: EngineDeps, push: PreparedPush, reply: SyncReply, before: Plan): Promise<Step> {
  const { request } = push;
  // Someone answers.
  const plan = { ...before, withoutNew: false };
  const reading = reply.more && plan.quiet ? readAhead(deps, request, reply) : null;
  const pushing = await pushAhead(deps, push, reply, plan);
  const { snapshot } = reply;
  const sweepable = snapshot?.end ? await deps.store.transact((tx) => restoredHere(tx, snapshot.id)) : [];
  const purged = [...purgedIn(reply), ...sweepable];
  const verified = purged.length > 0 ? await deps.store.withVerifiedBytes(purged) : new Set<VideoId>();
  const exchange = { request, reply, nowMs: deps.clock(), verified };
  const { applied, dirty } = await deps.store.transact(async (tx) => {
    const applied = await applyReply(tx, exchange);
    return { applied, dirty: await isAnythingDirty(tx, plan) };
  });
  const grown = { ...plan, rows: Math.min(plan.most, Math.max(1, plan.rows) * 2), quiet: !dirty };
  const startsOver = applied.kind === 'applied' && applied.startsOver;
  const moved =
    startsOver ||
    applied.kind === 'stale' ||
    applied.settled > 0 ||
    request.cursor !== reply.cursor ||
    before.withoutNew === true;
  // What waits to be sent goes before what waits to be read.
  if (startsOver) return { kind: 'again', plan: grown, ahead: null };
  if (dirty && moved) return { kind: 'again', plan: grown, ahead: applied.kind === 'applied' ? pushing : null };
  if (reply.more) return { kind: 'again', plan: grown, ahead: reading };
  return { kind: 'done', upgrade: reply.upgrade ?? false };
}

/**
 * Halves a push that the server refuses whole, until the row it cannot take stands alone; that one
 * is put aside, with the reason where the server gave one, and the others go on. [PUSH-4] [PUSH-5]
 */
async function divide(deps: EngineDeps, push: PreparedPush, plan: Plan, reason: Rejection | null): Promise<Step> {
  const [first, ...others] = push.rows;
  if (first === undefined) return { kind: 'unavailable', retryAfterMs: null };
  const again = (next: Plan): Step => ({ kind: 'again', plan: next, ahead: null });
  if (others.length > 0) return again({ ...plan, rows: Math.floor(push.rows.length / 2) });
  if (reason) await deps.store.transact((tx) => change(tx, [first], (row) => ({ ...row, rejection: reason })));
  return again({ ...plan, rows: plan.most, except: new Set([...plan.except, first.id]) });
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
  await change(tx, push.rows, (now) => ({ ...now, failures: now.failures + 1 }));
}

/** Rewrites rows as they stand now, which may be newer than what was sent. */
async function change(
  tx: LocalTransaction,
  sent: readonly AnyRow[],
  next: <Row extends VideoRow | GenerationRow>(row: Row) => Row,
): Promise<void> {
  const { epoch } = await tx.meta();
  const videos = await tx.videos.getMany(sent.filter(isVideo).map(({ id }) => id));
  await tx.videos.putMany(
    videos.flatMap((row) => (row ? [next(row)] : [])),
    epoch,
  );
  const generations = await tx.generations.getMany(sent.filter(isGeneration).map(({ id }) => id));
  await tx.generations.putMany(
    generations.flatMap((row) => (row ? [next(row)] : [])),
    epoch,
  );
}

async function isAnythingDirty(tx: LocalTransaction, { except }: PushPlan): Promise<boolean> {
  const [videos, generations] = [await tx.videos.dirty(1, except), await tx.generations.dirty(1, except)];
  return videos.length + generations.length > 0;
}

function isVideo(row: AnyRow): row is VideoRow {
  return 'copyId' in row;
}

function isGeneration(row: AnyRow): row is GenerationRow {
  return !isVideo(row);
}
