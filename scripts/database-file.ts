// What backup, restore and scrub share: which file it is, how it is opened, checked, and moved durably.
import { open, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@libsql/client';
import { isEmbedded, parseEnv } from '../server/entry/env.ts';

export interface Place {
  readonly dataDir: string;
  /** The file that a server with this environment opens. */
  readonly database: string;
}

/** @throws where the database is not a file of this machine, with what to do instead */
export function placeOf(env: Readonly<Record<string, string | undefined>>): Place {
  const url = env.DATABASE_URL || undefined;
  if (!isEmbedded(url)) {
    throw new Error(
      'DATABASE_URL names a database server: use its own backups (`turso db shell <name> .dump`, or a copy of the ' +
        `volume of sqld). Before a restored one is served again, run: ${BLANK}; ${BLANK_OF_USERS};`,
    );
  }
  const parsed = parseEnv(env);
  if (!parsed.ok) throw new Error(parsed.problem);
  const { DATA_DIR } = parsed.env;
  return { dataDir: DATA_DIR, database: url === undefined ? join(DATA_DIR, 'vidfab.db') : pathOf(url) };
}

const BLANK = `UPDATE meta SET value = '' WHERE key = 'epoch'`;
const BLANK_OF_USERS = 'UPDATE user_head SET epoch = NULL';

/** A history without an epoch gets a new one when a server starts on it, so that devices heal it. [PULL-5] */
export async function blankEpoch(db: Client): Promise<void> {
  const { rows } = await db.execute(`SELECT 1 FROM pragma_table_info('user_head') WHERE name = 'epoch'`);
  // The first databases had one epoch for everyone.
  await db.batch([BLANK, ...(rows.length > 0 ? [BLANK_OF_USERS] : [])], 'write');
}

/** @param path of a file that is there: SQLite would make it otherwise */
export function openFile(path: string): Client {
  return createClient({ url: `file:${encodeURI(path)}`, concurrency: 1, timeout: 5000 });
}

/** @throws with the first thing that is wrong with the file */
export async function checkIntegrity(db: Client): Promise<void> {
  const { rows } = await db.execute('PRAGMA integrity_check(1)');
  const verdict = String(rows[0]?.integrity_check);
  if (verdict !== 'ok') throw new Error(verdict);
}

/** What is in it, in words. */
export async function contents(db: Client): Promise<string> {
  const { rows } = await db.execute(`
    SELECT (SELECT count(*) FROM video WHERE purged_at IS NULL) AS videos,
      (SELECT count(*) FROM generation WHERE purged_at IS NULL) AS generations,
      (SELECT count(*) FROM user) AS people`);
  const [counts] = rows;
  return `${counts?.videos} videos, ${counts?.generations} generations, ${counts?.people} people`;
}

/** Waits until a file, or the names in a directory, would survive a power cut. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function syncDirectoryOf(path: string): Promise<void> {
  // Windows opens no directory, and needs no such thing.
  if (process.platform !== 'win32') await sync(dirname(path));
}

/** Removes what SQLite may have left beside a file that is gone or about to be replaced. */
export async function removeCompanions(path: string): Promise<void> {
  for (const suffix of ['-wal', '-shm', '-journal']) await rm(`${path}${suffix}`, { force: true });
}

/** `20261124T043011Z`: sorts by time, and is a file name everywhere. */
export function utcStamp(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '');
}

/** Runs a script to its end; what stops it is one line, and the exit code that is given for that. */
export async function runScript(main: () => Promise<string>, failure = 1): Promise<void> {
  try {
    process.stdout.write(`${await main()}\n`);
  } catch (error) {
    process.stderr.write(`vidfab: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = failure;
  }
}

function pathOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url.split('?', 1)[0] ?? url);
  const path = decodeURIComponent(url.slice('file:'.length).split('?', 1)[0] ?? '');
  if (path === ':memory:') throw new Error('DATABASE_URL is a database in memory: there is no file');
  return resolve(path);
}
