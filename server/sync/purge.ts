import * as v from 'valibot';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import { advanceHead, type Commit } from './heads.ts';

/** How long the trash keeps a video, from when this server heard of the deletion. [PURGE-1] */
export const TRASH_MS = 30 * 24 * 60 * 60_000;
/** How long a tombstone is kept for devices that were away; who comes later starts a new snapshot. [PULL-4] */
const TOMBSTONE_MS = 90 * 24 * 60 * 60_000;

export interface PurgeDeps {
  readonly db: Database;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Lower-case letters and digits, new for each commit. */
  readonly nonce: () => string;
}

/** Purges what is due and collects the tombstones that are old enough, a user at a time. */
export async function purgeDue(deps: PurgeDeps): Promise<void> {
  const now = deps.now();
  const due = await usersWhere(deps.db, 'purge_at <= ? AND purged_at IS NULL', now);
  for (const user of due) await purge(deps.db, user, { now, nonce: deps.nonce() });
  const old = await usersWhere(deps.db, 'purged_at <= ?', now - TOMBSTONE_MS);
  for (const user of old) await collect(deps.db, user, now - TOMBSTONE_MS);
}

/** When there is next something to purge or to collect; null where there is nothing. */
export async function nextPurgeAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({
    sql: `SELECT
      (SELECT min(purge_at) FROM video WHERE purge_at IS NOT NULL) AS purge,
      (SELECT min(purged_at) FROM video WHERE purged_at IS NOT NULL) AS purged`,
    args: [],
  });
  const [purge, purged] = [rows[0]?.purge, rows[0]?.purged];
  const times = [purge, typeof purged === 'number' ? purged + TOMBSTONE_MS : null];
  const known = times.filter((at) => typeof at === 'number');
  return known.length > 0 ? Math.min(...known) : null;
}

async function usersWhere(db: Database, which: string, at: number): Promise<readonly UserId[]> {
  const { rows } = await db.sql.execute({
    sql: `SELECT DISTINCT user_id FROM video WHERE ${which} LIMIT 100`,
    args: [at],
  });
  return rows.map((row) => v.parse(UserIdSchema, row.user_id));
}

/** What a tombstone keeps, so that the same video is recognised and refused. */
const IDENTITY = `json_object(
  'origin', creation ->> '$.origin', 'generationId', generation_id, 'outputIndex', output_index, 'provider', provider,
  'requestId', request_id, 'originalUrl', original_url, 'createdAt', created_at)`;

/** A tombstone with a revision and the deletion of the bytes, in one batch. [PURGE-1] */
async function purge(db: Database, user: UserId, commit: Commit): Promise<void> {
  const args = { user, now: commit.now };
  const justPurged = `user_id = :user AND purged_at = :now AND rev > (
    SELECT coalesce(max(rev), 0) FROM user_head WHERE user_id = :user)`;
  await db.sql.batch(
    [
      {
        sql: `
          UPDATE video SET
            rev = (SELECT coalesce(max(rev), 0) FROM user_head WHERE user_id = :user) + due.place,
            creation = ${IDENTITY}, fields = '{}', media_state = 'none', media_error = NULL, bytes = NULL, sha256 = NULL,
            poster_at = NULL, stored_at = NULL, width = NULL, height = NULL, duration_ms = NULL, codec = NULL,
            trashed_at = NULL, purge_at = NULL, purged_at = :now, updated_at = :now
          FROM (
            SELECT id AS due_id, row_number() OVER (ORDER BY id) AS place FROM video
            WHERE user_id = :user AND purge_at <= :now AND purged_at IS NULL
          ) AS due
          WHERE user_id = :user AND id = due.due_id`,
        args,
      },
      {
        sql: `INSERT INTO blob_deletion (user_id, video_id, next_at)
          SELECT user_id, id, :now FROM video WHERE ${justPurged} ON CONFLICT DO NOTHING`,
        args,
      },
      {
        sql: `DELETE FROM ingest_job WHERE user_id = :user AND video_id IN (SELECT id FROM video WHERE ${justPurged})`,
        args,
      },
      {
        sql: `UPDATE upload SET state = 'dropped', next_at = :now
          WHERE user_id = :user AND video_id IN (SELECT id FROM video WHERE ${justPurged})`,
        args,
      },
      ...advanceHead(user, commit.nonce),
    ],
    'write',
  );
}

async function collect(db: Database, user: UserId, before: number): Promise<void> {
  const old = 'SELECT id FROM video WHERE user_id = :user AND purged_at <= :before';
  const args = { user, before };
  await db.sql.batch(
    [
      {
        sql: `UPDATE user_head SET floor = max(floor, coalesce(
            (SELECT max(rev) FROM video WHERE user_id = :user AND purged_at <= :before), 0)) WHERE user_id = :user`,
        args,
      },
      { sql: `DELETE FROM video_alias WHERE user_id = :user AND id IN (${old})`, args },
      { sql: 'DELETE FROM video WHERE user_id = :user AND purged_at <= :before', args },
    ],
    'write',
  );
}
