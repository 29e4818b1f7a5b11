/** What a peer's page offers to the bench, as `window.bench`. */
export interface BenchPage {
  /** Opens the local database; nothing is exchanged yet. */
  readonly open: (user: string) => Promise<void>;
  /** Reads everything the server has. @returns milliseconds until `count` rows stand in the local database */
  readonly firstSync: (count: number) => Promise<number>;
  /** Writes rows on the device only. */
  readonly addPending: (seed: number, count: number) => Promise<void>;
  /** Sends what is pending. @returns milliseconds until nothing is pending */
  readonly push: () => Promise<number>;
  /** Rows in the local database. */
  readonly count: () => Promise<number>;
  readonly has: (id: string) => Promise<boolean>;
  /** Rows that this device believes the server does not have. */
  readonly pending: () => Promise<number>;
  /** Keeps in step with the server from now on, by the best that the peer documents. */
  readonly live: () => Promise<void>;
  /** Sets the title of a row. @returns when, in milliseconds since 1970 */
  readonly edit: (id: string, title: string) => Promise<number>;
  /** @returns when a read of the local database first gave this title, in milliseconds since 1970 */
  readonly seen: (id: string, title: string) => Promise<number>;
}

declare global {
  interface Window {
    bench: BenchPage;
  }
}

/** Now, to a fraction of a millisecond, on a clock that pages of one machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
