import * as v from 'valibot';
import type { UserId } from '../../sync/ids.ts';
import type { Database, Statement } from '../db/database.ts';

/** What a provider still renders for somebody. */
export type RunningJob = v.InferOutput<typeof RunningJobSchema>;

export const RunningJobSchema = v.object({ provider: v.string(), reference: v.unknown() });

/**
 * Deletes an account and all that is its own in one batch, sessions first of all that matters: from then on
 * nobody is that person. Bytes go after it, by rows that name where they are, so that a kill in between
 * leaves them to be deleted later, and never a video without its bytes.
 */
export async function eraseAccount(
  { db, clock }: { readonly db: Database; readonly clock: () => number },
  user: UserId,
): Promise<void> {
  const now = clock();
  const begin = {
    sql: `INSERT INTO account_deletion (user_id, jobs, deleted_at, next_at)
      SELECT :user, coalesce(json_group_array(json(job)), '[]'), :now, :now FROM (${runningSql})
      WHERE true ON CONFLICT DO NOTHING`,
    args: { user, now },
  };
  await db.sql.batch([begin, ...eraseStatements(user, now)], 'write');
}

/** Every row that is a user's, but for those by which jobs find the bytes. */
export function eraseStatements(user: UserId, now: number): Statement[] {
  return [
    {
      // A generation's place holds the mark of its submission.
      sql: `INSERT INTO blob_deletion (user_id, video_id, next_at)
        SELECT :user, id, :now FROM (
          SELECT id FROM video WHERE user_id = :user
          UNION SELECT id FROM generation WHERE user_id = :user
          UNION SELECT id FROM source WHERE user_id = :user
          UNION SELECT video_id FROM upload WHERE user_id = :user
          UNION SELECT video_id FROM blob_deletion WHERE user_id = :user
        ) WHERE true ON CONFLICT DO UPDATE SET next_at = excluded.next_at`,
      args: { user, now },
    },
    {
      sql: `UPDATE upload SET state = 'dropped', metadata = '', sha256 = NULL, error = NULL, prior_error = NULL,
        next_at = :now WHERE user_id = :user`,
      args: { user, now },
    },
    ...OWNED.map((table) => ({ sql: `DELETE FROM ${table} WHERE user_id = :user`, args: { user } })),
    { sql: 'DELETE FROM user WHERE id = :user', args: { user } },
  ];
}

/** What providers render for a user now. */
export async function runningJobs(db: Database, user: UserId): Promise<readonly RunningJob[]> {
  const { rows } = await db.sql.execute({ sql: runningSql, args: { user } });
  return rows.map(({ job }) => v.parse(RunningJobSchema, JSON.parse(String(job))));
}

const OWNED = [
  'session',
  'account',
  'push_message',
  'push_subscription',
  'ingest_job',
  'video_alias',
  'video',
  'generation',
  'source',
  'head_history',
  'user_head',
];

const runningSql = `SELECT json_object('provider', creation ->> '$.provider', 'reference', json(reference)) AS job
  FROM generation WHERE user_id = :user AND status = 'running' AND reference IS NOT NULL`;
