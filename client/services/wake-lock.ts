import type { Observable } from '../app/services.ts';

/**
 * Keeps the screen on while something is made or sent and the page is looked at: a phone that sleeps
 * stops both. Browsers without it, or that refuse it on a low battery, go on as ever.
 * @param isWorking any of them
 */
export function keepAwake(isWorking: readonly Observable<boolean>[], signal: AbortSignal): void {
  if (!('wakeLock' in navigator)) return;
  let lock: WakeLockSentinel | null = null;
  let isAsking = false;

  const isWanted = () =>
    !signal.aborted && document.visibilityState === 'visible' && isWorking.some((observed) => observed.get());

  async function settle(): Promise<void> {
    if (isAsking) return;
    if (!isWanted()) {
      await lock?.release();
      lock = null;
      return;
    }
    // The browser takes it back by itself from a page that is hidden.
    if (lock?.released === false) return;
    isAsking = true;
    try {
      lock = await navigator.wakeLock.request('screen');
    } finally {
      isAsking = false;
    }
    if (!isWanted()) await settle();
  }

  const look = () => void settle().catch(() => undefined);
  for (const { subscribe } of isWorking) subscribe(look);
  document.addEventListener('visibilitychange', look, { signal });
  signal.addEventListener('abort', look);
  look();
}
