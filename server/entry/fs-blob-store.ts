import { createHash, randomUUID } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { access, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { type BlobKey, BlobKeySchema, type BlobStore, type Bytes, videoKey } from '../media/blob-store/blob-store.ts';

/** A live transfer writes, or is given up, well within this. */
const STAGED_FOR_MS = 10 * 60_000;

/** Blobs as files under their keys. Several processes may share the directory. */
export function createFsBlobStore({ directory }: { readonly directory: string }): BlobStore {
  const staging = join(directory, '.staging');
  mkdirSync(staging, { recursive: true });
  void sweep(staging).catch(() => undefined);
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

  async function place(key: BlobKey, move: (target: string) => Promise<void>): Promise<void> {
    const target = pathOf(key);
    await mkdir(dirname(target), { recursive: true });
    await move(target);
    // A name is durable only once each directory that leads to it is.
    for (const folder of [dirname(target), dirname(dirname(target)), directory]) await syncDirectory(folder);
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
        await place(key, (target) => rename(staged, target));
        return { kind: 'stored', key, sha256, bytes: size };
      });
    },

    async putSmall(key, bytes) {
      return stage(Readable.from([bytes]), async (staged) => {
        try {
          await place(key, (target) => link(staged, target));
          return 'stored';
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return 'exists';
          throw error;
        }
      });
    },

    async read(key, range) {
      const file = await absentAsNull(open(pathOf(key)));
      if (!file) return null;
      const stream: Bytes = Readable.toWeb(file.createReadStream({ ...range, highWaterMark: 256 * 1024 }));
      return stream;
    },

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

    async check() {
      await access(staging, constants.R_OK | constants.W_OK);
    },
  };
}

/** Removes what killed processes left half written. */
async function sweep(staging: string): Promise<void> {
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const found = await absentAsNull(stat(path));
    if (found && Date.now() - found.mtimeMs > STAGED_FOR_MS) await rm(path, { force: true });
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function absentAsNull<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
