/**
 * A PUT that breaks off leaves on S3 what was there; s3rver writes into the object itself, and so
 * would leave half of it. Here the bytes become an object once all of them are there.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type S3rver from '@20minutes/s3rver';

export function replaceWhole(store: S3rver['store'], incoming: string): void {
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const staged = join(incoming, crypto.randomUUID());
    try {
      const written = await putContent(staged, content);
      await mkdir(dirname(path), { recursive: true });
      await rename(staged, path);
      return written;
    } finally {
      await rm(staged, { force: true });
    }
  };
}
