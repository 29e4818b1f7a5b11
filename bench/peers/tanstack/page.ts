import { createCollection, localOnlyCollectionOptions } from '@tanstack/db';
import { IndexedDBAdapter, type OfflineExecutor, startOfflineExecutor } from '@tanstack/offline-transactions';
import { type BenchVideo, makeVideos } from '../../rows.ts';

const never = () => Promise.reject(new Error('it only keeps an outbox'));
const videos = createCollection(localOnlyCollectionOptions<BenchVideo, string>({ getKey: ({ id }) => id }));

let executor: OfflineExecutor;
/** Nothing goes out before the bench says so. */
let isOpen = false;
let notify = () => {};

window.bench = {
  open: async () => {
    executor = startOfflineExecutor({
      collections: { videos },
      storage: new IndexedDBAdapter('bench', 'transactions'),
      mutationFns: {
        create: async ({ transaction, idempotencyKey }) => {
          const [mutation] = transaction.mutations;
          const response = await fetch('/items', {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
            body: JSON.stringify(mutation?.modified),
          });
          if (!response.ok) throw new Error(`HTTP ${response.status}`);
          return response.json();
        },
      },
      onlineDetector: {
        subscribe: (callback) => {
          notify = callback;
          return () => {};
        },
        notifyOnline: () => notify(),
        isOnline: () => isOpen,
        dispose: () => {},
      },
    });
    await executor.waitForInit();
  },
  addPending: async (seed, count) => {
    for (const video of makeVideos(seed, count)) {
      const transaction = executor.createOfflineTransaction({ mutationFnName: 'create', autoCommit: false });
      transaction.mutate(() => void videos.insert(video));
      void transaction.commit().catch(() => {});
    }
    while ((await executor.peekOutbox()).length < count) await new Promise((resolve) => setTimeout(resolve, 20));
  },
  live: async () => {
    isOpen = true;
    notify();
  },
  pending: async () => (await executor.peekOutbox()).length,
  firstSync: never,
  push: never,
  count: never,
  has: never,
  edit: never,
  seen: never,
};
