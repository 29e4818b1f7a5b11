import * as v from 'valibot';
import { type UserId, UserIdSchema } from '../../sync/ids.ts';
import { type Notice, NoticeSchema } from '../../sync/notice.ts';
import type { Database } from '../db/database.ts';
import type { SqlRow } from '../sync/rows.ts';

/** One notice on its way to one browser, claimed by this process until `leaseUntil`. */
export interface Message {
  readonly user: UserId;
  readonly endpoint: string;
  readonly notice: Notice;
  /** When its generation ended, by the clock of the server. */
  readonly createdAt: number;
  /** Tries so far that failed. */
  readonly attempts: number;
  /** Also says which claim this is. */
  readonly leaseUntil: number;
}

/** What ended longer ago is no news: a server was off, or knew no keys. */
const NEWS_MS = 24 * 60 * 60_000;
/** Longer than a request to a push service may take. */
export const LEASE_MS = 60_000;

const UNTOLD = `told_at IS NULL AND status IN ('succeeded', 'failed') AND completed_at > :since`;

/** Whether generations ended of which nobody was told. */
export async function isAnythingUntold(db: Database, now: number): Promise<boolean> {
  const { rows } = await db.sql.execute({
    sql: `SELECT 1 FROM generation WHERE ${UNTOLD} LIMIT 1`,
    args: { since: now - NEWS_MS },
  });
  return rows.length > 0;
}

/**
 * Makes a message for every browser of whoever's generation ended, and notes in the same batch that
 * this was done: once for each generation, whoever found out that it ended, and whatever becomes of it later.
 */
export async function tellEnded(db: Database, now: number): Promise<void> {
  const args = { now, since: now - NEWS_MS };
  await db.sql.batch(
    [
      {
        sql: `INSERT INTO push_message (user_id, generation_id, endpoint, kind, video_id, created_at, next_at)
          SELECT g.user_id, g.id, s.endpoint, g.status,
            CASE g.status WHEN 'succeeded' THEN g.outputs ->> '$[0].videoId' END, g.completed_at, :now
          FROM (SELECT * FROM generation WHERE ${UNTOLD} AND purged_at IS NULL) g
          JOIN push_subscription s ON s.user_id = g.user_id AND s.since <= g.completed_at
          WHERE true ON CONFLICT DO NOTHING`,
        args,
      },
      { sql: `UPDATE generation SET told_at = :now WHERE ${UNTOLD}`, args },
    ],
    'write',
  );
}

/** Takes the messages that are due and that nobody sends. */
export async function claimMessages(db: Database, now: number, limit: number): Promise<readonly Message[]> {
  const { rows } = await db.sql.execute({
    sql: `UPDATE push_message SET lease_until = :until
      WHERE (user_id, generation_id, endpoint) IN (
        SELECT user_id, generation_id, endpoint FROM push_message
        WHERE next_at <= :now AND lease_until <= :now ORDER BY next_at LIMIT :limit)
      RETURNING *`,
    args: { now, until: now + LEASE_MS, limit },
  });
  return rows.flatMap(toMessages);
}

/** When the next one is due; null where there is none. */
export async function nextMessageAt(db: Database): Promise<number | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT min(max(next_at, lease_until)) AS at FROM push_message',
    args: [],
  });
  const at = rows[0]?.at;
  return typeof at === 'number' ? at : null;
}

export async function postpone(db: Database, message: Message, at: number): Promise<void> {
  await db.sql.execute({
    sql: `UPDATE push_message SET next_at = :at, lease_until = 0, attempts = attempts + 1 WHERE ${MINE}`,
    args: { ...mine(message), at },
  });
}

/** It was sent, or never will be. */
export async function dropMessage(db: Database, message: Message): Promise<void> {
  await db.sql.execute({ sql: `DELETE FROM push_message WHERE ${MINE}`, args: mine(message) });
}

const MINE = 'user_id = :user AND generation_id = :generation AND endpoint = :endpoint AND lease_until = :lease';

function mine({ user, endpoint, notice, leaseUntil }: Message) {
  return { user, generation: notice.generation, endpoint, lease: leaseUntil };
}

/** A row that cannot be read holds up no other: it is left out, and claimed again later. */
function toMessages(row: SqlRow): readonly Message[] {
  const { user_id, generation_id, endpoint, kind, video_id, created_at, attempts, lease_until } = row;
  const read = v.safeParse(MessageSchema, {
    user: user_id,
    endpoint,
    notice: { kind, generation: generation_id, video: video_id },
    createdAt: created_at,
    attempts,
    leaseUntil: lease_until,
  });
  return read.success ? [read.output] : [];
}

const MessageSchema = v.object({
  user: UserIdSchema,
  endpoint: v.string(),
  notice: NoticeSchema,
  createdAt: v.number(),
  attempts: v.number(),
  leaseUntil: v.number(),
});
