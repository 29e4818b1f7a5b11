/**
 * `npm run backup [-- <file>] [--force]`: a consistent copy of the embedded database, with the server
 * running or not. The copy has no epoch, so that a server that is started on it begins a new one and
 * devices push what it lacks. [PULL-5]
 */
import { existsSync } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
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

await runScript(async () => {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { force: { type: 'boolean' } } });
  if (positionals.length > 1) throw new Error('name one file: npm run backup -- <file>');
  const { dataDir, database } = placeOf(process.env);
  if (!existsSync(database)) throw new Error(`there is no database at ${database}`);
  const target = resolve(positionals[0] ?? join(dataDir, 'backups', `vidfab-${utcStamp(new Date())}.db`));
  if (target === database) throw new Error('a backup cannot take the place of the database itself');
  if (existsSync(target) && !values.force) throw new Error(`${target} is there already; --force replaces it`);
  await mkdir(dirname(target), { recursive: true });

  const partial = `${target}.${process.pid}.partial`;
  try {
    const inside = await copy(database, partial);
    await rename(partial, target);
    await syncDirectoryOf(target);
    return `Backed up ${inside} to ${target} (${megabytes((await stat(target)).size)})`;
  } finally {
    await rm(partial, { force: true });
    await removeCompanions(partial);
  }
});

/** @returns what the copy holds */
async function copy(database: string, partial: string): Promise<string> {
  // Readable by its owner alone, like the database: it holds sessions and password hashes.
  await (await open(partial, 'wx', 0o600)).close();
  const source = openFile(database);
  try {
    await source.execute({ sql: 'VACUUM INTO ?', args: [partial] });
  } finally {
    source.close();
  }
  const made = openFile(partial);
  try {
    await blankEpoch(made);
    await checkIntegrity(made);
    return await contents(made);
  } finally {
    made.close();
    await sync(partial);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
