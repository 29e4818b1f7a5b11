import type { LocalStore } from '../ports.ts';
import type { Disk, MemoryStore } from './memory-store.ts';

/** One life of a page or a worker: what it waits for when it dies is never heard of. */
export interface Life {
  alive: boolean;
  /** Told when it dies by itself. */
  readonly onDeath: () => void;
}

/** What happens at a transaction. */
export type StorageFault =
  | 'none'
  /** Quota, or a connection that was closed: nothing is written. */
  | 'refused'
  /** The process is killed before, in the middle of, or right after the transaction. */
  | 'dies_before'
  | 'dies_within'
  | 'dies_after';

/** The database refused a transaction; nothing of it was written. */
export class StorageRefused extends Error {
  override readonly name = 'StorageRefused';
}

/**
 * A store as one life of a process sees it.
 * @param fault drawn for each transaction
 * @param onCommit told what a transaction changed
 */
export function createFaultyStore(options: {
  readonly store: MemoryStore;
  readonly life: Life;
  readonly fault: () => StorageFault;
  readonly onCommit: (before: Disk, after: Disk) => void;
}): LocalStore {
  const { store, life, fault, onCommit } = options;
  const die = () => {
    life.alive = false;
    life.onDeath();
    return new Promise<never>(() => {});
  };
  return {
    withVerifiedBytes: (ids) => (life.alive ? store.withVerifiedBytes(ids) : die()),
    transact: async (work) => {
      if (!life.alive) return die();
      const drawn = fault();
      if (drawn === 'refused') throw new StorageRefused('the storage refused it');
      if (drawn === 'dies_before') return die();
      let before = store.disk();
      try {
        const result = await store.transact(async (tx) => {
          before = store.disk();
          const worked = await work(tx);
          if (drawn === 'dies_within') throw new Killed();
          return worked;
        });
        onCommit(before, store.disk());
        return drawn === 'dies_after' ? die() : result;
      } catch (error) {
        if (error instanceof Killed) return die();
        throw error;
      }
    },
  };
}

class Killed extends Error {
  override readonly name = 'Killed';
}
