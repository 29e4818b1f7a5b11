// A shell whose own parts cannot be loaded, from a cache that is broken or of two versions at once, is
// fetched anew once. What people made is in IndexedDB, which this does not touch.
const REPAIRED_KEY = 'vidfab-repaired-at';
const AGAIN_AFTER_MS = 60_000;

addEventListener(
  'error',
  ({ target, error, filename }) => {
    const address = error instanceof SyntaxError ? filename : (target.src ?? target.href);
    if (address && new URL(address).pathname.startsWith('/assets/')) void repair();
  },
  // The errors of elements do not bubble.
  true,
);

async function repair() {
  try {
    // Without a network there is nothing better to be had, and a loop would help nobody.
    if (!navigator.onLine || Date.now() - Number(sessionStorage.getItem(REPAIRED_KEY)) < AGAIN_AFTER_MS) return;
    if (!(await fetch('/', { cache: 'no-store' })).ok) return;
    sessionStorage.setItem(REPAIRED_KEY, String(Date.now()));
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    for (const name of await caches.keys()) await caches.delete(name);
    location.reload();
  } catch {}
}
