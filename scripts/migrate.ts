/**
 * Brings the database of DATABASE_URL up to date. A server on Node does this itself when it starts;
 * one on workerd cannot.
 */
import { getRandomValues } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../server/entry/libsql-database.ts';
import { migrate } from '../server/entry/migrate.ts';
import { ensureEpoch } from '../server/sync/epoch.ts';

const url = process.env.DATABASE_URL;
if (!url) {
  process.stderr.write('vidfab: DATABASE_URL says which database to bring up to date\n');
  process.exit(1);
}
const db = await openDatabase({ url, authToken: process.env.DATABASE_AUTH_TOKEN });
await migrate(db.sql, fileURLToPath(new URL('../migrations', import.meta.url)));
await ensureEpoch(db, (bytes) => getRandomValues(new Uint8Array(bytes)));
db.close();
process.stdout.write('The database is up to date.\n');
