import type { GenerationId, UserId } from '../../sync/ids.ts';
import { isRequestTaken, postpone, readGeneration } from './generation-job.ts';
import type { Heard } from './provider.ts';
import { adopt, applyHeard, type ReconcileDeps } from './reconcile.ts';

/** What may have been submitted without this server knowing the job. */
const OPEN: ReadonlySet<string> = new Set(['waiting_source', 'queued', 'submitting', 'held']);

/**
 * Takes what a provider said unasked, whatever the generation is doing meanwhile: one whose answer
 * was lost finds its job this way. [GEN-2]
 * @returns whether there is such a generation
 */
export async function hear(
  deps: ReconcileDeps,
  place: { readonly user: UserId; readonly id: GenerationId },
  heard: Heard,
): Promise<boolean> {
  const { db, provider, clock, log } = deps;
  const job = await readGeneration(db, place);
  if (job?.create.provider !== provider.name) return false;
  const isKnown = job.requestId !== null && job.state?.kind !== 'queued' && job.state?.kind !== 'submitting';
  if (isKnown && job.requestId !== heard.requestId) {
    log.warn('a second job for one generation', { id: job.id, requestId: heard.requestId });
    return true;
  }
  if (!isKnown && (await isRequestTaken(db, job, heard.requestId))) return false;
  const isOpen = OPEN.has(job.state?.kind ?? '');
  const { requestId, referenceFor } = heard;
  const adopted = isOpen ? await adopt(deps, job, { requestId, reference: referenceFor(job.create.model) }) : job;
  // Where others were faster, it counts what they wrote.
  const known = isOpen && adopted === job ? await readGeneration(db, place) : adopted;
  const { kind } = heard.status;
  if (known && (kind === 'running' || kind === 'queued')) {
    // It said only that there is something to ask for.
    await db.sql.batch([postpone(known, { at: clock(), attempts: known.attempts })], 'write');
    return true;
  }
  if (known?.requestId === heard.requestId || adopted !== job || !isOpen)
    await applyHeard(deps, known ?? job, heard.status, heard.requestId);
  return true;
}
