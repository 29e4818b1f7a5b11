import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { drizzle } from 'drizzle-orm/libsql';
import * as authSchema from '../../server/db/auth-schema.ts';
import type { Database } from '../../server/db/database.ts';
import * as schema from '../../server/db/schema.ts';
import { ensureEpoch } from '../../server/sync/epoch.ts';

const migrations = join(import.meta.dirname, '../../migrations');

const directory = mkdtempSync(join(tmpdir(), 'vidfab-db-'));
process.once('exit', () => rmSync(directory, { recursive: true, force: true }));

export interface TestDatabase extends Database {
  readonly path: string;
}

/** A migrated database in a real file of its own. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const path = join(directory, `${crypto.randomUUID()}.db`);
  const { client, db } = open(path);
  await client.execute('PRAGMA journal_mode = WAL');
  const files = readdirSync(migrations).filter((name) => name.endsWith('.sql'));
  for (const name of files.sort()) await client.executeMultiple(readFileSync(join(migrations, name), 'utf8'));
  await ensureEpoch(db, (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
  return db;
}

/** A backup of a database as it is now, epoch and all, opened as a database of its own. */
export async function copyOf(db: Database): Promise<TestDatabase> {
  const path = join(directory, `${crypto.randomUUID()}.db`);
  await db.sql.execute({ sql: 'VACUUM INTO ?', args: [path] });
  return open(path).db;
}

function open(path: string) {
  const client = createClient({ url: `file:${path}` });
  return { client, db: { sql: client, orm: drizzle(client, { schema: { ...schema, ...authSchema } }), path } };
}
