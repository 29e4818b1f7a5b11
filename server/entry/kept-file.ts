import { readFile, writeFile } from 'node:fs/promises';

/** A secret that is made at the first start and kept, readable by the owner alone. */
export async function keptFile(path: string, first: string): Promise<string> {
  try {
    // `wx` makes the file or fails: of two first starts at once, one writes and both read the same.
    await writeFile(path, first, { mode: 0o600, flag: 'wx', flush: true });
  } catch (error) {
    if (!isAlreadyThere(error)) throw error;
  }
  return (await readFile(path, 'utf8')).trim();
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST';
}
