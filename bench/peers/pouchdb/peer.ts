import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** PouchDB on both sides, as its own guide sets it up. */
export const pouchdb: Peer = {
  name: 'pouchdb',
  title: 'PouchDB',
  settings:
    'pouchdb 9.0.0, IndexedDB adapter `idb`, replication in batches of 1,000 with 10 under way; ' +
    'express-pouchdb 4.2.0 (its own gzip) on LevelDB on disk',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/videos/_bulk_docs',
  startServer: () => startPeerProcess(join(import.meta.dirname, 'server.ts')),
};
