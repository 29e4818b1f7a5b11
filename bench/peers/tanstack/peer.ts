import { join } from 'node:path';
import type { Peer } from '../peer.ts';
import { startPeerProcess } from '../process.ts';

/** An outbox of transactions over TanStack DB; it joins where faults are injected. */
export const tanstack: Peer = {
  name: 'tanstack',
  title: 'TanStack offline transactions',
  settings: '@tanstack/offline-transactions 1.0.53, a transaction a row, its idempotency key sent and honoured',
  page: join(import.meta.dirname, 'page.ts'),
  pushPath: '/items',
  startServer: () => startPeerProcess(join(import.meta.dirname, '../rest/server.ts')),
};
