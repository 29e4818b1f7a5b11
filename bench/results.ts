import type { Traffic } from './wire.ts';

/** What one run of the bench found; `results/<date>.json` is one of these. */
export interface Results {
  /** ISO 8601. */
  readonly date: string;
  readonly commit: string;
  /** Whether files differed from that commit. */
  readonly dirty: boolean;
  readonly quick: boolean;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    readonly chromium: string;
    /** Load average of the last minute, at the start and at the end. */
    readonly load: readonly [number, number];
  };
  readonly peers: readonly { readonly name: string; readonly title: string; readonly settings: string }[];
  readonly series: readonly Series[];
  readonly faults: readonly FaultOutcome[];
  readonly server: ServerResults | null;
  /** Null where it was not asked for; not in results from before there was such a part. */
  readonly media?: MediaResults | null;
  /** A page each; like `media`. */
  readonly lighthouse?: readonly LighthousePage[] | null;
  /** A size of the library each; like `media`. */
  readonly gallery?: readonly GalleryResults[] | null;
  /** What did not run, and why. */
  readonly problems: readonly string[];
}

/** One peer's samples of one measure, in the order in which they were taken, round by round. */
export interface Series {
  readonly measure: 'first sync' | 'push' | 'propagation';
  /** Rows, or changes for propagation. */
  readonly size: number;
  readonly network: string;
  readonly peer: string;
  readonly ms: readonly number[];
  /** Of the last sample; null where nobody counted. */
  readonly traffic: Traffic | null;
}

export interface FaultOutcome {
  readonly peer: string;
  readonly fault: string;
  readonly rows: number;
  /** Rows that the device no longer holds for unsent and that the server does not have. */
  readonly lost: number;
  readonly doubled: number;
  /** Rows that did not arrive in time although nothing stood in their way any more. */
  readonly stuck: number;
  /** From the end of the fault until all had arrived; null where they did not. */
  readonly healedMs: number | null;
}

export interface ServerResults {
  readonly rates: readonly { readonly what: string; readonly perSecond: number }[];
  readonly latencies: readonly {
    readonly what: string;
    readonly database: string;
    readonly p50: number;
    readonly p95: number;
  }[];
}

export interface MediaResults {
  readonly memory: readonly MediaMemory[];
  readonly playback: readonly MediaPlayback[];
}

/** What a large video took, bytes above rest at the highest, by kind of memory. */
export interface MediaMemory {
  readonly what: string;
  readonly side: 'server' | 'Chromium';
  readonly bytes: number;
  readonly seconds: number;
  readonly peaks: Readonly<Record<string, number>>;
}

/** A video kept on the device, with the network off and the CPU slowed down. */
export interface MediaPlayback {
  readonly what: 'first frame' | 'first frame, worker asleep' | 'seek';
  readonly bytes: number;
  readonly slowdown: number;
  readonly ms: readonly number[];
}

export interface LighthousePage {
  readonly what: string;
  readonly runs: readonly LighthouseRun[];
  /** Audits of the last run that did not get full marks. */
  readonly failing: readonly string[];
}

/** One run: scores of 100, metrics as its simulated phone has them. */
export interface LighthouseRun {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  readonly fcpMs: number;
  readonly lcpMs: number;
  readonly speedIndexMs: number;
  readonly tbtMs: number;
  readonly cls: number;
  /** How fast Lighthouse found this machine's processor, other load included. */
  readonly benchmarkIndex: number;
}

/** My Assets on a slow device with no network. */
export interface GalleryResults {
  readonly videos: number;
  readonly slowdown: number;
  readonly figures: readonly GalleryFigure[];
}

export interface GalleryFigure {
  readonly what: string;
  readonly unit: 'ms' | 'MB' | '%';
  readonly values: readonly number[];
}
