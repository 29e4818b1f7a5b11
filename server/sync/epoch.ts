import * as v from 'valibot';
import { type Epoch, EpochSchema, type Head, type UserId } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import { headQuery, newNonce, toHead } from './heads.ts';

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

/** Where a user's history stands, for a reply outside the exchange. */
export async function readHistory(db: Database, user: UserId): Promise<{ readonly epoch: Epoch; readonly head: Head }> {
  const statements = [{ sql: `SELECT ${epochSql} AS epoch`, args: { user } }, headQuery(user)];
  const [epochs, heads] = await db.sql.batch(statements, 'read');
  return { epoch: v.parse(EpochSchema, epochs?.rows[0]?.epoch), head: toHead(heads?.rows[0]).head };
}

/**
 * The epoch to speak in with a device that last heard of `head`. A head that this database never
 * told belongs to another history, one that a backup put back has lost: then the user's history gets
 * a new epoch, and every device reads it anew and pushes what is missing. [PULL-5]
 */
export async function epochFor(
  db: Database,
  device: { readonly user: UserId; readonly head: Head | null },
  random: (bytes: number) => Uint8Array,
): Promise<Epoch> {
  const { user, head } = device;
  const [rev, nonce] = head === null ? ['0', ''] : head.split('.');
  const { rows } = await db.sql.execute({
    sql: `SELECT ${epochSql} AS epoch,
      :rev = 0 OR EXISTS (SELECT 1 FROM head_history WHERE user_id = :user AND rev = :rev AND nonce = :nonce) AS known`,
    args: { user, rev: Number(rev), nonce: nonce ?? '' },
  });
  const epoch = v.parse(EpochSchema, rows[0]?.epoch);
  return rows[0]?.known === 1 ? epoch : mintEpoch(db, { user, forked: epoch, minted: newNonce(random) });
}

/** Of several requests that find the same fork one mints; the others hear the epoch that it minted. */
async function mintEpoch(
  db: Database,
  { user, forked, minted }: { readonly user: UserId; readonly forked: Epoch; readonly minted: string },
): Promise<Epoch> {
  await db.sql.batch(
    [
      {
        sql: `
          INSERT INTO user_head (user_id, rev, nonce, epoch) SELECT :user, 0, '', :minted WHERE ${epochSql} = :forked
          ON CONFLICT (user_id) DO UPDATE SET epoch = excluded.epoch`,
        args: { user, minted, forked },
      },
    ],
    'write',
  );
  return readEpoch(db, user);
}
