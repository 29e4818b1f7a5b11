import type { Random } from '../../sync/simulation/random.ts';

/**
 * What one history is like. Each leaves out much of what can happen, so that together they come to
 * combinations which a uniform mixture never would.
 */
export interface Profile {
  readonly devices: number;
  readonly acts: number;
  /** Rows on a page. */
  readonly limit: number;
  /** Rows of a push. */
  readonly maxPushRows: number;
  /** Whether rows travel as columns, as apps have them now, or as plain JSON, as old ones did. */
  readonly columns: boolean;
  /** Clock of each device against the world's, milliseconds. */
  readonly skews: readonly number[];
  /** The chance that an exchange goes wrong. */
  readonly networkFaults: number;
  /** The chance that a transaction does. */
  readonly storageFaults: number;
  /** Kinds of acts that are more likely here; the others happen as usual. */
  readonly favours: readonly string[];
  readonly without: ReadonlySet<string>;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export function drawProfile(random: Random, kinds: readonly string[]): Profile {
  const devices = 2 + random.int(3);
  const someOf = (share: number) => kinds.filter(() => random.chance(share));
  return {
    devices,
    acts: 20 + random.int(41),
    limit: random.pick([1, 2, 3, 5, 2500]),
    maxPushRows: random.pick([1, 2, 3, 500, 500]),
    columns: random.chance(0.7),
    skews: Array.from({ length: devices }, () => drawSkew(random)),
    networkFaults: random.pick([0, 0.1, 0.3, 0.5]),
    storageFaults: random.pick([0, 0, 0.03, 0.1]),
    favours: someOf(0.15),
    without: new Set(someOf(0.3)),
  };
}

export function drawSkew(random: Random): number {
  const size = random.pick([0, 0, 20_000, 58_000, 65_000, 10 * MINUTE, DAY, 5 * DAY]);
  return random.chance(0.5) ? size : -size;
}
