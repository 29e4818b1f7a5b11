import type { KeepTables } from '../data/keep-tables.ts';
import type { BrowserPorts } from './browser-ports.ts';
import { TIGHT } from './fetch-missing.ts';
import { mayGo, planEviction, planReturn, sizeOf, WARNED } from './keep-plan.ts';
import type { Full } from './pass.ts';

/** What this origin uses and may use, bytes. */
export interface Estimate {
  readonly usage: number;
  readonly quota: number;
}

/** Takes bytes off this device that the server has as well: where the policy says so, and where room is short. */
export interface Evictor {
  /** What the browser says, less what was freed and is still counted by it; null where it does not say. */
  readonly estimate: () => Promise<Estimate | null>;
  /** Brings what is here in line with the policy and with the room there is. */
  readonly tidy: () => Promise<void>;
  /** Frees so many bytes, or nothing at all where that cannot be done. @see planEviction */
  readonly makeRoom: (need: Pick<Full, 'bytes' | 'before'>) => Promise<boolean>;
  /** Frees everything that may go, at a person's wish; it stays away until the person chooses anew. */
  readonly freeAll: () => Promise<void>;
}

export interface EvictorDeps extends Pick<BrowserPorts, 'estimate'> {
  readonly tables: KeepTables;
  /** Ids of the videos that are being played, in whatever tab. */
  readonly playing: () => Promise<ReadonlySet<string>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What made room is not fetched again before. */
const AWAY_MS = 24 * 3_600_000;
/** A device that is tight and had nothing to free is looked at again after. */
const LOOK_MS = 60_000;
/** A browser clears up behind a deletion in seconds; longer than this it is believed again. */
const CLEARING_MS = 5 * 60_000;
/** Until a person chooses anew. */
const NEVER = Number.MAX_SAFE_INTEGER;

export function createEvictor({ tables, playing, now, estimate: ask }: EvictorDeps): Evictor {
  let clearing: { readonly usage: number; readonly ledger: number; readonly until: number } | null = null;
  let lookAt = 0;

  const estimate = async (): Promise<Estimate | null> => {
    const said = await ask();
    if (!said || !clearing) return said;
    const grown = Math.max(0, (await tables.ledger()) - clearing.ledger);
    const usage = clearing.usage + grown;
    if (said.usage > usage && now() < clearing.until) return { ...said, usage };
    clearing = null;
    return said;
  };

  const candidates = async () => {
    const played = await playing();
    return (await tables.kept()).map((copy) => ({ ...copy, isPlaying: played.has(copy.videoId) }));
  };

  /** @returns bytes that are free now */
  const evict = async (
    copies: readonly { readonly copyId: string; readonly bytes: number }[],
    backAt: number | null,
  ) => {
    if (copies.length === 0) return 0;
    const before = await estimate();
    let freed = 0;
    for (const { copyId, bytes } of copies) if (await tables.evict(copyId, backAt)) freed += bytes;
    // The browser counts the bytes until it has cleared up; without this ever more would have to go.
    if (before && freed > 0) {
      const usage = Math.max(0, before.usage - freed);
      clearing = { usage, ledger: await tables.ledger(), until: now() + CLEARING_MS };
    }
    return freed;
  };

  const makeRoom: Evictor['makeRoom'] = async (need) => {
    const going = planEviction(await candidates(), need);
    if (sizeOf(going) < need.bytes) return false;
    return (await evict(going, now() + AWAY_MS)) >= need.bytes;
  };

  return {
    estimate,
    makeRoom,
    tidy: async () => {
      const unwanted = await tables.unwanted();
      if (unwanted.length > 0) {
        const played = await playing();
        await evict(
          unwanted.filter((copy) => mayGo({ ...copy, isPlaying: played.has(copy.videoId) })),
          null,
        );
      }
      const known = await estimate();
      if (!known) return;
      const { usage, quota } = known;
      const over = usage - quota * TIGHT;
      if (over > 0 && now() >= lookAt) {
        const freed = await evict(
          planEviction(await candidates(), { bytes: over, before: Number.POSITIVE_INFINITY }),
          now() + AWAY_MS,
        );
        if (freed < over) lookAt = now() + LOOK_MS;
      }
      const back = planReturn(await tables.evicted(now()), quota * WARNED - usage);
      if (back.length > 0) await tables.bringBack(back.map(({ copyId }) => copyId));
    },
    freeAll: async () => {
      await evict((await candidates()).filter(mayGo), NEVER);
    },
  };
}
