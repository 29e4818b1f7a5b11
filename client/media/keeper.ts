import type { UserId, VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from '../data/database.ts';
import { dropOrphans } from '../data/media-orphans.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { type BrowserPorts, browserPorts } from './browser-ports.ts';
import { createMissingFetcher } from './fetch-missing.ts';
import { withMediaLock } from './lock.ts';
import { createPosterMaker, type PosterMakerDeps } from './make-posters.ts';
import { createPassLoop, type LoopEnd } from './pass-loop.ts';
import { createSha256 } from './sha256.ts';

/** What the keeper is doing, for the screens; in memory only. */
export type KeeperState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'fetching' }
  /** The server was not reached, or could not; the next try is in `ms`. */
  | { readonly kind: 'waiting'; readonly ms: number }
  /** No more fits on this device; what is not here still plays from the server. */
  | { readonly kind: 'full' }
  | { readonly kind: 'signed_out' }
  | { readonly kind: 'storage_failed'; readonly message: string };

export interface MediaKeeper {
  /** Says that there may be something to fetch, and that the server was heard. */
  readonly kick: () => void;
  /** Keeps the bytes of a video on this device, whatever the policy is. */
  readonly keepOffline: (id: VideoId) => Promise<void>;
  /** Drops the bytes of a stored video from this device and fetches them no more; the only copy stays. */
  readonly removeCopy: (id: VideoId) => Promise<void>;
  /** Ends what is under way; resolves when nothing is written any more. */
  readonly stop: () => Promise<void>;
}

export interface KeeperDeps {
  readonly db: UserDatabase;
  readonly user: UserId;
  readonly signal: AbortSignal;
  readonly onState?: (state: KeeperState) => void;
  readonly ports?: BrowserPorts;
  /** Draws a picture of a video; without it none are made. */
  readonly capture?: PosterMakerDeps['capture'];
}

/** Keeps a copy of a person's videos on this device for as long as a page is open. */
export function createMediaKeeper(deps: KeeperDeps): MediaKeeper {
  const { db, user, signal, onState, capture, ports = browserPorts() } = deps;
  const tables = createMediaTables(db);
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);
  const makePosters = capture && createPosterMaker({ db, fetch: ports.fetch, capture, signal: ended });
  const onComplete = async () => {
    await dropOrphans(db);
    await makePosters?.();
  };
  const fetcher = createMissingFetcher({ sha256: createSha256, onComplete, ...ports, tables });
  const loop = createPassLoop({
    ports,
    signal: ended,
    pass: async (attempt) => {
      const end = await withMediaLock({ user, queue: true, signal: attempt }, () => fetcher.run(attempt));
      return end === 'busy' ? { kind: 'stopped' } : end;
    },
    onBegin: () => onState?.({ kind: 'fetching' }),
    onEnd: (end, delay) => end.kind !== 'stopped' && onState?.(stateAfter(end, delay)),
  });
  const kick = () => {
    fetcher.invalidate();
    loop.kick();
  };
  /** A person's wish is not put off by any wait. */
  const wish = () => {
    fetcher.invalidate();
    loop.wish();
  };

  return {
    kick,
    keepOffline: async (id) => {
      const row = await tables.video(id);
      if (!row) return;
      await tables.keep(row.copyId);
      wish();
    },
    removeCopy: async (id) => {
      if (await tables.remove(id)) wish();
    },
    stop: async () => {
      stopped.abort();
      await loop.stop();
    },
  };
}

function stateAfter(end: Exclude<LoopEnd, { readonly kind: 'stopped' }>, delay: number): KeeperState {
  if (end.kind === 'unavailable') return { kind: 'waiting', ms: delay };
  if (end.kind === 'unauthorized') return { kind: 'signed_out' };
  return end.kind === 'idle' ? { kind: 'idle' } : end;
}
