import { retryDelay } from '../../sync/backoff.ts';
import { type StorageFailure, type SyncDeps, type SyncOutcome, syncOnce } from './sync-once.ts';

/** What the runner does now, for the status chip. In memory only: a persisted "syncing" lies after a crash. */
export type RunnerState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'syncing' }
  | { readonly kind: 'waiting'; readonly nextAt: number }
  | { readonly kind: 'signed_out' }
  | StorageFailure;

export interface Runner {
  /** Syncs now, or once more after the cycle that runs; only a wait that the server asked for is kept. */
  readonly kick: () => void;
  /**
   * Begins anew, whatever went wrong before and whatever is under way: the network changed.
   * @param options.steal also whatever another tab is at: nothing gets on
   */
  readonly restart: (options?: { readonly steal: boolean }) => void;
  /** Gives everything back at once until the next kick: this page is about to be frozen. */
  readonly pause: () => void;
}

export interface RunnerDeps extends SyncDeps {
  readonly onState: (state: RunnerState) => void;
  readonly onOutcome: (outcome: SyncOutcome) => void;
  /** Milliseconds until the next look at the server when all went well; shorter while something is pending. */
  readonly restMs: () => Promise<number>;
}

/** Keeps a page in step with the server: at once on a kick, by itself on a timer, patiently after a failure. */
export function createRunner(deps: RunnerDeps): Runner {
  let failures = 0;
  let running = false;
  let kicked = false;
  let paused = false;
  let steal = false;
  let askedAt = 0;
  let notBefore = 0;
  let attempt = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (!deps.signal.aborted && !paused) timer = setTimeout(go, ms);
  };

  const fail = (retryAfterMs: number | null): number => {
    failures += 1;
    const delay = retryDelay({ attempt: failures, retryAfterMs, random: Math.random() });
    notBefore = retryAfterMs === null ? 0 : Date.now() + retryAfterMs;
    schedule(delay);
    return delay;
  };

  const settle = async (outcome: SyncOutcome): Promise<void> => {
    switch (outcome.kind) {
      case 'unavailable':
        return deps.onState({ kind: 'waiting', nextAt: Date.now() + fail(outcome.retryAfterMs) });
      case 'storage_failed':
        fail(null);
        return deps.onState(outcome);
      case 'unauthorized':
      case 'identity_changed':
        failures = 0;
        return deps.onState({ kind: 'signed_out' });
      case 'gave_way':
        failures = 0;
        kicked = true;
        return;
      default:
        failures = 0;
        notBefore = 0;
        deps.onState({ kind: 'idle' });
        schedule(await deps.restMs().catch(() => 5_000));
    }
  };

  const run = async (): Promise<void> => {
    running = true;
    do {
      kicked = false;
      if (attempt.signal.aborted) attempt = new AbortController();
      const signal = AbortSignal.any([deps.signal, attempt.signal]);
      deps.onState({ kind: 'syncing' });
      const onBegin = () => {
        kicked = false;
        steal = false;
      };
      const outcome = await syncOnce({ ...deps, signal }, { askedAt: () => askedAt, steal, onBegin });
      if (deps.signal.aborted) break;
      if (!signal.aborted) deps.onOutcome(outcome);
      await settle(outcome);
    } while (kicked && failures === 0);
    running = false;
  };

  const go = () => {
    clearTimeout(timer);
    paused = false;
    kicked = true;
    askedAt = Date.now();
    if (!running && !deps.signal.aborted) void run();
  };

  return {
    kick: () => {
      const wait = notBefore - Date.now();
      if (wait <= 0) return go();
      paused = false;
      schedule(wait);
    },
    restart: (options) => {
      failures = 0;
      notBefore = 0;
      steal = options?.steal ?? false;
      attempt.abort();
      go();
    },
    pause: () => {
      clearTimeout(timer);
      paused = true;
      kicked = false;
      attempt.abort();
    },
  };
}
