/** The network. Rejects where no answer came, like the browser's own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A SHA-256 in the making. */
export interface Sha256 {
  /** The chunk is taken before it returns: its memory may be used again. */
  readonly update: (chunk: Uint8Array<ArrayBuffer>) => void;
  /** Lower-case hex; ends the hash. */
  readonly hex: () => Promise<string>;
}

/** Resolves after so many milliseconds, or at once when the signal aborts. Never rejects. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** The clock of a browser as the {@link Wait} port. */
export const wait: Wait = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
