import { STUCK_MS } from '../data/oldest-pending.ts';

/** Longer between two looks means that the device slept: that is no waiting. */
const LONGEST_STEP_MS = 2 * 60_000;
/** Times of edits move by as much as the estimate of the server's clock does. */
const SAME_MS = 60_000;

/** What the watchdog remembers between two looks. */
export interface Watch {
  readonly rows: number;
  readonly since: number | null;
  /** Milliseconds for which nothing has moved though it could have. */
  readonly stillMs: number;
}

export const NOTHING_SEEN: Watch = { rows: 0, since: null, stillMs: 0 };

/** What is seen at one look. */
export interface Look {
  /** How many rows wait for the server. */
  readonly rows: number;
  /** Since when the longest of them has waited, milliseconds since 1970; null where nothing does. */
  readonly since: number | null;
  /** Milliseconds since the last look. */
  readonly elapsedMs: number;
  /** Whether rows could have moved: someone looks, there is a network, the session holds. */
  readonly awake: boolean;
}

/**
 * Whether to bark: the same rows have waited for ten minutes in which they could have been sent,
 * whether exchanges fail all the while or succeed without them. Barks again after as long again.
 */
export function watch(
  before: Watch,
  { rows, since, elapsedMs, awake }: Look,
): { readonly next: Watch; readonly bark: boolean } {
  const moved =
    since === null || before.since === null || rows < before.rows || Math.abs(since - before.since) > SAME_MS;
  const step = awake ? Math.min(elapsedMs, LONGEST_STEP_MS) : 0;
  const stillMs = moved ? 0 : before.stillMs + step;
  const bark = stillMs >= STUCK_MS;
  return { next: { rows, since, stillMs: bark ? 0 : stillMs }, bark };
}
