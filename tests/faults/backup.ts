import { copyFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { World } from './world.ts';

export interface Backup extends AsyncDisposable {
  readonly take: (server: World['server']) => Promise<void>;
  /** Into the directory of a server that does not run. */
  readonly putBack: (server: World['server']) => Promise<void>;
}

/** A plain copy of the database file, as an administrator's disk snapshot has it: the epoch is in it. */
export async function newBackup(): Promise<Backup> {
  const path = join(tmpdir(), `vidfab-backup-${crypto.randomUUID()}.db`);
  return {
    take: async ({ dataDir }) => {
      const db = new DatabaseSync(join(dataDir, 'vidfab.db'));
      db.prepare('VACUUM INTO ?').run(path);
      db.close();
    },
    putBack: async ({ dataDir }) => {
      for (const suffix of ['', '-wal', '-shm']) await rm(join(dataDir, `vidfab.db${suffix}`), { force: true });
      await copyFile(path, join(dataDir, 'vidfab.db'));
    },
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  };
}
