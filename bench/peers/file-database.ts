import { join } from 'node:path';
import { type Client, createClient } from '@libsql/client';

/** A SQLite file with the durability of ours: WAL, `synchronous` FULL. */
export async function openFileDatabase(): Promise<Client> {
  const db = createClient({ url: `file:${join(process.env.DATA_DIR ?? '.', 'peer.db')}`, concurrency: 1 });
  await db.execute('PRAGMA journal_mode = WAL');
  await db.execute('PRAGMA synchronous = FULL');
  return db;
}
