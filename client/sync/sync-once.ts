import { type CycleOutcome, runCycle } from '../../sync/engine.ts';
import type { UserId } from '../../sync/ids.ts';
import type { LocalStore, Transport } from '../../sync/ports.ts';
import type { Log } from '../data/event-log.ts';
import { StorageFailed, type StorageReason } from '../data/storage-failure.ts';
import { createHttpTransport } from './http-transport.ts';
import { type Hold, withLivelyLock } from './lock.ts';
import { logExchanges } from './log-exchanges.ts';

const SILENCE_MS = 25_000;

/** This device could not keep or read what it should; no failed send. `reason` is for words, `message` for reports. */
export interface StorageFailure {
  readonly kind: 'storage_failed';
  readonly reason: StorageReason;
  readonly message: string;
}

/** What one attempt at syncing came to. */
export type SyncOutcome =
  | CycleOutcome
  /** Another tab or the worker did all of it meanwhile. */
  | { readonly kind: 'covered' }
  /** There is more to do, and it is someone else's turn first. */
  | { readonly kind: 'gave_way' }
  | StorageFailure;

export interface SyncDeps {
  readonly user: UserId;
  readonly store: LocalStore;
  readonly signal: AbortSignal;
  readonly log: Log;
  /** Whether this context may take the lock from a holder that fell silent. */
  readonly maySteal: () => boolean;
}

/** What the caller knows of this attempt while it waits for its turn. */
export interface Attempt {
  /** When it was last asked for, milliseconds since 1970. */
  readonly askedAt: () => number;
  /** Takes the lock from whoever has it. */
  readonly steal: boolean;
  /** Called when the turn has come: what is written from now on may need another attempt. */
  readonly onBegin: () => void;
}

/** One cycle of the engine under the browser-wide lock; the page and the service worker run the same. */
export async function syncOnce(deps: SyncDeps, { askedAt, steal, onBegin }: Attempt): Promise<SyncOutcome> {
  const { log } = deps;
  const onEvent = (what: 'stolen' | 'lost') => log({ kind: 'lock', details: { what } });
  try {
    const name = `vidfab-sync-${deps.user}`;
    const outcome = await withLivelyLock({ ...deps, name, askedAt, steal, onEvent }, (hold) => {
      onBegin();
      return cycle(deps, hold);
    });
    if (outcome.kind === 'covered') log({ kind: 'lock', details: { what: 'busy' } });
    if (outcome.kind === 'hung') throw new Error('the database did not answer');
    return outcome;
  } catch (error) {
    // The network's faults are outcomes already: what is thrown here is the local database's.
    log({ kind: 'storage', details: { what: 'failed', error: error instanceof Error ? error.name : 'unknown' } });
    return {
      kind: 'storage_failed',
      reason: error instanceof StorageFailed ? error.reason : 'unknown',
      message: error instanceof Error ? error.message : String(error),
    };
  }
}

async function cycle({ store, log }: SyncDeps, { signal, isOver, touch, complete }: Hold): Promise<SyncOutcome> {
  const http = logExchanges(createHttpTransport({ signal, silenceMs: SILENCE_MS, onHeard: touch }), log);
  let gaveWay = false;
  const transport: Transport = {
    // Here and not in `shouldStop`, which would also throw away what has just been answered.
    exchange: async (request) => {
      if (!isOver()) return http.exchange(request);
      gaveWay = true;
      return { kind: 'unavailable', status: null, retryAfterMs: null };
    },
  };
  const shouldStop = () => {
    touch();
    return signal.aborted;
  };
  const outcome = await runCycle({ store, transport, clock: Date.now, shouldStop, isConnected: navigator.onLine });
  if (outcome.kind === 'done') complete();
  return gaveWay && outcome.kind === 'unavailable' ? { kind: 'gave_way' } : outcome;
}
