import type { PrecacheEntry } from 'workbox-precaching';

/** The global of a service worker; `__WB_MANIFEST` is put in by the build. */
export type WorkerScope = ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: (PrecacheEntry | string)[] };

/** Background Sync and Periodic Background Sync are not in TypeScript's library: Chromium only. */
export interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
  /** The browser will not fire it again if this one fails. */
  readonly lastChance?: boolean;
}

declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    readonly sync: SyncEvent;
    readonly periodicsync: SyncEvent;
  }
}
