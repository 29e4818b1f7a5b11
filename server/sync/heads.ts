import * as v from 'valibot';
import { type Head, HeadSchema, type UserId } from '../../sync/ids.ts';
import type { Statement } from '../db/database.ts';

/** The revision that the next single change of a user's rows takes, inside a batch that ends in `advanceHead`. */
export const nextRevSql = '(SELECT coalesce(max(rev), 0) + 1 FROM user_head WHERE user_id = :user)';

/** When a commit is made, in milliseconds since 1970, and what names it. */
export interface Commit {
  readonly now: number;
  /** Lower-case letters and digits, drawn anew for each commit. */
  readonly nonce: string;
}

/**
 * Moves a user's head to the newest revision of their rows, with a nonce that names this commit, and
 * remembers it: what a device was told can be recognised later. Does nothing when the batch so far
 * changed nothing. [PUSH-6] [PULL-5]
 * @param nonce lower-case letters and digits, drawn anew for each commit
 */
export function advanceHead(user: UserId, nonce: string): readonly Statement[] {
  return [
    {
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
    },
    {
      sql: `
        INSERT INTO head_history (user_id, rev, nonce)
        SELECT user_id, rev, nonce FROM user_head WHERE user_id = :user AND rev > 0
        ON CONFLICT DO NOTHING`,
      args: { user },
    },
  ];
}

/** Reads a user's head; belongs into the batch of the rows it is told with. */
export function headQuery(user: UserId): Statement {
  return { sql: 'SELECT rev, nonce, floor FROM user_head WHERE user_id = ?', args: [user] };
}

export interface UserHead {
  readonly rev: number;
  readonly head: Head;
  /** The highest revision whose tombstone is gone; who reads from below it may have missed a purge. [PULL-4] */
  readonly floor: number;
}

/** What `headQuery` found; a user without any row has the head `0.`. */
export function toHead(row: Readonly<Record<string, unknown>> | undefined): UserHead {
  const rev = Number(row?.rev ?? 0);
  return { rev, head: v.parse(HeadSchema, `${rev}.${String(row?.nonce ?? '')}`), floor: Number(row?.floor ?? 0) };
}

/** Names a commit, a snapshot or an epoch: eight random bytes in hex. */
export function newNonce(random: (bytes: number) => Uint8Array): string {
  return Array.from(random(8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
