/**
 * A PUT that breaks off leaves on S3 what was there; s3rver writes into the object itself, and so
 * would leave half of it. Here the bytes become an object once all of them are there. Until then they
 * lie beside it: s3rver removes a directory as soon as it has nothing in it.
 */
import { rename, rm } from 'node:fs/promises';
import type S3rver from '@20minutes/s3rver';

export function replaceWhole(store: S3rver['store']): void {
  const putContent = store.putContent.bind(store);
  store.putContent = async (path, content) => {
    const incoming = `${path}.${crypto.randomUUID()}`;
    try {
      const written = await putContent(incoming, content);
      await rename(incoming, path);
      return written;
    } finally {
      await rm(incoming, { force: true });
    }
  };
}
