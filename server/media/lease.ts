import type { IngestDeps } from './ingest-deps.ts';
import { type IngestJob, LEASE_MS, renewLease } from './ingest-job.ts';

export interface Lease {
  /** Aborted once another process has the job. */
  readonly signal: AbortSignal;
  /** Stops renewing; resolves to the job with its last claim. */
  readonly end: () => Promise<IngestJob>;
}

/** Renews a claim for as long as the work takes. */
export function holdLease({ db, clock, after, log }: IngestDeps, claimed: IngestJob): Lease {
  const lost = new AbortController();
  let job = claimed;
  let ended = false;
  let renewal = Promise.resolve();
  let cancel = after(LEASE_MS / 3, renewLater);

  async function renew(): Promise<void> {
    try {
      const renewed = await renewLease(db, job, clock());
      if (renewed) job = renewed;
      else lost.abort(new Error('another process has the job'));
    } catch (error) {
      log.warn('lease not renewed', { error });
    }
    if (!ended && !lost.signal.aborted) cancel = after(LEASE_MS / 3, renewLater);
  }

  function renewLater(): void {
    renewal = renew();
  }

  return {
    signal: lost.signal,
    end: async () => {
      ended = true;
      cancel();
      await renewal;
      return job;
    },
  };
}
