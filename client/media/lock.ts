import type { UserId } from '../../sync/ids.ts';

/**
 * Runs what fetches a person's media in one tab or worker of this browser at a time. Correctness
 * does not hang on it, only that nothing is fetched twice: segments are write-once.
 * @param queue waits for its turn; else `busy` comes at once when someone else is at it
 */
export async function withMediaLock<T>(
  options: { readonly user: UserId; readonly queue: boolean; readonly signal: AbortSignal },
  run: () => Promise<T>,
): Promise<T | 'busy'> {
  const { user, queue, signal } = options;
  if (!('locks' in navigator)) return run();
  const how: LockOptions = queue ? { signal } : { ifAvailable: true };
  try {
    return await navigator.locks.request(`vidfab-media-${user}`, how, async (lock) => (lock ? run() : 'busy'));
  } catch (error) {
    if (signal.aborted) return 'busy';
    throw error;
  }
}
