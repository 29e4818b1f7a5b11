import * as v from 'valibot';
import { type Head, HeadSchema, type UserId } from '../../sync/ids.ts';
import type { Database, Statement } from '../db/database.ts';

/** The revision that the next single change of a user's rows takes, inside a batch that ends in `advanceHead`. */
export const nextRevSql = '(SELECT coalesce(max(rev), 0) + 1 FROM user_head WHERE user_id = :user)';

/**
 * Moves a user's head to the newest revision of their rows, with a nonce that names this commit.
 * Does nothing when the batch so far changed nothing. [PUSH-6]
 * @param nonce lower-case letters and digits, drawn anew for each commit
 */
export function advanceHead(user: UserId, nonce: string): Statement {
  return {
    sql: `
      INSERT INTO user_head (user_id, rev, nonce)
      SELECT :user, rev, :nonce
      FROM (
        SELECT max(
          coalesce((SELECT max(rev) FROM video WHERE user_id = :user), 0),
          coalesce((SELECT max(rev) FROM generation WHERE user_id = :user), 0)
        ) AS rev
      )
      WHERE rev > 0
      ON CONFLICT (user_id) DO UPDATE SET rev = excluded.rev, nonce = excluded.nonce
      WHERE excluded.rev > user_head.rev`,
    args: { user, nonce },
  };
}

/** Reads a user's head; belongs into the batch of the rows it is told with. */
export function headQuery(user: UserId): Statement {
  return { sql: 'SELECT rev, nonce FROM user_head WHERE user_id = ?', args: [user] };
}

/** What `headQuery` found; a user without any row has the head `0.`. */
export function toHead(row: Readonly<Record<string, unknown>> | undefined): {
  readonly rev: number;
  readonly head: Head;
} {
  const rev = Number(row?.rev ?? 0);
  return { rev, head: v.parse(HeadSchema, `${rev}.${String(row?.nonce ?? '')}`) };
}

export async function readHead(db: Database, user: UserId): Promise<{ readonly rev: number; readonly head: Head }> {
  const { rows } = await db.sql.execute(headQuery(user));
  return toHead(rows[0]);
}

/** Names a commit or a snapshot: eight random bytes in hex. */
export function newNonce(random: (bytes: number) => Uint8Array): string {
  return Array.from(random(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
