import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { ByteRange, Bytes } from '../media/blob-store/blob-store.ts';

/** A live transfer writes, or is given up, well within this. */
const STAGED_FOR_MS = 10 * 60_000;

/** Gives a file of the tree under `root` its name, and makes the name durable. */
export async function place(root: string, target: string, move: (target: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  await move(target);
  // A name is durable only once each directory that leads to it is.
  for (const folder of [dirname(target), dirname(dirname(target)), root]) await syncDirectory(folder);
}

/** Null where there is no such file. */
export async function readFileStream(path: string, range: ByteRange | undefined): Promise<Bytes | null> {
  const file = await absentAsNull(open(path));
  if (!file) return null;
  const stream: Bytes = Readable.toWeb(file.createReadStream({ ...range, highWaterMark: 256 * 1024 }));
  return stream;
}

/** Removes what killed processes left half written. */
export async function sweepStaging(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const found = await absentAsNull(stat(path));
    if (found && Date.now() - found.mtimeMs > STAGED_FOR_MS) await rm(path, { force: true });
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

export async function absentAsNull<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
