import { retryDelay } from '../../sync/backoff.ts';
import type { UserId, VideoId } from '../../sync/ids.ts';
import type { UserDatabase } from '../data/database.ts';
import { dropOrphans } from '../data/media-orphans.ts';
import { createMediaTables } from '../data/media-tables.ts';
import { type BrowserPorts, browserPorts } from './browser-ports.ts';
import { createMissingFetcher } from './fetch-missing.ts';
import { withMediaLock } from './lock.ts';
import { createPosterMaker, type PosterMakerDeps } from './make-posters.ts';
import type { PassEnd } from './pass.ts';
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
  let kicked = false;
  let wished = false;
  let sleep = { kicks: true, controller: new AbortController() };

  const kick = () => {
    kicked = true;
    fetcher.invalidate();
    if (sleep.kicks) sleep.controller.abort();
  };

  /** A person's wish is not put off by any wait. */
  const wish = () => {
    wished = true;
    kick();
    sleep.controller.abort();
  };

  /** Until the time is over, or the end, or, where kicks count, a kick. */
  const rest = async (ms: number, kicks: boolean): Promise<void> => {
    sleep = { kicks, controller: new AbortController() };
    if (wished || (kicks && kicked)) return;
    const until = AbortSignal.any([sleep.controller.signal, ended]);
    await ports.wait(Math.min(ms, FOREVER_MS), until);
  };

  const pass = async (): Promise<PassEnd | { readonly kind: 'storage_failed'; readonly message: string }> => {
    try {
      const end = await withMediaLock({ user, queue: true, signal: ended }, () => fetcher.run(ended));
      return end === 'busy' ? { kind: 'stopped' } : end;
    } catch (error) {
      // The network's faults are outcomes already: what is thrown here is the local database's.
      return { kind: 'storage_failed', message: error instanceof Error ? error.message : String(error) };
    }
  };

  const loop = async (): Promise<void> => {
    let failures = 0;
    await rest(FOREVER_MS, true);
    while (!ended.aborted) {
      [kicked, wished] = [false, false];
      onState?.({ kind: 'fetching' });
      const end = await pass();
      if (ended.aborted || end.kind === 'stopped') return;
      failures = countFailures(failures, end);
      const retryAfterMs = end.kind === 'unavailable' ? end.retryAfterMs : null;
      const delay = retryDelay({ attempt: Math.max(1, failures), retryAfterMs, random: ports.random() });
      onState?.(stateAfter(end, delay));
      if (end.kind === 'idle') await rest(end.nextAt === null ? FOREVER_MS : end.nextAt - ports.clock(), true);
      else if (end.kind === 'unauthorized') await rest(FOREVER_MS, true);
      else if (end.kind === 'full') await rest(FULL_REST_MS, false);
      else await rest(delay, end.kind === 'unavailable' && !end.answered);
    }
  };
  const running = loop();

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
      await running;
    },
  };
}

/** The longest that a browser's timer can wait. */
const FOREVER_MS = 2 ** 31 - 1;
/** How soon a full device is looked at again. */
const FULL_REST_MS = 60_000;

function countFailures(before: number, end: PassEnd | { readonly kind: 'storage_failed' }): number {
  if (end.kind === 'storage_failed') return before + 1;
  if (end.kind !== 'unavailable') return 0;
  return end.progressed ? 1 : before + 1;
}

function stateAfter(
  end: Exclude<PassEnd, { readonly kind: 'stopped' }> | { readonly kind: 'storage_failed'; readonly message: string },
  delay: number,
): KeeperState {
  if (end.kind === 'unavailable') return { kind: 'waiting', ms: delay };
  if (end.kind === 'unauthorized') return { kind: 'signed_out' };
  return end.kind === 'idle' ? { kind: 'idle' } : end;
}
