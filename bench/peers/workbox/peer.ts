import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** A queue of requests in the service worker; it joins where faults are injected. */
export const workbox: Peer = {
  name: 'workbox',
  title: 'Workbox background sync',
  settings: 'workbox-background-sync 7.4.1, a Queue of POST requests, replayed by the page at once and by the browser',
  page: join(import.meta.dirname, 'page.ts'),
  worker: join(import.meta.dirname, 'worker.ts'),
  pushPath: '/items',
  startServer: () => startPeerProcess(join(import.meta.dirname, '../rest/server.ts')),
};
