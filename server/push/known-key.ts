import type { Database } from '../db/database.ts';

/** What browsers that have subscribed know this database's servers by. */
export interface KnownKey {
  /** Null where no server has noted it. */
  readonly publicKey: string | null;
  readonly subscriptions: number;
}

export async function readKnownKey(db: Database): Promise<KnownKey> {
  const { rows } = await db.sql.execute({
    sql: `SELECT (SELECT value FROM meta WHERE key = 'vapid') AS known, (SELECT count(*) FROM push_subscription) AS n`,
    args: [],
  });
  const known = rows[0]?.known;
  return { publicKey: typeof known === 'string' ? known : null, subscriptions: Number(rows[0]?.n ?? 0) };
}

/**
 * Notes the key that this server is known by from now on.
 * @returns how many browsers knew it by another: they hear nothing until they subscribe anew
 */
export async function noteKnownKey(db: Database, publicKey: string): Promise<number> {
  const before = await readKnownKey(db);
  if (before.publicKey === publicKey) return 0;
  await db.sql.batch(
    [
      {
        sql: `INSERT INTO meta (key, value) VALUES ('vapid', ?) ON CONFLICT DO UPDATE SET value = excluded.value`,
        args: [publicKey],
      },
    ],
    'write',
  );
  return before.publicKey === null ? 0 : before.subscriptions;
}
