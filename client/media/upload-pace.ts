/** How large the next part of an upload is, and how long it is waited for; learns from the parts before. */
export interface UploadPace {
  /** Bytes of the next part where nothing else limits it. */
  readonly partBytes: () => number;
  /** How long a part of so many bytes may take before its connection counts as dead, milliseconds. */
  readonly patienceMs: (bytes: number) => number;
  /** A part was acknowledged. */
  readonly sent: (part: { readonly bytes: number; readonly ms: number }) => void;
  /** No answer came for a part: the network is slower than it was, or its connections live shorter. */
  readonly lost: () => void;
}

export const MIN_PART_BYTES = 256 * 1024;
const MAX_PART_BYTES = 8 * 1024 * 1024;
const PART_MS = 10_000;
/** Longer than this no request is waited for; the lock would take it for hung. */
const MAX_PATIENCE_MS = 100_000;
/** What is assumed before anything was measured: the smallest part in its ten seconds. */
const FIRST_RATE = MIN_PART_BYTES / PART_MS;
const LOWEST_RATE = FIRST_RATE / 16;

export function createUploadPace(): UploadPace {
  let bytesPerMs = FIRST_RATE;
  return {
    partBytes: () => Math.round(Math.min(MAX_PART_BYTES, Math.max(MIN_PART_BYTES, bytesPerMs * PART_MS))),
    patienceMs: (bytes) => Math.min(MAX_PATIENCE_MS, 20_000 + (4 * bytes) / bytesPerMs),
    sent: ({ bytes, ms }) => {
      bytesPerMs = Math.max(LOWEST_RATE, bytes / Math.max(1, ms));
    },
    lost: () => {
      bytesPerMs = Math.max(LOWEST_RATE, bytesPerMs / 2);
    },
  };
}
