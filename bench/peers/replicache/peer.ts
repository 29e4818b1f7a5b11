import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** Replicache, whose last versions ask for no license key. */
export const replicache: Peer = {
  name: 'replicache',
  title: 'Replicache',
  settings:
    'replicache 15.3.0 (its licenseKey is deprecated and ignored), IndexedDB store, one mutation a row; ' +
    'push, pull and poke handlers by the global-version strategy on a libSQL file, WAL, synchronous=FULL',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/push',
  startServer: () => startPeerProcess(join(import.meta.dirname, 'server.ts')),
};
