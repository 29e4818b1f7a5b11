import { retryDelay } from '../../sync/backoff.ts';
import { type CycleOutcome, runCycle } from '../../sync/engine.ts';
import type { UserId } from '../../sync/ids.ts';
import type { LocalStore } from '../../sync/ports.ts';
import { createHttpTransport } from './http-transport.ts';
import { withSyncLock } from './lock.ts';

const EXCHANGE_TIMEOUT_MS = 25_000;

/** What one attempt at syncing came to. */
export type SyncOutcome =
  | CycleOutcome
  | { readonly kind: 'busy' }
  | { readonly kind: 'storage_failed'; readonly message: string };

export interface SyncDeps {
  readonly user: UserId;
  readonly store: LocalStore;
  readonly signal: AbortSignal;
}

/** One cycle of the engine under the browser-wide lock; the page and the service worker run the same. */
export async function syncOnce({ user, store, signal }: SyncDeps): Promise<SyncOutcome> {
  const transport = createHttpTransport({ signal, timeoutMs: EXCHANGE_TIMEOUT_MS });
  try {
    const outcome = await withSyncLock(user, (isOver) =>
      runCycle({ store, transport, clock: Date.now, shouldStop: () => signal.aborted || isOver() }),
    );
    return outcome === 'busy' ? { kind: 'busy' } : outcome;
  } catch (error) {
    // The network's faults are outcomes already: what is thrown here is the local database's.
    return { kind: 'storage_failed', message: error instanceof Error ? error.message : String(error) };
  }
}

/** What the runner does now, for the status chip. In memory only: a persisted "syncing" lies after a crash. */
export type RunnerState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'syncing' }
  | { readonly kind: 'waiting'; readonly nextAt: number }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'storage_failed'; readonly message: string };

export interface Runner {
  /** Syncs now, or once more after the cycle that runs; forgets any wait. */
  readonly kick: () => void;
  readonly stop: () => void;
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
  let timer: ReturnType<typeof setTimeout> | undefined;

  const schedule = (ms: number) => {
    clearTimeout(timer);
    if (!deps.signal.aborted) timer = setTimeout(kick, ms);
  };

  const rest = async (outcome: SyncOutcome): Promise<void> => {
    failures = outcome.kind === 'unavailable' || outcome.kind === 'storage_failed' ? failures + 1 : 0;
    if (outcome.kind === 'unavailable' || outcome.kind === 'storage_failed') {
      const retryAfterMs = outcome.kind === 'unavailable' ? outcome.retryAfterMs : null;
      const delay = retryDelay({ attempt: failures, retryAfterMs, random: Math.random() });
      deps.onState(outcome.kind === 'storage_failed' ? outcome : { kind: 'waiting', nextAt: Date.now() + delay });
      return schedule(delay);
    }
    const halted = outcome.kind === 'unauthorized' || outcome.kind === 'identity_changed';
    deps.onState({ kind: halted ? 'signed_out' : 'idle' });
    if (!halted) schedule(await deps.restMs().catch(() => 5_000));
  };

  const run = async (): Promise<void> => {
    running = true;
    do {
      kicked = false;
      deps.onState({ kind: 'syncing' });
      const outcome = await syncOnce(deps);
      if (deps.signal.aborted) break;
      deps.onOutcome(outcome);
      await rest(outcome);
    } while (kicked && failures === 0);
    running = false;
  };

  const kick = () => {
    clearTimeout(timer);
    kicked = true;
    if (!running && !deps.signal.aborted) void run();
  };

  return { kick, stop: () => clearTimeout(timer) };
}
