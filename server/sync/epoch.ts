import * as v from 'valibot';
import { type Epoch, EpochSchema } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import { newNonce } from './heads.ts';

/**
 * The epoch of this database's history. It is random, never counted: a database whose epoch is
 * blank, new or restored from a backup, starts a history of its own. [PULL-5]
 * @param random cryptographic random bytes
 */
export async function ensureEpoch(db: Database, random: (bytes: number) => Uint8Array): Promise<Epoch> {
  const minted = newNonce(random);
  await db.sql.batch(
    [
      { sql: `INSERT INTO meta (key, value) VALUES ('epoch', '') ON CONFLICT DO NOTHING`, args: [] },
      { sql: `UPDATE meta SET value = ? WHERE key = 'epoch' AND value = ''`, args: [minted] },
    ],
    'write',
  );
  return readEpoch(db);
}

/** @throws when the database was never set up */
export async function readEpoch(db: Database): Promise<Epoch> {
  const { rows } = await db.sql.execute({ sql: `SELECT value FROM meta WHERE key = 'epoch'`, args: [] });
  return v.parse(EpochSchema, rows[0]?.value);
}
