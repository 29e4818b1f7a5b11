import * as v from 'valibot';
import { type Epoch, EpochSchema, type Head, type UserId } from '../../sync/ids.ts';
import type { SyncRequest } from '../../sync/protocol.ts';
import type { Database, Statement } from '../db/database.ts';
import { parseCursor } from './cursor.ts';
import { headQuery, newNonce, toHead } from './heads.ts';
import type { SqlRow } from './rows.ts';

/**
 * A user's epoch in SQL with `:user`: the database's own, or the one minted when a fork was found in
 * that user's history. Only the person who is concerned starts over, so that a device that tells
 * lies harms nobody but its owner.
 */
export const epochSql = `coalesce(
  (SELECT epoch FROM user_head WHERE user_id = :user), (SELECT value FROM meta WHERE key = 'epoch'))`;

/**
 * Gives a database without an epoch one. It is random, never counted: a database whose epoch is
 * blank, new or restored from a backup, starts a history of its own. [PULL-5]
 * @param random cryptographic random bytes
 */
export async function ensureEpoch(db: Database, random: (bytes: number) => Uint8Array): Promise<void> {
  const isBlank = `EXISTS (SELECT 1 FROM meta WHERE key = 'epoch' AND value = '')`;
  await db.sql.batch(
    [
      { sql: `INSERT INTO meta (key, value) VALUES ('epoch', '') ON CONFLICT DO NOTHING`, args: [] },
      { sql: `UPDATE user_head SET epoch = NULL WHERE epoch IS NOT NULL AND ${isBlank}`, args: [] },
      { sql: `UPDATE meta SET value = ? WHERE key = 'epoch' AND value = ''`, args: [newNonce(random)] },
    ],
    'write',
  );
}

/** @throws when the database was never set up */
export async function readEpoch(db: Database, user: UserId): Promise<Epoch> {
  const { rows } = await db.sql.execute({ sql: `SELECT ${epochSql} AS epoch`, args: { user } });
  return v.parse(EpochSchema, rows[0]?.epoch);
}

/** Where a user's history stands, and whether a device's head is of it, for a reply outside the exchange. */
export async function readHistory(
  db: Database,
  heard: { readonly user: UserId; readonly head: Head | null },
): Promise<{ readonly epoch: Epoch; readonly head: Head; readonly known: boolean }> {
  const [history, heads] = await db.sql.batch([historyQuery(heard), headQuery(heard.user)], 'read');
  return { ...toHistory(history?.rows[0]), head: toHead(heads?.rows[0]).head };
}

/** Asks for a user's epoch, and whether a head is of this history; belongs into the batch of what is told with it. */
export function historyQuery(heard: { readonly user: UserId; readonly head: Head | null }): Statement {
  return { sql: `SELECT ${epochSql} AS epoch, ${isKnownSql} AS known`, args: argsOf(heard) };
}

/** What `historyQuery` found. */
export function toHistory(row: SqlRow | undefined): { readonly epoch: Epoch; readonly known: boolean } {
  return { epoch: v.parse(EpochSchema, row?.epoch), known: row?.known === 1 };
}

/** Whether this history ever told the head `:rev`, `:nonce`; having heard nothing is of every history. */
const isKnownSql = `(
  :rev = 0 OR EXISTS (SELECT 1 FROM head_history WHERE user_id = :user AND rev = :rev AND nonce = :nonce))`;

function argsOf({ user, head }: { readonly user: UserId; readonly head: Head | null }) {
  const [rev, nonce] = head === null ? ['0', ''] : head.split('.');
  return { user, rev: Number(rev), nonce: nonce ?? '' };
}

/**
 * The epoch to speak in with a device that last heard of `head`. A head that this database never
 * told belongs to another history, one that a backup put back has lost: then the user's history gets
 * a new epoch, and every device reads it anew and pushes what is missing. A device that still
 * speaks in an epoch which was left for that reason tells nothing new. [PULL-5]
 */
export async function epochFor(
  db: Database,
  { user, cursor, head }: Pick<SyncRequest, 'user' | 'cursor' | 'head'>,
  random: (bytes: number) => Uint8Array,
): Promise<Epoch> {
  const said = (cursor && parseCursor(cursor)?.epoch) ?? null;
  const { rows } = await db.sql.execute({
    sql: `SELECT ${epochSql} AS epoch, ${isKnownSql} OR EXISTS (
        SELECT 1 FROM user_head AS h, json_each(h.left_epochs) AS e WHERE h.user_id = :user AND e.value = :said
      ) AS known`,
    args: { ...argsOf({ user, head }), said },
  });
  const epoch = v.parse(EpochSchema, rows[0]?.epoch);
  if (rows[0]?.known === 1) return epoch;
  const left = said === null || said === epoch ? [epoch] : [epoch, said];
  return mintEpoch(db, { user, epoch, left, minted: newNonce(random) });
}

/** Old enough to be forgotten: it costs no more than one epoch too many. */
const MOST_LEFT = 50;

interface Mint {
  readonly user: UserId;
  /** The one in which the fork was found. */
  readonly epoch: Epoch;
  readonly left: readonly Epoch[];
  readonly minted: string;
}

/** Of several requests that find the same fork one mints; the others hear the epoch that it minted. */
async function mintEpoch(db: Database, { user, epoch, left, minted }: Mint): Promise<Epoch> {
  await db.sql.batch(
    [
      {
        sql: `
          INSERT INTO user_head (user_id, rev, nonce, epoch, left_epochs)
          SELECT :user, 0, '', :minted, :left WHERE ${epochSql} = :epoch
          ON CONFLICT (user_id) DO UPDATE SET epoch = excluded.epoch, left_epochs = (
            SELECT json_group_array(value) FROM (
              SELECT value FROM (
                SELECT value, 0 AS age, key FROM json_each(excluded.left_epochs)
                UNION ALL SELECT value, 1, key FROM json_each(user_head.left_epochs)
              ) ORDER BY age, key LIMIT ${MOST_LEFT}
            )
          )`,
        args: { user, minted, epoch, left: JSON.stringify(left) },
      },
    ],
    'write',
  );
  return readEpoch(db, user);
}
