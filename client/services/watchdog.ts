import type { UserDatabase } from '../data/database.ts';
import type { Log } from '../data/event-log.ts';
import { waiting } from '../data/oldest-pending.ts';
import { putOffUploads } from '../data/upload-tables.ts';
import { NOTHING_SEEN, watch } from '../sync/watchdog.ts';

const LOOK_MS = 60_000;

/**
 * Looks every minute whether something has waited for the server for too long, whatever the
 * connection claims to be; if so it says so in the log, and has everything begun anew.
 */
export function startWatchdog(deps: {
  readonly db: UserDatabase;
  readonly log: Log;
  /** Whether rows could be sent at all: someone looks, there is a network, the session holds. */
  readonly isAwake: () => boolean;
  readonly onStuck: () => void;
  readonly signal: AbortSignal;
}): void {
  const { db, log, isAwake, onStuck, signal } = deps;
  let watched = NOTHING_SEEN;
  let lookedAt = performance.now();
  const look = async () => {
    const { rows, since } = await waiting(db, await putOffUploads(db, Date.now()));
    const elapsedMs = performance.now() - lookedAt;
    lookedAt += elapsedMs;
    const { next, bark } = watch(watched, { rows, since, elapsedMs, awake: isAwake() });
    watched = next;
    if (!bark) return;
    log({ kind: 'watchdog', details: { pending: rows, oldestMs: since === null ? 0 : Date.now() - since } });
    onStuck();
  };
  // A database that cannot be read is told of by the exchange that meets it.
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
