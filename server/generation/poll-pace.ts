/** How often a running job is asked about: soon at first, then less often the longer it has run. */
export interface PollPace {
  readonly pollEveryMs: number;
  readonly slowestPollMs: number;
  /** Uniform in [0, 1), so that many jobs do not ask at once. */
  readonly chance: number;
}

/** A tenth of what it has taken so far, which no wait is made noticeably longer by; up to a fifth less by chance. */
export function pollPause({ pollEveryMs, slowestPollMs, chance }: PollPace, ranMs: number): number {
  return Math.round(Math.max(pollEveryMs, Math.min(slowestPollMs, ranMs / 10)) * (1 - chance / 5));
}

/** The same of a row, with the members of a pace and `:now` as arguments. */
export const pollPauseSql = `CAST(round(
  max(:pollEveryMs, min(:slowestPollMs, (:now - coalesce(submitted_at, :now)) / 10.0)) * (1 - :chance / 5.0)) AS INTEGER)`;
