import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, expect, test } from 'vitest';
import { testUploadStore } from '../../tests/support/upload-store-contract.ts';
import { UploadKeySchema } from '../media/upload-store/upload-store.ts';
import { createFsBlobStore } from './fs-blob-store.ts';
import { createFsUploadStore } from './fs-upload-store.ts';

const directories: string[] = [];
async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-uploads-'));
  directories.push(directory);
  return directory;
}
afterAll(() => Promise.all(directories.map((directory) => rm(directory, { recursive: true, force: true }))));

testUploadStore('a directory', async () => {
  const directory = await newDirectory();
  const reopen = () => createFsUploadStore({ directory });
  return { uploads: reopen(), reopen, blobs: createFsBlobStore({ directory }) };
});

const KEY = v.parse(UploadKeySchema, 'alice/01a20a45-28cd-7a45-b87d-65f4a5106370');
const bytes = () => new Blob([new Uint8Array(1000)]).stream();

test('a disk that is full is told from a store that fails', async () => {
  const directory = await newDirectory();
  const uploads = createFsUploadStore({ directory });
  await mkdir(join(directory, '.uploads/alice'));
  await symlink('/dev/full', join(directory, '.uploads', KEY));
  const full = await uploads.append(KEY, { offset: 0, bytes: bytes(), room: 1000, checksum: null });
  expect(full).toEqual({ kind: 'no_space', size: 0 });
  await uploads.delete(KEY);
  await rm(join(directory, '.staging'), { recursive: true });
  const checksum = { algorithm: 'sha1', hex: '0'.repeat(40) } as const;
  await expect(uploads.append(KEY, { offset: 0, bytes: bytes(), room: 1000, checksum })).rejects.toThrow('ENOENT');
});

test('a part with a checksum leaves nothing in the staging folder', async () => {
  const directory = await newDirectory();
  const uploads = createFsUploadStore({ directory });
  const checksum = { algorithm: 'sha1', hex: '0'.repeat(40) } as const;
  await uploads.append(KEY, { offset: 0, bytes: bytes(), room: 1000, checksum });
  expect(await readdir(join(directory, '.staging'))).toEqual([]);
});

test.each([
  '../../etc/passwd',
  'alice/..',
  '/etc/passwd',
  'alice/01a20a45-28cd-7a45-b87d-65f4a5106370/x',
  '.staging/x',
])('%s is no key', (key) => {
  expect(v.is(UploadKeySchema, key)).toBe(false);
});
