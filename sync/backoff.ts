const FIRST_DELAYS_MS = [2_000, 4_000, 6_000];
const CEILING_MS = 5 * 60_000;

/**
 * How long to wait before the next try: 2 s, 4 s, 6 s, then full jitter under a doubling bound of
 * at most five minutes, for as long as it takes.
 * @param attempt failures so far in a row, from 1
 * @param retryAfterMs what the server asked for, or null; it is never undercut
 * @param random uniform in [0, 1)
 */
export function retryDelay(options: {
  readonly attempt: number;
  readonly retryAfterMs: number | null;
  readonly random: number;
}): number {
  const first = FIRST_DELAYS_MS[options.attempt - 1];
  const bound = Math.min(CEILING_MS, 6_000 * 2 ** (options.attempt - FIRST_DELAYS_MS.length));
  const delay = first ?? Math.max(1_000, options.random * bound);
  return Math.max(delay, options.retryAfterMs ?? 0);
}
