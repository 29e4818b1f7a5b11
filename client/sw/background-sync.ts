import { isAnythingDirty, isAnythingUnfinished, runningGenerations } from '../data/reads.ts';
import { isAnythingToUpload } from '../data/upload-tables.ts';
import type { PassEnd } from '../media/pass.ts';
import type { Wait } from '../media/ports.ts';
import type { SyncOutcome } from '../sync/sync-once.ts';
import type { ActiveLibrary, Library } from './library.ts';

export interface BackgroundSyncDeps {
  readonly library: ActiveLibrary;
  readonly sync: (library: Library, signal: AbortSignal) => Promise<SyncOutcome>;
  /** Sends bytes that only this device has until all are there or the signal aborts; waits its turn. */
  readonly upload: (library: Library, signal: AbortSignal) => Promise<PassEnd>;
  /** Fetches posters and bytes until all are here or the signal aborts. */
  readonly fetchMedia: (library: Library, signal: AbortSignal) => Promise<unknown>;
  readonly setExpired: (expired: boolean) => Promise<void>;
  readonly isPageVisible: () => Promise<boolean>;
  readonly showPending: (library: Library) => Promise<void>;
  readonly wait: Wait;
  /** Aborts when the time of this event is over. */
  readonly signal: AbortSignal;
  /** Aborts earlier, so that there is time left for bytes. */
  readonly syncSignal: AbortSignal;
}

/** How often the server is asked while it still owes something. */
const POLL_MS = 3_000;
/** A visible page syncs by itself, and sooner. */
const PAGE_MS = 5_000;
const TRIES = 3;

/**
 * Syncs with no page open, sends the bytes of what the server then knows, and fetches what that made available.
 * @throws while rows or bytes are unsent or generations unfinished, which makes the browser try again later
 */
export async function syncInBackground(deps: BackgroundSyncDeps): Promise<void> {
  const left = await syncUntilSettled(deps);
  const library = await deps.library.open();
  if (library) await deps.showPending(library);
  if (library && left !== 'unreachable' && left !== 'signed_out') await deps.fetchMedia(library, deps.signal);
  if (library && (left === 'unreachable' || left === 'unfinished') && (await remaining(library)) === 'unfinished') {
    throw new Error(`sync: ${left}`);
  }
}

/** `storing`: all is sent, the server has not reported every video as stored; it needs no device for that. */
type Left = 'nothing' | 'storing' | 'unfinished' | 'unreachable' | 'signed_out';

async function syncUntilSettled(deps: BackgroundSyncDeps): Promise<Left> {
  let failures = 0;
  for (;;) {
    // Opened anew each time round: someone may have signed out, or the browser closed the database.
    const library = await deps.library.open();
    if (!library) return 'signed_out';
    if (await deps.isPageVisible()) {
      await deps.wait(PAGE_MS, deps.syncSignal);
      if ((await remaining(library)) === 'nothing') return 'nothing';
    }
    const outcome = await deps.sync(library, deps.syncSignal);
    if (outcome.kind === 'unauthorized' || outcome.kind === 'identity_changed') {
      await deps.setExpired(true);
      return 'signed_out';
    }
    const done = outcome.kind === 'done' || outcome.kind === 'covered';
    if (done) await deps.setExpired(false);
    const sent = done ? await deps.upload(library, deps.syncSignal).catch(deps.library.forget) : undefined;
    if (sent?.kind === 'unauthorized') return 'signed_out';
    if (outcome.kind === 'storage_failed') deps.library.forget();
    const failed = outcome.kind === 'unavailable' || outcome.kind === 'storage_failed';
    failures = failed ? failures + 1 : 0;
    if (failures >= TRIES) return 'unreachable';
    const left = failed ? 'unreachable' : await remaining(library);
    if (done && left === 'nothing') return left;
    await deps.wait(failed ? 2_000 * failures : POLL_MS, deps.syncSignal);
    if (deps.syncSignal.aborted) return left;
  }
}

function remaining({ db }: Library): Promise<Left> {
  return db.resilient(async () => {
    const unsent = (await isAnythingDirty(db)) || (await isAnythingToUpload(db, Date.now()));
    if (unsent || (await runningGenerations(db)).length > 0) return 'unfinished';
    return (await isAnythingUnfinished(db)) ? 'storing' : 'nothing';
  });
}
