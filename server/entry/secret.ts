import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The secret that signs sessions, made at the first start and kept readable by the owner alone. */
export async function keptSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'auth-secret');
  try {
    // `wx` makes the file or fails: of two first starts at once, one writes and both read the same.
    await writeFile(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
