/**
 * `npm run restore -- <file>`: puts a backup in the place of the embedded database. The one that was
 * there is kept beside it. Refuses while a server uses the database.
 */
import { existsSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  blankEpoch,
  checkIntegrity,
  contents,
  openFile,
  placeOf,
  removeCompanions,
  runScript,
  sync,
  syncDirectoryOf,
  utcStamp,
} from './database-file.ts';

const MIGRATIONS = fileURLToPath(new URL('../migrations', import.meta.url));

await runScript(async () => {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [given] = positionals;
  if (given === undefined || positionals.length > 1) throw new Error('name the backup: npm run restore -- <file>');
  const backup = resolve(given);
  const { database } = placeOf(process.env);
  if (!existsSync(backup)) throw new Error(`there is no file ${backup}`);
  if (backup === database) throw new Error(`${backup} is the database itself`);
  await mkdir(dirname(database), { recursive: true });

  const restored = `${database}.${process.pid}.restoring`;
  try {
    const inside = await prepare(backup, restored);
    const kept = existsSync(database) ? await keep(database) : null;
    await removeCompanions(database);
    await rename(restored, database);
    await syncDirectoryOf(database);
    return [
      `Restored ${inside} from ${backup}`,
      ...(kept ? [`What was there is kept as ${kept}`] : []),
      'Start the server: devices then read everything anew and push what is missing. Generations that had not ended are held, so that nothing is charged twice.',
    ].join('\n');
  } finally {
    await rm(restored, { force: true });
    await removeCompanions(restored);
  }
});

/**
 * Copies, so that the backup itself is never written to, and makes sure that this version can serve it.
 * @returns what it holds
 */
async function prepare(backup: string, restored: string): Promise<string> {
  await copyFile(backup, restored);
  // A copy that someone made by hand may have its newest pages there.
  if (existsSync(`${backup}-wal`)) await copyFile(`${backup}-wal`, `${restored}-wal`);
  const db = openFile(restored);
  try {
    await db.execute('PRAGMA journal_mode = DELETE');
    await checkIntegrity(db);
    const { rows } = await db.execute('SELECT name FROM applied_migration ORDER BY name');
    const known = new Set(await readdir(MIGRATIONS));
    const unknown = rows.map(({ name }) => String(name)).find((name) => !known.has(name));
    if (unknown) throw new Error(`it was made by a newer VidFab, with ${unknown}`);
    await blankEpoch(db);
    return await contents(db);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${backup} cannot be restored: ${reason}`);
  } finally {
    db.close();
    await sync(restored);
  }
}

/**
 * Gives the present database a second name, whole in one file. It keeps its first one until the
 * restored one takes that: there is no moment at which a server would find none and make an empty one.
 * @returns where it is kept
 */
async function keep(database: string): Promise<string> {
  const kept = `${database}.before-${utcStamp(new Date())}`;
  const db = openFile(database);
  try {
    // Only who is alone with a database may end its write-ahead log; this also folds the log into the file.
    await db.execute('PRAGMA journal_mode = DELETE');
  } catch (error) {
    if (isBusy(error)) {
      throw new Error(`${database} is in use: stop the server first, else it would go on with what is replaced`);
    }
    // Damaged, which may be why it is replaced: what is left of its log is kept with it.
    for (const suffix of ['-wal', '-shm']) {
      if (existsSync(`${database}${suffix}`)) await rename(`${database}${suffix}`, `${kept}${suffix}`);
    }
  } finally {
    db.close();
  }
  // Not every file system knows two names for one file.
  await link(database, kept).catch(() => copyFile(database, kept));
  await sync(kept);
  return kept;
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && /SQLITE_BUSY|database is locked/.test(error.message);
}
