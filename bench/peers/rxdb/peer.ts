import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** RxDB with its free browser storage and its documented HTTP replication. */
export const rxdb: Peer = {
  name: 'rxdb',
  title: 'RxDB',
  settings:
    'rxdb 17.6.0, Dexie storage, HTTP replication by checkpoint {updatedAt, id}, batches of 1,000 each way, ' +
    'event stream for pulls; handlers on a libSQL file, WAL, synchronous=FULL',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/push',
  startServer: () => startPeerProcess(join(import.meta.dirname, 'server.ts')),
};
