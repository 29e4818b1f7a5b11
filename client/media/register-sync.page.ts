/** Not in TypeScript's DOM library: Chromium only. */
interface TagRegistry {
  readonly register: (tag: string, options?: { readonly minInterval: number }) => Promise<void>;
}

declare global {
  interface ServiceWorkerRegistration {
    readonly sync?: TagRegistry;
    readonly periodicSync?: TagRegistry;
  }
}

const HOUR_MS = 60 * 60_000;

/**
 * Asks the browser to let the service worker sync once there is a connection, with this page closed
 * too, and from time to time where that is permitted. Never rejects: where the browser has no such
 * thing, the page syncs while it is open.
 */
export async function requestBackgroundSync(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  if (!registration?.active) return;
  await registration.sync?.register('vidfab-sync').catch(() => undefined);
  // Rejects where the person has not granted it, which needs no question of its own.
  await registration.periodicSync?.register('vidfab-periodic', { minInterval: 12 * HOUR_MS }).catch(() => undefined);
}
