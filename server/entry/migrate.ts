import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SqlClient } from '../db/database.ts';

/**
 * Brings a database up to date with the SQL files of a folder, in the order of their names, each as
 * one transaction. Servers that start together may all call it: one wins, the others find it done.
 * Neither drizzle's migrator nor `client.migrate` is safe for that.
 */
export async function migrate(sql: SqlClient, folder: string): Promise<void> {
  const create =
    'CREATE TABLE IF NOT EXISTS applied_migration (name TEXT PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL)';
  await sql.batch([{ sql: create, args: [] }], 'write');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  let applied = await appliedNames(sql);
  for (const name of names.filter((candidate) => !applied.has(candidate))) {
    const text = await readFile(join(folder, name), 'utf8');
    try {
      await sql.batch(
        [
          // First, so that a second server fails here and not in the middle of the file.
          { sql: `INSERT INTO applied_migration VALUES (?, unixepoch() * 1000)`, args: [name] },
          ...text.split('--> statement-breakpoint').map((statement) => ({ sql: statement, args: [] })),
        ],
        'write',
      );
    } catch (error) {
      applied = await appliedNames(sql);
      if (!applied.has(name)) throw new Error(`migration ${name} failed`, { cause: error });
    }
  }
}

async function appliedNames(sql: SqlClient): Promise<ReadonlySet<unknown>> {
  const { rows } = await sql.execute({ sql: 'SELECT name FROM applied_migration', args: [] });
  return new Set(rows.map(({ name }) => name));
}
