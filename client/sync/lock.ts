import type { UserId } from '../../sync/ids.ts';

/** How long a cycle may hold the lock before it stops by itself, milliseconds. */
const MAX_HOLD_MS = 25_000;

/**
 * Runs an exchange while no other tab and no worker of this browser runs one for the user.
 * Correctness does not hang on it, only economy: cycles that do run at once harm nothing. [PULL-6]
 * @param run is handed what tells that it has held the lock for too long
 * @returns `busy` at once when someone else is at it
 */
export async function withSyncLock<T>(
  user: UserId,
  run: (shouldStop: () => boolean) => Promise<T>,
): Promise<T | 'busy'> {
  const shouldStop = stopAfter(MAX_HOLD_MS);
  if (!('locks' in navigator)) return run(shouldStop);
  return navigator.locks.request(`vidfab-sync-${user}`, { ifAvailable: true }, async (lock) =>
    lock === null ? 'busy' : run(shouldStop),
  );
}

function stopAfter(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() > end;
}
