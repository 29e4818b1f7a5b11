import { createHash, randomUUID } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { access, link, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { type BlobKey, BlobKeySchema, type BlobStore, videoKey } from '../media/blob-store/blob-store.ts';
import { absentAsNull, codeOf, place, readFileStream, sweepStaging } from './fs-files.ts';

const STAGING = '.staging';

/**
 * Blobs as files under their keys. Several processes may share the directory.
 * @param options.keepStaged leaves alone what killed processes staged
 */
export function createFsBlobStore(options: { readonly directory: string; readonly keepStaged?: boolean }): BlobStore {
  const { directory } = options;
  const staging = join(directory, STAGING);
  mkdirSync(staging, { recursive: true });
  if (!options.keepStaged) void sweepStaging(staging).catch(() => undefined);
  const pathOf = (key: BlobKey) => join(directory, v.parse(BlobKeySchema, key));

  /** Writes a file under a name of its own, durably, and then moves it with `commit`. */
  async function stage<T>(bytes: AsyncIterable<Uint8Array>, commit: (path: string) => Promise<T>): Promise<T> {
    const path = join(staging, randomUUID());
    try {
      const file = await open(path, 'wx');
      try {
        for await (const chunk of bytes) await file.writeFile(chunk);
        await file.sync();
      } finally {
        await file.close();
      }
      return await commit(path);
    } finally {
      await rm(path, { force: true });
    }
  }

  return {
    async put(owner, bytes, maxBytes) {
      const hash = createHash('sha256');
      let size = 0;
      async function* counted() {
        for await (const chunk of bytes) {
          size += chunk.byteLength;
          if (size > maxBytes) return;
          hash.update(chunk);
          yield chunk;
        }
      }
      return stage(counted(), async (staged) => {
        if (size > maxBytes) return { kind: 'too_large' };
        const sha256 = hash.digest('hex');
        const key = videoKey(owner, sha256);
        await place(directory, pathOf(key), (target) => rename(staged, target));
        return { kind: 'stored', key, sha256, bytes: size };
      });
    },

    async putSmall(key, bytes) {
      return stage(Readable.from([bytes]), async (staged) => {
        try {
          await place(directory, pathOf(key), (target) => link(staged, target));
          return 'stored';
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'exists';
          throw error;
        }
      });
    },

    read: (key, range) => readFileStream(pathOf(key), range),

    async size(key) {
      return (await absentAsNull(stat(pathOf(key))))?.size ?? null;
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    async list({ user, video }) {
      const names = (await absentAsNull(readdir(join(directory, user, video)))) ?? [];
      return names.map((name) => v.parse(BlobKeySchema, `${user}/${video}/${name}`));
    },

    async *entries() {
      for await (const path of filesIn(directory)) {
        const found = await absentAsNull(stat(path));
        const name = relative(directory, path).replaceAll(sep, '/');
        const key = v.safeParse(BlobKeySchema, name);
        if (!found || !(key.success || name.startsWith(`${STAGING}/`))) continue;
        yield {
          key: key.success ? key.output : null,
          name,
          bytes: found.size,
          writtenAt: found.mtimeMs,
          remove: () => rm(path, { force: true }),
        };
      }
    },

    async check() {
      await access(staging, constants.R_OK | constants.W_OK);
    },
  };
}

/** Every file, a directory at a time. */
async function* filesIn(directory: string): AsyncGenerator<string> {
  for await (const entry of (await absentAsNull(opendir(directory))) ?? []) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile()) yield path;
  }
}
