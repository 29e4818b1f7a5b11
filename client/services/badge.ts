import type { UserDatabase } from '../data/database.ts';
import { countVideos } from '../data/reads.ts';

/** What the worker told of is seen once somebody looks: from then on the app's badge is what is pending. */
export function badgeWhatIsPending(db: UserDatabase, signal: AbortSignal): void {
  if (!('setAppBadge' in navigator)) return;
  const show = async () => {
    if (document.visibilityState !== 'visible') return;
    const pending = await db.resilient(() => countVideos(db, 'pending'));
    if (!signal.aborted) await navigator.setAppBadge(pending);
  };
  const showQuietly = () => void show().catch(() => undefined);
  document.addEventListener('visibilitychange', showQuietly, { signal });
  // What is pending of one person is nobody else's to see.
  signal.addEventListener('abort', () => void navigator.clearAppBadge().catch(() => undefined));
  showQuietly();
}
