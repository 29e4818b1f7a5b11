import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from './libsql-database.ts';
import { migrate } from './migrate.ts';

let directory: string;
let folder: string;
let url: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vidfab-migrate-'));
  folder = join(directory, 'migrations');
  url = `file:${join(directory, 'test.db')}`;
  await mkdir(folder);
  await writeFile(
    join(folder, '0000_a.sql'),
    'CREATE TABLE a (n INTEGER);\n--> statement-breakpoint\nINSERT INTO a VALUES (1);',
  );
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = () => openDatabase({ url, authToken: undefined });
const read = async (sql: string) => {
  const db = await open();
  const { rows } = await db.sql.execute({ sql, args: [] });
  db.close();
  return rows.map((row) => Object.values(row)[0]);
};

describe('migrate', () => {
  test('applies each file once, in the order of their names', async () => {
    const db = await open();
    await migrate(db.sql, folder);
    await writeFile(join(folder, '0001_b.sql'), 'INSERT INTO a SELECT n + 1 FROM a;');
    await writeFile(join(folder, '0002_c.sql'), 'INSERT INTO a SELECT n + 10 FROM a;');
    await migrate(db.sql, folder);
    await migrate(db.sql, folder);
    expect(await read('SELECT n FROM a ORDER BY n')).toEqual([1, 2, 11, 12]);
  });

  test('by several servers at once is done once', async () => {
    await Promise.all(Array.from({ length: 5 }, async () => migrate((await open()).sql, folder)));
    expect(await read('SELECT n FROM a')).toEqual([1]);
  });

  test('that fails in the middle leaves nothing of the file behind, and says which it was', async () => {
    await writeFile(
      join(folder, '0001_b.sql'),
      'CREATE TABLE b (n);\n--> statement-breakpoint\nINSERT INTO nowhere VALUES (1);',
    );
    const db = await open();
    await expect(migrate(db.sql, folder)).rejects.toThrow('migration 0001_b.sql failed');
    expect(await read(`SELECT name FROM sqlite_master WHERE name IN ('a', 'b')`)).toEqual(['a']);
    await writeFile(join(folder, '0001_b.sql'), 'CREATE TABLE b (n);');
    await migrate(db.sql, folder);
    expect(await read('SELECT name FROM applied_migration ORDER BY name')).toEqual(['0000_a.sql', '0001_b.sql']);
  });
});

test('an embedded file is durable, readable while written, and holds references', async () => {
  const db = await open();
  const pragma = async (name: string) =>
    Object.values((await db.sql.execute({ sql: `PRAGMA ${name}`, args: [] })).rows[0] ?? {})[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
  expect(await pragma('busy_timeout')).toBe(5000);
});
