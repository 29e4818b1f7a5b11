import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { testBlobStore } from '../../tests/support/blob-store-contract.ts';
import { BlobKeySchema } from '../media/blob-store/blob-store.ts';
import { createFsBlobStore } from './fs-blob-store.ts';

const directories: string[] = [];
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-blobs-'));
  directories.push(directory);
  return directory;
}
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

testBlobStore('a directory', async () => createFsBlobStore({ directory: await newDirectory() }));

test('what a killed process staged is removed at the next start, what is being written is not', async () => {
  const directory = await newDirectory();
  createFsBlobStore({ directory });
  const staging = join(directory, '.staging');
  await writeFile(join(staging, 'dead'), 'half');
  await writeFile(join(staging, 'alive'), 'half');
  const longAgo = new Date(Date.now() - 3_600_000);
  await utimes(join(staging, 'dead'), longAgo, longAgo);
  createFsBlobStore({ directory });
  await expect.poll(() => readdir(staging)).toEqual(['alive']);
});

test.each([
  '../../etc/passwd',
  'alice/../bob/poster',
  '/etc/passwd',
  'alice/01a20a45-28cd-7a45-b87d-65f4a5106370/..',
  'alice/01a20a45-28cd-7a45-b87d-65f4a5106370/poster/x',
  'alice/01a20a45-28cd-7a45-b87d-65f4a5106370/poster\0',
  '.staging/01a20a45-28cd-7a45-b87d-65f4a5106370/poster',
])('%s is no key', (key) => {
  expect(v.is(BlobKeySchema, key)).toBe(false);
});

test('a directory that is gone is not ready', async () => {
  const directory = await newDirectory();
  const blobs = createFsBlobStore({ directory });
  await rm(directory, { recursive: true });
  await expect(blobs.check()).rejects.toThrow('ENOENT');
});
