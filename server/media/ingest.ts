import { retryDelay } from '../../sync/backoff.ts';
import type { UserId } from '../../sync/ids.ts';
import { advanceHead, newNonce, nextRevSql } from '../sync/heads.ts';
import { posterKey } from './blob-store/blob-store.ts';
import { fetchBlob, findBlob, type IngestFailure } from './fetch-blob.ts';
import type { IngestDeps } from './ingest-deps.ts';
import { dropJob, failedStatements, type IngestJob, LEASE_MS, postpone, renewLease } from './ingest-job.ts';
import { holdLease, type Lease } from './lease.ts';
import { measureVideo } from './measure.ts';
import { isWebp, MAX_POSTER_BYTES } from './poster.ts';
import { readVideo, settleStored } from './settle-stored.ts';
import { type MediaSource, sourceOf } from './source.ts';

/** After so long without success only the person can help. */
const DEADLINE_MS = 7 * 24 * 60 * 60_000;
/** A link that answers that it is gone may still be on its way to the provider's edge. */
const GONE_ATTEMPTS = 6;
/** How often a generation that has not succeeded here yet is looked at again. */
const NOT_YET_MS = 10_000;

/**
 * Brings a video's bytes into permanent storage. It may be killed anywhere and run again: what
 * counts is written in one batch, and bytes already stored are found again by their key.
 */
export async function ingest(deps: IngestDeps, claimed: IngestJob): Promise<void> {
  const renew = (job: IngestJob, now: number) => renewLease(deps.db, job, now);
  const lease = holdLease(deps, { of: claimed, leaseMs: LEASE_MS, renew });
  try {
    await ingestHeld(deps, claimed, lease);
  } catch (error) {
    if (lease.signal.aborted) return;
    deps.log.warn('ingest failed', { error });
    await fail(deps, lease, { kind: 'transient', message: error instanceof Error ? error.message : String(error) });
  } finally {
    await lease.end();
  }
}

/** Lets a video that could not be stored be tried again from the start. */
export async function retryIngest(
  deps: Pick<IngestDeps, 'db' | 'clock' | 'random'> & { readonly wake: () => void },
  user: UserId,
  videoId: string,
): Promise<void> {
  const args = { user, video: videoId, now: deps.clock() };
  await deps.db.sql.batch(
    [
      {
        sql: `UPDATE video SET media_state = 'storing', media_error = NULL, rev = ${nextRevSql}, updated_at = :now
          WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state = 'failed'
            AND original_url IS NOT NULL`,
        args,
      },
      {
        sql: `INSERT INTO ingest_job (user_id, video_id, next_at)
          SELECT user_id, id, :now FROM video
          WHERE user_id = :user AND id = :video AND purged_at IS NULL AND media_state = 'storing'
          ON CONFLICT DO UPDATE SET next_at = excluded.next_at, attempts = 0, last_error = NULL`,
        args,
      },
      ...advanceHead(user, newNonce(deps.random)),
    ],
    'write',
  );
  deps.wake();
}

async function ingestHeld(deps: IngestDeps, job: IngestJob, lease: Lease<IngestJob>): Promise<void> {
  const { db, blobs } = deps;
  const video = await readVideo(db, job);
  if (video === null) await Promise.all((await blobs.list(job)).map((key) => blobs.delete(key)));
  if (video === null || video.media_state === 'stored') {
    await db.sql.batch([dropJob(job)], 'write');
    return;
  }
  const source = await sourceOf(db, video);
  const kept = await findBlob(deps, job);
  if (kept === null && source.kind === 'not_yet') return fail(deps, lease, { kind: 'not_yet' });

  const found = kept ?? (await fetchBlob(deps, { place: job, source, signal: lease.signal }));
  if (found.kind === 'failed') return fail(deps, lease, found.failure);
  const { blob } = found;
  const measured = await measureVideo({ bytes: blob.bytes, read: (range) => blobs.read(blob.key, range) });
  if (measured.kind === 'not_a_video') {
    await blobs.delete(blob.key);
    return fail(deps, lease, { kind: 'for_good', message: measured.message });
  }
  const hasPoster = await storePoster(deps, job, source);
  await settleStored(deps, job, { blob, measures: measured.measures, hasPoster, before: [] });
}

async function storePoster({ provider, blobs }: IngestDeps, job: IngestJob, source: MediaSource): Promise<boolean> {
  const bytes = source.kind === 'provider' ? await provider.poster(source.url) : null;
  if (bytes === null || bytes.length > MAX_POSTER_BYTES || !isWebp(bytes)) return false;
  await blobs.putSmall(posterKey(job), bytes);
  return true;
}

/** Decides between another try and the end. */
async function fail(
  deps: IngestDeps,
  lease: Lease<IngestJob>,
  failure: IngestFailure | { readonly kind: 'not_yet' },
): Promise<void> {
  const job = await lease.end();
  const now = deps.clock();
  if (failure.kind === 'not_yet') return postpone(deps.db, job, { at: now + NOT_YET_MS, now, error: null });
  const isOver =
    failure.kind === 'for_good' ||
    (failure.kind === 'gone' && job.attempts + 1 >= GONE_ATTEMPTS) ||
    (job.failingSince !== null && now - job.failingSince >= DEADLINE_MS);
  if (isOver) {
    await deps.db.sql.batch(failedStatements(job, failure.message, commitOf(deps)), 'write');
    deps.metrics.notStored('given_up');
    return;
  }
  const retryAfterMs = failure.kind === 'transient' ? (failure.retryAfterMs ?? null) : null;
  const random = (deps.random(1)[0] ?? 0) / 256;
  deps.metrics.notStored('retried');
  const delay = retryDelay({ attempt: job.attempts + 1, retryAfterMs, random });
  return postpone(deps.db, job, { at: now + delay, now, error: failure.message });
}

function commitOf({ clock, random }: IngestDeps) {
  return { now: clock(), nonce: newNonce(random) };
}
