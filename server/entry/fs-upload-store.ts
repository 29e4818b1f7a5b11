import { createHash, randomUUID } from 'node:crypto';
import { constants, mkdirSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import { BlobKeySchema, type Bytes } from '../media/blob-store/blob-store.ts';
import { upTo } from '../media/upload-store/up-to.ts';
import {
  type Appended,
  type Checksum,
  type UploadKey,
  UploadKeySchema,
  type UploadStore,
} from '../media/upload-store/upload-store.ts';
import { absentAsNull, codeOf, place, readFileStream, syncDirectory } from './fs-files.ts';

/** Bytes after which they are made durable in mid-part, so that the end of a long one is not a long wait. */
const SYNC_EVERY = 64 * 1024 * 1024;

/** Bytes of a part that met a full disk, given up so that a database on the same disk can go on. */
const GIVEN_BACK = 8 * 1024 * 1024;

/**
 * Uploads as growing files in the blob store's own tree, so that finishing one is a rename. Several
 * processes may share the directory.
 */
export function createFsUploadStore({ directory }: { readonly directory: string }): UploadStore {
  const uploads = join(directory, '.uploads');
  const staging = join(directory, '.staging');
  for (const folder of [uploads, staging]) mkdirSync(folder, { recursive: true });
  const pathOf = (key: UploadKey) => join(uploads, v.parse(UploadKeySchema, key));

  async function openForAppend(key: UploadKey): Promise<FileHandle> {
    const path = pathOf(key);
    const folder = dirname(path);
    if ((await mkdir(folder, { recursive: true })) !== undefined) await syncDirectory(uploads);
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    if ((await file.stat()).size === 0) await syncDirectory(folder);
    return file;
  }

  /** Holds a part back until it is known to be the one that was announced. */
  async function appendChecked(
    file: FileHandle,
    part: { readonly offset: number; readonly bytes: Bytes; readonly room: number; readonly checksum: Checksum },
  ): Promise<Appended['kind']> {
    const { offset, bytes, room, checksum } = part;
    const path = join(staging, randomUUID());
    const hash = createHash(checksum.algorithm);
    const incoming = upTo(room, bytes);
    const staged = await open(path, 'wx+');
    try {
      for await (const chunk of incoming.chunks()) {
        hash.update(chunk);
        await staged.writeFile(chunk);
      }
      if (incoming.end() !== 'kept') return incoming.end();
      if (hash.digest('hex') !== checksum.hex) return 'mismatch';
      await writeFrom(file, offset, staged.createReadStream({ start: 0, autoClose: false }));
      return 'kept';
    } finally {
      await staged.close();
      await rm(path, { force: true });
    }
  }

  return {
    async size(key) {
      const file = await absentAsNull(open(pathOf(key)));
      if (!file) return 0;
      try {
        await file.datasync();
        return (await file.stat()).size;
      } finally {
        await file.close();
      }
    },

    async append(key, { offset, bytes, room, checksum }) {
      const file = await openForAppend(key);
      try {
        const { size } = await file.stat();
        if (size !== offset) {
          // One that broke already rejects.
          await bytes.cancel().catch(() => undefined);
          return { kind: 'elsewhere', size };
        }
        const kind = await keep();
        await file.datasync();
        return { kind, size: (await file.stat()).size };
      } catch (error) {
        if (codeOf(error) !== 'ENOSPC') throw error;
        const { size } = await file.stat();
        if (size > offset) await file.truncate(Math.max(offset, size - GIVEN_BACK));
        return { kind: 'no_space', size: (await file.stat()).size };
      } finally {
        await file.close();
      }

      async function keep(): Promise<Appended['kind']> {
        if (checksum !== null) return appendChecked(file, { offset, bytes, room, checksum });
        const incoming = upTo(room, bytes);
        await writeFrom(file, offset, incoming.chunks());
        return incoming.end();
      }
    },

    read: (key, range) => readFileStream(pathOf(key), range),

    async finish(key, to) {
      const [source, target] = [pathOf(key), join(directory, v.parse(BlobKeySchema, to))];
      const file = await absentAsNull(open(source));
      try {
        await file?.sync();
      } finally {
        await file?.close();
      }
      let moved: true | null = null;
      await place(directory, target, async () => {
        moved = await absentAsNull(rename(source, target).then(() => true as const));
      });
      if (moved) await syncDirectory(dirname(source));
      return moved || (await absentAsNull(stat(target))) ? 'finished' : 'missing';
    },

    async delete(key) {
      await rm(pathOf(key), { force: true });
    },

    async list() {
      const files = await readdir(uploads, { recursive: true });
      const keys = files.filter((name) => v.is(UploadKeySchema, name)).map((name) => v.parse(UploadKeySchema, name));
      const found = await Promise.all(keys.map((key) => absentAsNull(stat(pathOf(key)))));
      return keys.flatMap((key, index) => {
        const file = found[index];
        return file ? [{ key, touchedAt: file.mtimeMs }] : [];
      });
    },
  };
}

/** Writes at a place of its own choosing, never at the end: whoever should write the same bytes too does no harm. */
async function writeFrom(file: FileHandle, start: number, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  let position = start;
  let synced = start;
  for await (const chunk of bytes) {
    for (let done = 0; done < chunk.byteLength; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.byteLength - done, position);
      done += bytesWritten;
      position += bytesWritten;
    }
    if (position - synced < SYNC_EVERY) continue;
    await file.datasync();
    synced = position;
  }
}
