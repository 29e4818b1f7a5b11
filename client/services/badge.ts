import type { UserDatabase } from '../data/database.ts';
import { liveRead } from '../data/live-query.ts';
import { countVideos } from '../data/reads.ts';

/**
 * What the worker told of is seen once somebody looks: from then on the app's badge is what is pending, for as long
 * as somebody looks.
 */
export function badgeWhatIsPending(db: UserDatabase, signal: AbortSignal): void {
  if (!('setAppBadge' in navigator)) return;
  let pending: number | null = null;
  const show = () => {
    if (pending === null || document.visibilityState !== 'visible') return;
    void navigator.setAppBadge(pending).catch(() => undefined);
  };
  const end = liveRead(db, () => countVideos(db, 'pending')).subscribe((count) => {
    pending = count;
    show();
  });
  document.addEventListener('visibilitychange', show, { signal });
  signal.addEventListener('abort', () => {
    end();
    // What is pending of one person is nobody else's to see.
    void navigator.clearAppBadge().catch(() => undefined);
  });
}
