import { Dexie } from 'dexie';
import { isQuotaError, isStorageError, StorageFailed } from './storage-failure.ts';

/** What befell a database that is open here. */
export type DatabaseEvent =
  /** The browser closed or lost the connection. */
  | { readonly kind: 'closed'; readonly error: unknown }
  | { readonly kind: 'reopened' }
  /** It could not be had again, or is full; the next call tries anew. */
  | { readonly kind: 'failed'; readonly failure: StorageFailed }
  /** Another tab has a newer schema, or deleted it: this one has let go, and only a reload has it again. */
  | { readonly kind: 'outdated' }
  /** Another tab holds on to an older schema, and opening waits for it. */
  | { readonly kind: 'blocked' };

/** A database of this device, which the browser may close at any time: on a hidden page, under pressure, at an upgrade. */
export class DeviceDatabase extends Dexie {
  readonly #listeners = new Set<(event: DatabaseEvent) => void>();
  #revival: Promise<void> | null = null;

  constructor(name: string) {
    super(name);
    this.on('versionchange', () => {
      // For good: reopened by itself it would write rows by the old code beside the new one's.
      this.close();
      this.#tell({ kind: 'outdated' });
      return false;
    });
    this.on('blocked', () => this.#tell({ kind: 'blocked' }));
  }

  /** @returns ends it */
  watch(listener: (event: DatabaseEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Runs `work`; where the browser lost the connection under it, opens the database again and runs
   * it once more. `work` is whole transactions, so that what failed left no trace.
   * @throws {StorageFailed} where that fails as well, or there is no room; else what `work` throws
   */
  async resilient<T>(work: () => PromiseLike<T>): Promise<T> {
    const connection = this.backendDB();
    try {
      return await work();
    } catch (error) {
      if (!isStorageError(error)) throw error;
      // What was closed here on purpose stays closed.
      if (isQuotaError(error) || this.hasBeenClosed()) throw this.#failed(error);
      this.#tell({ kind: 'closed', error });
    }
    try {
      await this.revive(connection);
      return await work();
    } catch (error) {
      throw isStorageError(error) ? this.#failed(error) : error;
    }
  }

  /**
   * Opens the database anew; nothing where that happened already, or where it was closed on purpose.
   * @param lost the connection that failed, as `backendDB()` gave it
   */
  async revive(lost: IDBDatabase | null): Promise<void> {
    if (this.hasBeenClosed() || (this.isOpen() && this.backendDB() !== lost)) return;
    this.#revival ??= this.#reopen().finally(() => {
      this.#revival = null;
    });
    return this.#revival;
  }

  /** Lets go of the connection until the next call, so that a frozen page blocks nobody. */
  rest(): void {
    if (!this.hasBeenClosed()) this.close({ disableAutoOpen: false });
  }

  async #reopen(): Promise<void> {
    // Also forgets a failure to open, which Dexie would repeat to every later caller.
    this.close({ disableAutoOpen: false });
    await this.open();
    this.#tell({ kind: 'reopened' });
  }

  #failed(error: unknown): StorageFailed {
    const failure = error instanceof StorageFailed ? error : new StorageFailed(error);
    // A call that came after the end is nobody's trouble.
    if (!this.hasBeenClosed()) this.#tell({ kind: 'failed', failure });
    return failure;
  }

  #tell(event: DatabaseEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
