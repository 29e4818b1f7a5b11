import type { IngestDeps } from './ingest-deps.ts';

export interface Lease<Claim> {
  /** Aborted once another process has the job. */
  readonly signal: AbortSignal;
  /** Stops renewing; resolves to the job with its last claim. */
  readonly end: () => Promise<Claim>;
}

/**
 * Renews a claim for as long as the work takes.
 * @param claim.renew resolves to the claim as it then is; null where another process has it
 */
export function holdLease<Claim>(
  { clock, after, log }: Pick<IngestDeps, 'clock' | 'after' | 'log'>,
  claim: {
    readonly of: Claim;
    readonly leaseMs: number;
    readonly renew: (claim: Claim, now: number) => Promise<Claim | null>;
  },
): Lease<Claim> {
  const lost = new AbortController();
  let job = claim.of;
  let ended = false;
  let renewal = Promise.resolve();
  let cancel = after(claim.leaseMs / 3, renewLater);

  async function renew(): Promise<void> {
    try {
      const renewed = await claim.renew(job, clock());
      if (renewed) job = renewed;
      else lost.abort(new Error('another process has the job'));
    } catch (error) {
      log.warn('lease not renewed', { error });
    }
    if (!ended && !lost.signal.aborted) cancel = after(claim.leaseMs / 3, renewLater);
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
