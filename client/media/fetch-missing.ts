import type { VideoRecord } from '../data/database.ts';
import type { MediaTables } from '../data/media-tables.ts';
import { type DownloadDeps, type DownloadOutcome, download } from './download.ts';
import { fetchPoster, type PosterOutcome } from './fetch-poster.ts';
import { beginPass, type Pass, type PassEnd } from './pass.ts';
import { createPostponed } from './postponed.ts';

export interface FetchMissingDeps extends Omit<DownloadDeps, 'signal'> {
  readonly tables: MediaTables;
  /** Files above it are left to someone who can hash them as a stream; none where it is absent. */
  readonly maxBytes?: number;
  /** Called when all that can be had is here, each time that something had changed before. */
  readonly onComplete?: () => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** What this origin uses and may use, bytes; null where the browser does not say. */
  readonly estimate: () => Promise<{ readonly usage: number; readonly quota: number } | null>;
}

/** Brings what is missing onto this device; remembers between passes what failed and what is complete. */
export interface MissingFetcher {
  /** Says that there may be something new: a pass under way looks again before it takes the next video. */
  readonly invalidate: () => void;
  /** One pass, one video after the other: posters first, then bytes, newest first. */
  readonly run: (signal: AbortSignal) => Promise<PassEnd>;
}

/** No more than this share of the browser's quota is ever used. */
const MAX_USED = 0.8;
const POSTERS_AT_ONCE = 3;

export function createMissingFetcher(deps: FetchMissingDeps): MissingFetcher {
  const { tables, clock } = deps;
  const postponed = createPostponed(deps);
  let changes = 0;
  let complete: string | null = null;

  return {
    invalidate: () => {
      changes += 1;
    },
    run: async (signal) => {
      const pass = beginPass(postponed, signal);
      for (;;) {
        const [startedAt, seen, fingerprint] = [clock(), changes, await tables.fingerprint()];
        const nextAt = postponed.nextAt();
        if (fingerprint === complete && (nextAt === null || nextAt > startedAt)) return { kind: 'idle', nextAt };
        const isStale = async () => changes !== seen && (await tables.fingerprint()) !== fingerprint;
        const end = (await fetchPosters(deps, pass)) ?? (await fetchCopies(deps, pass, isStale));
        if (end === 'stale') continue;
        if (end) return end;
        postponed.prune(startedAt);
        await deps.onComplete?.();
        if ((await tables.fingerprint()) !== fingerprint) continue;
        complete = fingerprint;
        return { kind: 'idle', nextAt: postponed.nextAt() };
      }
    },
  };
}

async function fetchPosters(deps: FetchMissingDeps, pass: Pass): Promise<PassEnd | null> {
  const key = (id: string) => `poster ${id}`;
  const due = (await deps.tables.withoutPoster()).filter((id) => !pass.isPostponed(key(id)));
  for (let at = 0; at < due.length; at += POSTERS_AT_ONCE) {
    if (pass.signal.aborted) return { kind: 'stopped' };
    const rows = await Promise.all(due.slice(at, at + POSTERS_AT_ONCE).map((id) => deps.tables.video(id)));
    const ids = rows.filter((row) => row?.received?.server.posterAt != null).flatMap((row) => (row ? [row.id] : []));
    if (ids.length === 0) continue;
    if ((await room(deps)) <= 0) return { kind: 'full' };
    const fetched = ids.map(async (id) => ({ id, outcome: await fetchPoster({ ...deps, signal: pass.signal }, id) }));
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
      return { kind: 'full' };
    default:
      return { kind: outcome };
  }
}

async function fetchCopies(
  deps: FetchMissingDeps,
  pass: Pass,
  isStale: () => Promise<boolean>,
): Promise<PassEnd | 'stale' | null> {
  for (const id of await deps.tables.withoutCopy()) {
    if (pass.signal.aborted) return { kind: 'stopped' };
    const key = `copy ${id}`;
    const row = pass.isPostponed(key) ? undefined : await deps.tables.video(id);
    if (!row || !isStored(row)) continue;
    const copy = await deps.tables.copy(row.copyId);
    if (copy?.state === 'verified' || copy?.state === 'removed') continue;
    const { received = 0, total = 0 } = copy ?? {};
    const bytes = row.received?.server.bytes ?? total;
    if (bytes > (deps.maxBytes ?? bytes)) continue;
    if ((await room(deps)) < bytes - received) return { kind: 'full' };
    const outcome = await download({ ...deps, signal: pass.signal }, row);
    const end = settleCopy(pass, { key, received, outcome });
    if (end) return end;
    if (await isStale()) return 'stale';
  }
  return null;
}

function settleCopy(
  pass: Pass,
  { key, received, outcome }: { readonly key: string; readonly received: number; readonly outcome: DownloadOutcome },
): PassEnd | null {
  switch (outcome.kind) {
    case 'verified':
      pass.succeed(key);
      return null;
    case 'superseded':
      return null;
    case 'interrupted':
      // A link that lives for seconds gets on as long as each of its lives brings something.
      if (outcome.received > received) {
        pass.succeed(key);
        return pass.end(outcome);
      }
      return pass.fail(key, outcome.answered ? 'server' : 'silence', outcome.retryAfterMs);
    case 'refused':
      return pass.fail(key, 'video');
    case 'corrupt':
    case 'not_stored':
      return pass.fail(key, 'server');
    case 'quota':
      return { kind: 'full' };
    default:
      return outcome;
  }
}

/** Until then the server passes a provider's bytes through, which nothing vouches for. */
function isStored({ received }: VideoRecord): boolean {
  return received?.server.mediaState === 'stored';
}

/** Bytes that may still be written. */
async function room({ estimate }: FetchMissingDeps): Promise<number> {
  const known = await estimate();
  return known ? known.quota * MAX_USED - known.usage : Number.POSITIVE_INFINITY;
}
