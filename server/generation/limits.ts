import type { Database } from '../db/database.ts';
import type { GenerationJob } from './generation-job.ts';
import type { JobError } from './provider.ts';
import { LIMIT_RUNNING } from './state.ts';

/** What one account may have made; null for as much as it likes. */
export interface AccountLimits {
  readonly atOnce: number | null;
  /** In any 24 hours. */
  readonly perDay: number | null;
}

export const NO_LIMITS: AccountLimits = { atOnce: null, perDay: null };

const DAY_MS = 24 * 60 * 60_000;

/** How many of `:user` are at the provider, or on their way there. */
const underWaySql = `(
  SELECT count(*) FROM generation g WHERE g.user_id = :user AND g.status IN ('submitting', 'running'))`;

const todaySql = `(
  SELECT count(*) FROM generation g WHERE g.user_id = :user AND g.submitted_at > :now - ${DAY_MS})`;

/** Those that were queued before it and wait for the same go first; what backs off from trouble holds up nobody. */
const aheadSql = `(
  SELECT count(*) FROM generation g
  WHERE g.user_id = :user AND g.status = 'queued' AND g.next_at IS NOT NULL AND g.purged_at IS NULL
    AND (g.error IS NULL OR g.error ->> '$.code' = '${LIMIT_RUNNING}')
    AND (g.created_at, g.id) < (:created, :id))`;

/** Whether there is room for one more, in the statement that takes it; with `:user` and `:now`. */
export function roomSql({ atOnce, perDay }: AccountLimits): readonly string[] {
  return [
    ...(atOnce === null ? [] : [`${underWaySql} < ${atOnce}`]),
    ...(perDay === null ? [] : [`${todaySql} < ${perDay}`]),
  ];
}

/** Whether a queued generation may be submitted now, may later, or may not. */
export async function checkLimits(
  db: Database,
  { atOnce, perDay }: AccountLimits,
  job: Pick<GenerationJob, 'user' | 'id' | 'create'>,
  now: number,
): Promise<
  | { readonly kind: 'free' }
  | { readonly kind: 'wait'; readonly message: string }
  | { readonly kind: 'refused'; readonly error: JobError }
> {
  if (atOnce === null && perDay === null) return { kind: 'free' };
  const { rows } = await db.sql.execute({
    sql: `SELECT ${underWaySql} + ${aheadSql} AS ahead, count(*) AS today, min(submitted_at) AS first
      FROM generation WHERE user_id = :user AND submitted_at > :since`,
    args: { user: job.user, id: job.id, created: job.create.createdAt, since: now - DAY_MS },
  });
  const [row] = rows;
  if (perDay !== null && Number(row?.today) >= perDay) {
    const hours = Math.max(1, Math.ceil((Number(row?.first) + DAY_MS - now) / (60 * 60_000)));
    const again = hours === 1 ? 'within the hour' : `in ${hours} hours`;
    const message = `You had ${perDay} generations in 24 hours, as many as this server allows; the next can start ${again}`;
    return { kind: 'refused', error: { code: 'limit_daily', message, retryable: true } };
  }
  if (atOnce !== null && Number(row?.ahead) >= atOnce) {
    const message = `It starts by itself when one of the ${atOnce} that may run at once has ended`;
    return { kind: 'wait', message };
  }
  return { kind: 'free' };
}
