import * as v from 'valibot';
import type { BlobKey } from '../blob-store/blob-store.ts';
import { createS3Client, type S3Client } from '../s3/client.ts';
import { copyObject, joinObjects } from '../s3/copy.ts';
import { deleteObject, listObjects, sizeOf } from '../s3/objects.ts';
import { type AppendDeps, appendSegments } from './append-segments.ts';
import { listSegments, readSegments, type Segments, UPLOADS } from './segments.ts';
import { type StoredUpload, type UploadKey, UploadKeySchema, type UploadStore } from './upload-store.ts';

/**
 * Uploads as rows of objects in the bucket of the blobs, which joins them by itself in the end. A part
 * in the making is held in memory up to a segment, so a kill loses no more than that of it.
 */
export function createS3UploadStore(deps: AppendDeps): UploadStore {
  const client = createS3Client(deps);

  async function removeAll(keys: readonly string[]): Promise<void> {
    // The first one first: without it the others are nothing any more.
    for (const name of keys) await deleteObject(client, name);
  }

  return {
    size: async (key) => (await listSegments(client, key)).size,

    async append(key, part) {
      const segments = await listSegments(client, key);
      if (segments.size !== part.offset) {
        // One that broke already rejects.
        await part.bytes.cancel().catch(() => undefined);
        return { kind: 'elsewhere', size: segments.size };
      }
      await removeAll(segments.stray);
      const kind = await appendSegments(deps, client, { key, segments, part });
      return { kind, size: (await listSegments(client, key)).size };
    },

    async read(key, range) {
      const segments = await listSegments(client, key);
      return segments.size === 0 ? null : readSegments(client, segments, range);
    },

    async finish(key, to) {
      const segments = await listSegments(client, key);
      if (segments.size > 0) await join(client, segments, to);
      else if ((await sizeOf(client, to)) === null) return 'missing';
      await removeAll([...segments.keys, ...segments.stray]);
      return 'finished';
    },

    async delete(key) {
      const { keys, stray } = await listSegments(client, key);
      await removeAll([...keys, ...stray]);
    },

    async list() {
      const touched = new Map<UploadKey, number>();
      for await (const { key: name, writtenAt } of listObjects(client, UPLOADS)) {
        const key = v.safeParse(UploadKeySchema, name.slice(UPLOADS.length, name.lastIndexOf('/')));
        if (key.success) touched.set(key.output, Math.max(touched.get(key.output) ?? 0, writtenAt));
      }
      return Array.from(touched, ([key, touchedAt]): StoredUpload => ({ key, touchedAt }));
    },
  };
}

async function join(client: S3Client, { keys, size }: Segments, to: BlobKey): Promise<void> {
  const [first = ''] = keys;
  if (keys.length === 1) await copyObject(client, { from: first, to, bytes: size });
  else {
    const pieces = keys.map((from) => ({ from }));
    await joinObjects(client, to, pieces);
  }
}
