import type { UserDatabase } from '../data/database.ts';
import { librarySummary } from '../data/reads.ts';

/** What the worker told of is seen once somebody looks: from then on the app's badge is what is pending. */
export function badgeWhatIsPending(db: UserDatabase, signal: AbortSignal): void {
  if (!('setAppBadge' in navigator)) return;
  const show = async () => {
    if (document.visibilityState !== 'visible') return;
    await navigator.setAppBadge((await db.resilient(() => librarySummary(db))).pending);
  };
  const showQuietly = () => void show().catch(() => undefined);
  document.addEventListener('visibilitychange', showQuietly, { signal });
  showQuietly();
}
