import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The stored videos of a server: every file under its media directory that is no poster and no staging file. */
export function storedVideos(dataDir: string): { readonly path: string; readonly sha256: string }[] {
  const media = join(dataDir, 'media');
  return readdirSync(media, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, bytes: readFileSync(path) }))
    .filter(({ bytes }) => bytes.subarray(4, 8).toString('latin1') === 'ftyp')
    .map(({ path, bytes }) => ({ path, sha256: createHash('sha256').update(bytes).digest('hex') }));
}
