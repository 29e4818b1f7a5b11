import { afterEach, expect, test, vi } from 'vitest';
import { hashBlob } from './hash-blob.ts';
import { createNativeSha256 } from './native-sha256.ts';
import { createSha256 } from './sha256.ts';
import { etagOf, randomBytes, seeded } from './testing/media-world.ts';

afterEach(() => vi.restoreAllMocks());

const bytes = randomBytes(1_700_000, seeded(6));
const hashes = [
  ['the streaming hash', createSha256],
  ["the browser's own", createNativeSha256],
] as const;

test.each(hashes)('%s is fed all bytes in order, through one buffer', async (_, create) => {
  const hash = await create();
  expect(await hashBlob(new Blob([bytes]), hash)).toBe(bytes.length);
  expect(`"${await hash.hex()}"`).toBe(await etagOf(bytes));
});

test.each(hashes)('%s: the same where Blobs are no streams of bytes', async (_, create) => {
  vi.spyOn(Blob.prototype, 'stream').mockImplementation(() => new ReadableStream());
  const hash = await create();
  expect(await hashBlob(new Blob([bytes]), hash)).toBe(bytes.length);
  expect(`"${await hash.hex()}"`).toBe(await etagOf(bytes));
});

test('what cannot be read is no hash', async () => {
  vi.spyOn(Blob.prototype, 'stream').mockImplementation(
    () => new ReadableStream({ type: 'bytes', pull: (controller) => controller.error(new Error('gone')) }),
  );
  expect(await hashBlob(new Blob([bytes]), await createSha256())).toBeNull();
});
