/** Not in TypeScript's DOM library: Chromium only. */
interface TagRegistry {
  readonly register: (tag: string, options?: { readonly minInterval: number }) => Promise<void>;
}

declare global {
  interface ServiceWorkerRegistration {
    readonly sync?: TagRegistry;
    readonly periodicSync?: TagRegistry & { readonly unregister: (tag: string) => Promise<void> };
  }
}

const HOUR_MS = 60 * 60_000;
const PERIODIC = 'vidfab-periodic';

/**
 * Asks the browser to let the service worker sync once there is a connection, with this page closed
 * too. Never rejects: where the browser has no such thing, the page syncs while it is open.
 */
export async function requestBackgroundSync(): Promise<void> {
  const registration = await activeRegistration();
  await registration?.sync?.register('vidfab-sync').catch(() => undefined);
}

/** Asks to be woken from time to time where that is granted, which needs no question of its own. Never rejects. */
export async function requestPeriodicSync(): Promise<void> {
  const registration = await activeRegistration();
  if (!registration?.periodicSync || !(await isGranted('periodic-background-sync'))) return;
  await registration.periodicSync.register(PERIODIC, { minInterval: 12 * HOUR_MS }).catch(() => undefined);
}

/** Wakes the worker no more. Never rejects. */
export async function endPeriodicSync(): Promise<void> {
  const registration = await activeRegistration();
  await registration?.periodicSync?.unregister(PERIODIC).catch(() => undefined);
}

async function activeRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  if (!('serviceWorker' in navigator)) return undefined;
  const registration = await navigator.serviceWorker.getRegistration().catch(() => undefined);
  return registration?.active ? registration : undefined;
}

async function isGranted(name: string): Promise<boolean> {
  // TypeScript's list of names lacks this one, browsers without it reject.
  const query: (descriptor: { readonly name: string }) => Promise<{ readonly state: string }> = (descriptor) =>
    Reflect.apply(navigator.permissions.query, navigator.permissions, [descriptor]);
  return query({ name }).then(
    ({ state }) => state === 'granted',
    () => false,
  );
}
