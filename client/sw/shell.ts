import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import type { WorkerScope } from './worker-scope.ts';

/** Paths whose navigations are the server's: an API, a file of a video, and what was never part of the app. */
const NOT_THE_APP = [/^\/api(\/|$)/, /^\/media(\/|$)/, /^\/(healthz|readyz|metrics)$/];

/**
 * Keeps the app's own files, and answers every navigation of the app with them. A new version waits
 * until a person asks for it: two versions never share one page.
 */
export function installShell(scope: WorkerScope, manifest: WorkerScope['__WB_MANIFEST']): void {
  precacheAndRoute(manifest);
  cleanupOutdatedCaches();
  if (manifest.some((entry) => (typeof entry === 'string' ? entry : entry.url) === 'index.html')) {
    registerRoute(new NavigationRoute(createHandlerBoundToURL('index.html'), { denylist: NOT_THE_APP }));
  }
  scope.addEventListener('activate', (event) => event.waitUntil(scope.clients.claim()));
  scope.addEventListener('message', (event) => {
    if (event.data?.type === 'SKIP_WAITING') event.waitUntil(scope.skipWaiting());
  });
}
