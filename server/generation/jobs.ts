import type { GenerationId, UserId } from '../../sync/ids.ts';
import { claimAccountDeletions, finishDeletion, nextAccountDeletionAt } from '../account/account-deletion.ts';
import { claimBlobDeletions, deleteBlobs, nextBlobDeletionAt } from '../media/blob-deletion.ts';
import { ingest } from '../media/ingest.ts';
import type { IngestDeps } from '../media/ingest-deps.ts';
import { claimIngestJobs, nextIngestAt } from '../media/ingest-job.ts';
import { nextSourceCheckAt, sweepSources } from '../media/sources/sweep-sources.ts';
import { settleUpload } from '../media/uploads/settle-upload.ts';
import { SWEEP_EVERY_MS, sweepUploads } from '../media/uploads/sweep-uploads.ts';
import { claimUploads, nextUploadAt } from '../media/uploads/upload.ts';
import { type PushDeps, pushLanes } from '../push/lanes.ts';
import { newNonce } from '../sync/heads.ts';
import { nextPurgeAt, purgeDue } from '../sync/purge.ts';
import { claimGenerations, nextGenerationAt } from './generation-job.ts';
import { createLaneRunner, type Lane } from './lane.ts';
import { type ReconcileDeps, reconcile } from './reconcile.ts';

export type JobDeps = IngestDeps & PushDeps & Pick<ReconcileDeps, 'webhookUrl' | 'limits'>;

/** Told how far a running generation is, 0 to 1; null once it does not run, or nobody says. */
export type ProgressListener = (user: UserId, id: GenerationId, progress: number | null) => void;

export interface JobLoop {
  /** Looks now rather than when the next job is due; the first call starts the loop. */
  readonly wake: () => void;
  /** Starts nothing more and lets what runs finish. */
  readonly stop: () => Promise<void>;
  /** Works on everything that is due, until nothing is or the time is up; for runtimes without a loop. */
  readonly runSlice: (budgetMs: number) => Promise<void>;
  /** How far the provider says a running generation is, 0 to 1; null where it does not say. */
  readonly progressOf: (generationId: string) => number | null;
}

/** Bounds how long a wake-up that was missed, or a job of another process, goes unseen. */
const LONGEST_SLEEP_MS = 30_000;
/** A row may be due and still be worked on here: no hot loop over it. */
const SHORTEST_SLEEP_MS = 20;
const AFTER_ERROR_MS = 5_000;

/**
 * Brings generations and their bytes home. Every job is a row in the database, claimed before it is
 * worked on, so any number of processes may run this loop and any of them may be killed.
 */
export function createJobLoop(deps: JobDeps, onProgress: ProgressListener = () => undefined): JobLoop {
  const { clock, after, log } = deps;
  const progress = new Map<string, number>();
  const note: ProgressListener = (user, id, value) => {
    if (value === null) progress.delete(id);
    else progress.set(id, value);
    onProgress(user, id, value);
  };
  const lanes = [
    generationLane(deps, note),
    ...pushLanes(deps),
    ingestLane(deps),
    purgeLane(deps),
    sourceLane(deps),
    accountDeletionLane(deps),
    blobDeletionLane(deps),
    ...uploadLanes(deps),
  ];
  const runners = lanes.map((lane) => createLaneRunner(lane, clock, onEnd));
  let stopped = false;
  let isLoop = false;
  let looking: Promise<void> | null = null;
  let lookAgain = false;
  let cancelSleep = () => {};

  function onEnd(error: unknown): void {
    if (error !== null) log.error('job broke', { error });
    if (isLoop) wake();
  }

  function wake(): void {
    isLoop = true;
    lookAgain = true;
    if (stopped || looking) return;
    cancelSleep();
    looking = lookWhileAsked().finally(() => {
      looking = null;
      if (lookAgain) wake();
    });
  }

  async function lookWhileAsked(): Promise<void> {
    try {
      while (lookAgain && !stopped) {
        lookAgain = false;
        for (const runner of runners) await runner.startDue();
      }
      if (!stopped) sleep(await untilNext());
    } catch (error) {
      log.error('jobs not looked at', { error });
      sleep(AFTER_ERROR_MS);
    }
  }

  function sleep(ms: number): void {
    if (!stopped) cancelSleep = after(ms, wake);
  }

  async function untilNext(): Promise<number> {
    const due = await Promise.all(runners.map((runner) => runner.nextAt()));
    const delays = due.map((at) => (at === null ? LONGEST_SLEEP_MS : at - clock()));
    return Math.max(SHORTEST_SLEEP_MS, Math.min(LONGEST_SLEEP_MS, ...delays));
  }

  return {
    wake,
    stop: async () => {
      stopped = true;
      cancelSleep();
      await looking;
      await Promise.all(runners.map((runner) => runner.settle()));
    },
    runSlice: async (budgetMs) => {
      const end = clock() + budgetMs;
      let started = true;
      while (started && clock() < end) {
        started = false;
        for (const runner of runners) {
          started = (await runner.startDue()) || started;
          await runner.settle();
        }
      }
    },
    progressOf: (id) => progress.get(id) ?? null,
  };
}

function generationLane(deps: JobDeps, onProgress: ProgressListener): Lane {
  const { db, clock, provider, random } = deps;
  return {
    concurrency: 16,
    claim: async (limit) => {
      const { pollEveryMs, slowestPollMs } = provider;
      const pace = { pollEveryMs, slowestPollMs, chance: (random(1)[0] ?? 0) / 256 };
      const jobs = await claimGenerations(db, { now: clock(), limit, pace });
      return jobs.map((job) => ({
        id: `${job.user}/${job.id}`,
        run: () => reconcile({ ...deps, onProgress: (_, progress) => onProgress(job.user, job.id, progress) }, job),
      }));
    },
    nextAt: () => nextGenerationAt(db),
  };
}

function ingestLane(deps: JobDeps): Lane {
  const { db, clock } = deps;
  return {
    concurrency: 2,
    claim: async (limit) => {
      const jobs = await claimIngestJobs(db, clock(), limit);
      return jobs.map((job) => ({ id: `${job.user}/${job.video}`, run: () => ingest(deps, job) }));
    },
    nextAt: () => nextIngestAt(db),
  };
}

/** Every process may do these two: what one has done the others find done. */
function purgeLane({ db, clock, random }: JobDeps): Lane {
  const purge = { db, now: clock, nonce: () => newNonce(random) };
  return whenDue({ id: 'purge', clock, nextAt: () => nextPurgeAt(db), run: () => purgeDue(purge) });
}

function sourceLane({ db, clock }: JobDeps): Lane {
  return whenDue({ id: 'sources', clock, nextAt: () => nextSourceCheckAt(db), run: () => sweepSources({ db, clock }) });
}

interface DueWork {
  readonly id: string;
  readonly clock: () => number;
  readonly nextAt: () => Promise<number | null>;
  readonly run: () => Promise<void>;
}

function whenDue({ id, clock, nextAt, run }: DueWork): Lane {
  return {
    concurrency: 1,
    claim: async () => {
      const at = await nextAt();
      return at !== null && at <= clock() ? [{ id, run }] : [];
    },
    nextAt,
  };
}

function accountDeletionLane(deps: JobDeps): Lane {
  const { db, clock } = deps;
  return {
    concurrency: 1,
    claim: async (limit) => {
      const due = await claimAccountDeletions(db, clock(), limit);
      return due.map((deletion) => ({ id: deletion.user, run: () => finishDeletion(deps, deletion) }));
    },
    nextAt: () => nextAccountDeletionAt(db),
  };
}

function blobDeletionLane(deps: JobDeps): Lane {
  const { db, clock } = deps;
  return {
    concurrency: 2,
    claim: async (limit) => {
      const due = await claimBlobDeletions(db, clock(), limit);
      return due.map((place) => ({ id: `${place.user}/${place.video}`, run: () => deleteBlobs(deps, place) }));
    },
    nextAt: () => nextBlobDeletionAt(db),
  };
}

/** Where nothing can be uploaded there is nothing to do. */
function uploadLanes(deps: JobDeps): readonly Lane[] {
  const { db, clock, uploads } = deps;
  if (uploads === null) return [];
  // Not while the process starts.
  let sweepAt = clock() + LONGEST_SLEEP_MS;
  return [
    {
      concurrency: 2,
      claim: async (limit) => {
        const due = await claimUploads(db, clock(), limit);
        return due.map((upload) => ({
          id: `${upload.user}/${upload.id}`,
          run: () => settleUpload({ ...deps, uploads }, upload),
        }));
      },
      nextAt: () => nextUploadAt(db),
    },
    {
      concurrency: 1,
      claim: async () => {
        if (sweepAt > clock()) return [];
        sweepAt = clock() + SWEEP_EVERY_MS;
        return [{ id: 'sweep', run: () => sweepUploads({ ...deps, uploads }) }];
      },
      nextAt: async () => sweepAt,
    },
  ];
}
