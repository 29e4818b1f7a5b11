import type { BenchVideo } from '../rows.ts';

/** One of what stands side by side. */
export interface Peer {
  readonly name: string;
  readonly title: string;
  /** Versions and settings, as the report states them. */
  readonly settings: string;
  /** The module that the page runs. */
  readonly page: string;
  /** The module of its service worker, where it has one. */
  readonly worker?: string;
  /** Where it sends what is pending. */
  readonly pushPath: string;
  readonly startServer: () => Promise<PeerServer>;
}

export interface Identity {
  /** What the page is told to be. */
  readonly user: string;
  readonly cookies: readonly { readonly name: string; readonly value: string }[];
}

/** A server process on a data directory of its own. */
export interface PeerServer {
  readonly url: () => string;
  readonly pid: () => number;
  readonly identity: () => Promise<Identity>;
  /** Puts rows there as if they had been synced and stored long ago. */
  readonly seed: (user: string, rows: readonly BenchVideo[]) => Promise<void>;
  /** Rows, and how many of them stand there for a video that another row stands for too. */
  readonly count: (user: string) => Promise<{ readonly rows: number; readonly doubled: number }>;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Ends the process and removes its data. */
  readonly stop: () => Promise<void>;
}
