import * as v from 'valibot';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import type { VideoProvider } from '../generation/provider.ts';
import type { Log } from '../log.ts';
import { eraseStatements, type RunningJob, RunningJobSchema, runningJobs } from './erase-account.ts';

/** An account that is gone, and of which something may still come, or be rendered. */
export interface AccountDeletion {
  readonly user: UserId;
  readonly jobs: readonly RunningJob[];
  /** When its rows were deleted. */
  readonly deletedAt: number;
}

interface DeletionDeps {
  readonly db: Database;
  readonly provider: Pick<VideoProvider, 'name' | 'cancel'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: Log;
}

/** One that a killed process had is taken up after so long. */
const TRY_MS = 60_000;
/**
 * When it is looked again, from the deletion on: a request that had passed the session check, or a job that
 * was under way, may have written after it. None lasts longer than the last of them.
 */
const LOOKS_MS = [10_000, 60_000, 10 * 60_000, 60 * 60_000];
/** How long a provider is asked to stop what it renders, and how often. */
const ASKED_FOR_MS = 24 * 60 * 60_000;
const ASKED_EVERY_MS = 10 * 60_000;

/** Takes those that are due. Doing one twice is harmless, so moving its next look is all the claim it needs. */
export async function claimAccountDeletions(
  db: Database,
  now: number,
  limit: number,
): Promise<readonly AccountDeletion[]> {
  const { rows } = await db.sql.execute({
    sql: `UPDATE account_deletion SET next_at = :next
      WHERE user_id IN (SELECT user_id FROM account_deletion WHERE next_at <= :now ORDER BY next_at LIMIT :limit)
      RETURNING user_id, jobs, deleted_at`,
    args: { now, limit, next: now + TRY_MS },
  });
  return rows.map((row) => v.parse(RowSchema, row));
}

/** When the next one is due; null where there is none. */
export async function nextAccountDeletionAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({ sql: 'SELECT min(next_at) AS at FROM account_deletion', args: [] });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

/** Has the provider stop what it renders, deletes what came after the deletion, and forgets it in the end. */
export async function finishDeletion(deps: DeletionDeps, { user, jobs, deletedAt }: AccountDeletion): Promise<void> {
  const { db, clock } = deps;
  const left = await stopRendering(deps, [...jobs, ...(await runningJobs(db, user))]);
  const now = clock();
  const nextAt = nextLook({ deletedAt, now, isAsking: left.length > 0 });
  const end =
    nextAt === null
      ? { sql: 'DELETE FROM account_deletion WHERE user_id = :user', args: { user } }
      : {
          sql: 'UPDATE account_deletion SET jobs = :jobs, next_at = :nextAt WHERE user_id = :user',
          args: { user, jobs: JSON.stringify(left), nextAt },
        };
  await db.sql.batch([...eraseStatements(user, now), end], 'write');
}

/** @returns what the provider has not heard of; what another one renders nobody here can stop */
async function stopRendering({ provider, log }: DeletionDeps, jobs: readonly RunningJob[]) {
  const left: RunningJob[] = [];
  for (const job of jobs.filter((running) => running.provider === provider.name)) {
    try {
      await provider.cancel(job.reference);
    } catch (error) {
      log.warn('generation of a deleted account not cancelled', { error });
      left.push(job);
    }
  }
  return left;
}

function nextLook(at: { readonly deletedAt: number; readonly now: number; readonly isAsking: boolean }): number | null {
  const { deletedAt, now, isAsking } = at;
  const look = LOOKS_MS.map((ms) => deletedAt + ms).find((ms) => ms > now) ?? null;
  if (look !== null || !isAsking) return look;
  return now - deletedAt < ASKED_FOR_MS ? now + ASKED_EVERY_MS : null;
}

const RowSchema = v.pipe(
  v.object({
    user_id: UserIdSchema,
    jobs: v.pipe(v.string(), v.parseJson(), v.array(RunningJobSchema)),
    deleted_at: v.number(),
  }),
  v.transform(({ user_id, jobs, deleted_at }) => ({ user: user_id, jobs, deletedAt: deleted_at })),
);
