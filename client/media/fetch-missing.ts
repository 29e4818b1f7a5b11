import type { VideoRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { isHeld, type NetworkFacts, type Traffic } from '../data/network.ts';
import { type DownloadDeps, type DownloadOutcome, download } from './download.ts';
import { fetchPoster, type PosterOutcome } from './fetch-poster.ts';
import type { Fitting } from './fitting.ts';
import { beginPass, type Full, type Pass, type PassEnd } from './pass.ts';
import { createPostponed } from './postponed.ts';

export interface FetchMissingDeps extends Omit<DownloadDeps, keyof FetchWatch> {
  readonly tables: MediaTables;
  /** Files above it are left to someone who can hash them as a stream; none where it is absent. */
  readonly maxBytes?: number;
  /** Called when all that can be had is here, each time that something had changed before. */
  readonly onComplete?: (onStep: () => void) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What this origin uses and may use, bytes; null where the browser does not say. */
  readonly estimate: () => Promise<{ readonly usage: number; readonly quota: number } | null>;
  readonly network: () => NetworkFacts;
}

/** Brings what is missing onto this device; remembers between passes what failed and what is complete. */
export interface MissingFetcher {
  /** Says that there may be something new: a pass under way looks again before it takes the next video. */
  readonly invalidate: () => void;
  /** Has the next pass look through everything, whatever it remembers: a person wished for something. */
  readonly forget: () => void;
  /**
   * One pass, one video after the other: posters first, then bytes, newest first.
   * @param options.fitting leaves out what there is no room for, rather than to end with it
   */
  readonly run: (options: FetchWatch & { readonly fitting?: Fitting }) => Promise<PassEnd>;
}

type FetchWatch = Required<Pick<DownloadDeps, 'signal' | 'onStep'>>;
type Watched = FetchMissingDeps & FetchWatch;

/** Nothing comes here by itself beyond this share of the browser's quota. */
export const TIGHT = 0.92;
const POSTERS_AT_ONCE = 3;
/** What a poster weighs, about. */
const POSTER_BYTES = 20_000;
/** Nothing makes room for a poster. */
const FULL: Full = { kind: 'full', met: 'limit', bytes: 1, before: 0 };

export function createMissingFetcher(deps: FetchMissingDeps): MissingFetcher {
  const { tables, clock } = deps;
  const postponed = createPostponed(deps);
  let changes = 0;
  let wishes = 0;
  let complete: string | null = null;

  return {
    invalidate: () => {
      changes += 1;
    },
    forget: () => {
      wishes += 1;
      complete = null;
    },
    run: async ({ signal, onStep, fitting }) => {
      const watched = { ...deps, signal, onStep };
      const pass = beginPass(postponed, signal);
      // A network that changes under a pass is for the next one.
      const network = deps.network();
      const look = async () => JSON.stringify([network, await tables.fingerprint()]);
      for (;;) {
        const [startedAt, seen, asked, fingerprint] = [clock(), changes, wishes, await look()];
        const nextAt = postponed.nextAt();
        if (fingerprint === complete && (nextAt === null || nextAt > startedAt)) return { kind: 'idle', nextAt };
        // A pass that ends on the way must not leave what an earlier one had found.
        complete = null;
        const isStale = async () => changes !== seen && (await look()) !== fingerprint;
        const traffic = { ...network, ...(await tables.keeping()) };
        const end =
          (fitting ? null : await fetchPosters(watched, pass, traffic)) ??
          (await fetchCopies(watched, { pass, traffic, isStale, fitting }));
        if (end === 'stale') continue;
        if (end) return end;
        postponed.prune(startedAt);
        await deps.onComplete?.(onStep);
        if ((await look()) !== fingerprint) continue;
        // What was wished for on the way may leave no trace in the fingerprint.
        if (!fitting && asked === wishes) complete = fingerprint;
        return { kind: 'idle', nextAt: postponed.nextAt() };
      }
    },
  };
}

async function fetchPosters(deps: Watched, pass: Pass, traffic: Traffic): Promise<PassEnd | null> {
  const key = (id: string) => `poster ${id}`;
  const due = (await deps.tables.withoutPoster()).filter((id) => !pass.isPostponed(key(id)));
  // Those that are looked at come and stay all the same.
  if (isHeld(due.length * POSTER_BYTES, traffic)) return null;
  for (let at = 0; at < due.length; at += POSTERS_AT_ONCE) {
    deps.onStep();
    if (pass.signal.aborted) return { kind: 'stopped' };
    const rows = await Promise.all(due.slice(at, at + POSTERS_AT_ONCE).map((id) => deps.tables.video(id)));
    const ids = rows.filter((row) => row?.received?.server.posterAt != null).flatMap((row) => (row ? [row.id] : []));
    if (ids.length === 0) continue;
    if ((await room(deps, TIGHT)) <= 0) return FULL;
    const fetched = ids.map(async (id) => ({ id, outcome: await fetchPoster(deps, id) }));
    for (const { id, outcome } of await Promise.all(fetched)) {
      const end = settlePoster(pass, key(id), outcome);
      if (end) return end;
    }
  }
  return null;
}

function settlePoster(pass: Pass, key: string, outcome: PosterOutcome): PassEnd | null {
  switch (outcome) {
    case 'kept':
      pass.succeed(key);
      return null;
    case 'absent':
      return pass.fail(key, 'video');
    case 'unfit':
      return pass.fail(key, 'server');
    case 'silent':
      return pass.fail(key, 'silence');
    case 'quota':
      return { ...FULL, met: 'disk' };
    default:
      return { kind: outcome };
  }
}

async function fetchCopies(
  deps: Watched,
  options: {
    readonly pass: Pass;
    readonly traffic: Traffic;
    readonly isStale: () => Promise<boolean>;
    readonly fitting: Fitting | undefined;
  },
): Promise<PassEnd | 'stale' | null> {
  const { pass, traffic, isStale, fitting } = options;
  // Asked for anew after what was fetched.
  let free = await room(deps, TIGHT);
  for (const id of await deps.tables.withoutCopy()) {
    deps.onStep();
    if (pass.signal.aborted) return { kind: 'stopped' };
    const key = `copy ${id}`;
    if (fitting && !fitting.mayFit(id, free)) continue;
    const row = pass.isPostponed(key) ? undefined : await deps.tables.video(id);
    if (!row || !isStored(row)) continue;
    const copy = await deps.tables.copy(row.copyId);
    if (copy && copy.state !== 'partial') continue;
    const { received = 0, total = 0, pinned = false } = copy ?? {};
    const bytes = row.received?.server.bytes ?? total;
    if (bytes > (deps.maxBytes ?? bytes)) continue;
    if (!pinned && isHeld(bytes - received, traffic)) continue;
    // What a person wished for takes the place of anything, the rest only of what is worth less.
    const before = pinned ? Number.POSITIVE_INFINITY : row.createdAt;
    const lacking = bytes - received - (pinned ? await room(deps, 1) : free);
    if (lacking > 0 && fitting?.leave(id, bytes - received)) continue;
    if (lacking > 0) return { kind: 'full', met: pinned ? 'disk' : 'limit', bytes: lacking, before };
    const outcome = await download(deps, row);
    free = await room(deps, TIGHT);
    if (outcome.kind === 'quota') return { kind: 'full', met: 'disk', bytes: bytes - received, before };
    const end = settleCopy(pass, { key, received, outcome });
    if (end) return end;
    if (await isStale()) return 'stale';
  }
  return null;
}

function settleCopy(
  pass: Pass,
  {
    key,
    received,
    outcome,
  }: {
    readonly key: string;
    readonly received: number;
    readonly outcome: Exclude<DownloadOutcome, { readonly kind: 'quota' }>;
  },
): PassEnd | null {
  switch (outcome.kind) {
    case 'verified':
      pass.succeed(key);
      return null;
    case 'interrupted':
      // A link that lives for seconds gets on as long as each of its lives brings something.
      if (outcome.received > received) {
        pass.succeed(key);
        return pass.end(outcome);
      }
      return pass.fail(key, outcome.answered ? 'server' : 'silence', outcome.retryAfterMs);
    case 'refused':
    // Somebody took it away, or began it anew; what is wanted of it then is for a later try.
    case 'superseded':
      return pass.fail(key, 'video');
    case 'corrupt':
    case 'not_stored':
      return pass.fail(key, 'server');
    default:
      return outcome;
  }
}

/** Until then the server passes a provider's bytes through, which nothing vouches for. */
function isStored({ received }: VideoRecord): boolean {
  return received?.server.mediaState === 'stored';
}

/** Bytes that may still be written within so much of the quota. */
async function room({ estimate }: FetchMissingDeps, share: number): Promise<number> {
  const known = await estimate();
  return known ? known.quota * share - known.usage : Number.POSITIVE_INFINITY;
}
