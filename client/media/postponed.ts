import { retryDelay } from '../../sync/backoff.ts';

/** Work that failed by itself and waits its turn, so that it never holds up the rest. In memory only. */
export interface Postponed {
  readonly has: (key: string) => boolean;
  readonly add: (key: string, retryAfterMs: number | null) => void;
  readonly forget: (key: string) => void;
  /** Forgets what was due by then: it was tried since, or nobody wants it any more. */
  readonly prune: (until: number) => void;
  /** When the first of them is due; null where there is none. */
  readonly nextAt: () => number | null;
}

export function createPostponed(deps: { readonly clock: () => number; readonly random: () => number }): Postponed {
  const entries = new Map<string, { readonly failures: number; readonly until: number }>();
  return {
    has: (key) => (entries.get(key)?.until ?? 0) > deps.clock(),
    add: (key, retryAfterMs) => {
      const failures = (entries.get(key)?.failures ?? 0) + 1;
      const delay = retryDelay({ attempt: failures, retryAfterMs, random: deps.random() });
      entries.set(key, { failures, until: deps.clock() + delay });
    },
    forget: (key) => {
      entries.delete(key);
    },
    prune: (dueBy) => {
      for (const [key, { until }] of entries) if (until <= dueBy) entries.delete(key);
    },
    nextAt: () => {
      let next: number | null = null;
      for (const { until } of entries.values()) next = Math.min(next ?? until, until);
      return next;
    },
  };
}
