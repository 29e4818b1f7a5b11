import type { UserId, VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from '../data/database.ts';
import { createKeepTables } from '../data/keep-tables.ts';
import { dropOrphans } from '../data/media-orphans.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { isQuotaError } from '../data/storage-failure.ts';
import type { Hold } from '../sync/lock.ts';
import { type BrowserPorts, browserPorts } from './browser-ports.ts';
import { createEvictor, type Evictor } from './evictor.ts';
import { createMissingFetcher } from './fetch-missing.ts';
import { createFitMemory } from './fitting.ts';
import { inTurn, type Turn } from './in-turn.ts';
import { createPosterMaker, type PosterMakerDeps } from './make-posters.ts';
import type { PassEnd } from './pass.ts';
import { createPassLoop, type LoopEnd } from './pass-loop.ts';
import { createSha256 } from './sha256.ts';

/** What the keeper is doing, for the screens; in memory only. */
export type KeeperState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'fetching' }
  /** The server was not reached, or could not; the next try is in `ms`. */
  | { readonly kind: 'waiting'; readonly ms: number }
  /** No more fits on this device; what is not here still plays from the server. @see PassEnd */
  | { readonly kind: 'full'; readonly met: 'limit' | 'disk' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'storage_failed'; readonly message: string };

export interface MediaKeeper {
  /** What this app uses of what it may, bytes; null where the browser does not say. */
  readonly estimate: Evictor['estimate'];
  /** Says that there may be something to fetch, and that the server was heard. */
  readonly kick: () => void;
  /** Keeps the bytes of a video on this device, whatever the policy is. */
  readonly keepOffline: (id: VideoId) => Promise<void>;
  /** Drops the bytes of a stored video from this device and fetches them no more; the only copy stays. */
  readonly removeCopy: (id: VideoId) => Promise<void>;
  /** Drops all bytes that may go, until a person chooses anew what is kept here. */
  readonly freeAll: () => Promise<void>;
  /** Ends the pass that is under way and begins anew: a person chose otherwise, or the network is another. */
  readonly restart: () => void;
  /** Gives everything back until the next kick: this page is about to be frozen. */
  readonly pause: () => void;
  /** Ends what is under way; resolves when nothing is written any more. */
  readonly stop: () => Promise<void>;
}

export interface KeeperDeps extends Turn {
  readonly db: UserDatabase;
  readonly user: UserId;
  readonly signal: AbortSignal;
  readonly onState?: (state: KeeperState) => void;
  /** Called when all that can be had is here, and something is. */
  readonly onKept?: () => void;
  readonly ports?: BrowserPorts;
  /** Ids of the videos that are being played, in whatever tab; none where it is absent. */
  readonly playing?: () => Promise<ReadonlySet<string>>;
  /** Draws a picture of a video; without it none are made. */
  readonly capture?: PosterMakerDeps['capture'];
}

/** Keeps a copy of a person's videos on this device for as long as a page is open. */
export function createMediaKeeper(deps: KeeperDeps): MediaKeeper {
  const { db, user, signal, onState, onKept, capture, ports = browserPorts(), playing = nothingPlays, ...turn } = deps;
  const [tables, keeping] = [createMediaTables(db), createKeepTables(db)];
  const evictor = createEvictor({ tables: keeping, playing, now: Date.now, estimate: ports.estimate });
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);
  const makePosters = capture && createPosterMaker({ db, fetch: ports.fetch, capture, signal: ended });
  const onComplete = async (onStep: () => void) => {
    await dropOrphans(db);
    await makePosters?.(onStep);
    if ((await keeping.ledger()) > 0) onKept?.();
  };
  const fetcher = createMissingFetcher({
    sha256: createSha256,
    onComplete,
    ...ports,
    estimate: evictor.estimate,
    tables,
  });
  const fits = createFitMemory();
  const pass = async ({ signal: attempt, touch: onStep }: Hold): Promise<PassEnd> => {
    await evictor.tidy();
    let waits = 0;
    for (;;) {
      onStep();
      const end = await fetcher.run({ signal: attempt, onStep });
      if (end.kind !== 'full') return end;
      if (waits === 0) {
        if (!(await evictor.makeRoom(end))) {
          // The one that does not fit must not hold up those that do.
          const rest =
            end.met === 'limit' ? await fetcher.run({ signal: attempt, onStep, fitting: fits.begin() }) : end;
          return rest.kind === 'idle' ? end : rest;
        }
        waits = end.met === 'disk' ? CLEARING_TRIES : 0;
      } else {
        waits -= 1;
        await ports.wait(CLEARING_MS, attempt);
      }
    }
  };
  const loop = createPassLoop({
    ports,
    signal: ended,
    pass: (attempt) => inTurn({ ...turn, kind: 'media', user, signal: attempt }, pass),
    onBegin: () => onState?.({ kind: 'fetching' }),
    onEnd: (end, delay) => end.kind !== 'stopped' && onState?.(stateAfter(end, delay)),
  });
  /** Has the next pass look through everything, whatever is remembered. */
  const forget = () => {
    fetcher.forget();
    fits.forget();
  };
  const kick = () => {
    fetcher.invalidate();
    loop.kick();
  };
  /** A person's wish is not put off by any wait. */
  const wish = () => {
    fetcher.invalidate();
    forget();
    loop.wish();
  };

  /** On a device so full that not even the wish fits, one copy makes room for it; false where none may. */
  const pin = async (id: VideoId): Promise<boolean> => {
    for (let waits = 0; !ended.aborted; ) {
      try {
        await keeping.pin(id);
        return true;
      } catch (error) {
        if (!isQuotaError(error)) throw error;
      }
      if (waits === 0) {
        if (!(await evictor.makeRoom({ bytes: 1, before: Number.POSITIVE_INFINITY }))) return false;
        waits = CLEARING_TRIES;
      } else {
        waits -= 1;
        await ports.wait(CLEARING_MS, ended);
      }
    }
    return false;
  };

  return {
    estimate: evictor.estimate,
    kick,
    keepOffline: async (id) => {
      if (await pin(id)) wish();
      else onState?.({ kind: 'full', met: 'disk' });
    },
    removeCopy: async (id) => {
      if (await keeping.remove(id)) wish();
    },
    freeAll: async () => {
      await evictor.freeAll();
      wish();
    },
    restart: () => {
      forget();
      loop.restart();
    },
    pause: loop.pause,
    stop: async () => {
      stopped.abort();
      await loop.stop();
    },
  };
}

/** A browser clears up behind a deletion in a while; until then what was freed is no room, and no more must go. */
const CLEARING_MS = 1_000;
const CLEARING_TRIES = 8;

async function nothingPlays(): Promise<ReadonlySet<string>> {
  return new Set();
}

function stateAfter(end: Exclude<LoopEnd, { readonly kind: 'stopped' }>, delay: number): KeeperState {
  if (end.kind === 'unavailable') return { kind: 'waiting', ms: delay };
  if (end.kind === 'unauthorized') return { kind: 'signed_out' };
  if (end.kind === 'full') return { kind: 'full', met: end.met };
  return end.kind === 'idle' ? { kind: 'idle' } : end;
}
