import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { Database } from '../../server/db/database.ts';
import { openDatabase } from '../../server/entry/libsql-database.ts';
import { migrate } from '../../server/entry/migrate.ts';
import { ensureEpoch } from '../../server/sync/epoch.ts';
import { PROJECT } from '../support/server.ts';
import { describeCommit } from '../support/server-store/commit-contract.ts';
import { describeHistory } from '../support/server-store/history-contract.ts';
import { type Sqld, startSqld } from '../support/sqld.ts';

let sqld: Sqld;
let db: Database & { readonly close: () => void };

beforeAll(async () => {
  sqld = await startSqld();
  db = await openDatabase({ url: sqld.url, authToken: undefined });
  await migrate(db.sql, join(PROJECT, 'migrations'));
});
afterAll(async () => {
  db?.close();
  await sqld?.[Symbol.asyncDispose]();
});

/** One server for all tests, emptied before each. */
async function openEmpty(): Promise<Database> {
  const tables = [
    'video',
    'generation',
    'video_alias',
    'ingest_job',
    'blob_deletion',
    'upload',
    'user_head',
    'head_history',
    'meta',
  ];
  await db.sql.batch(
    tables.map((table) => ({ sql: `DELETE FROM ${table}`, args: [] })),
    'write',
  );
  await ensureEpoch(db, (bytes) => crypto.getRandomValues(new Uint8Array(bytes)));
  return db;
}

describeCommit('a libSQL server', openEmpty);
describeHistory('a libSQL server', openEmpty);
