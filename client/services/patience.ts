/** How soon the server is asked again while it still owes this device something, and while it does not. */
const EAGER_MS = 1_000;
const RESTING_MS = 20_000;
/** While whatever happens at the server is told of at once. */
const TOLD_MS = 60_000;

export interface Patience {
  /** Something was just done here, so that an answer may come soon. */
  readonly renew: () => void;
  /** Milliseconds until the server is asked again; longer each time while nothing new is done here. */
  readonly next: (now: { readonly isWaiting: boolean; readonly isLive: boolean }) => number;
}

/** Eager at first, then ever more sparing with the battery and the server. */
export function createPatience(): Patience {
  let eager = EAGER_MS;
  return {
    renew: () => {
      eager = EAGER_MS;
    },
    next: ({ isWaiting, isLive }) => {
      if (!isWaiting) return isLive ? TOLD_MS : RESTING_MS;
      const ms = eager;
      eager = Math.min(RESTING_MS, eager * 1.25);
      return ms;
    },
  };
}
