import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** The floor of a first sync: pages of the same rows as JSON, put into the same table, and nothing else. */
export const bare: Peer = {
  name: 'bare',
  title: 'bare Dexie bulkPut',
  settings: 'Dexie 4.4.7, the indexes of our videos table, pages of 2,500 rows from memory, one after the other',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/none',
  startServer: () => startPeerProcess(join(import.meta.dirname, 'server.ts')),
};
