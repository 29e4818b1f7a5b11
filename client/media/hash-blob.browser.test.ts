import { afterEach, expect, test, vi } from 'vitest';
import { cdp } from 'vitest/browser';
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

test('lets others have their turn on the way, and waits for no timer, which a page that nobody looks at has once a second', async () => {
  const timers = vi.spyOn(globalThis, 'setTimeout');
  const slow = { update: () => spend(5), hex: async () => '' };
  let turns = 0;
  const others = new MessageChannel();
  others.port1.onmessage = () => {
    turns += 1;
    others.port2.postMessage(null);
  };
  others.port2.postMessage(null);
  expect(await hashBlob(new Blob([bytes, bytes, bytes]), slow)).toBe(3 * bytes.length);
  others.port1.close();
  // Ten pieces of 5 ms.
  expect(turns).toBeGreaterThan(2);
  expect(timers).not.toHaveBeenCalled();
});

function spend(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('comes to its end whatever garbage the browser collects meanwhile', async () => {
  const blob = new Blob(Array.from({ length: 40 }, () => bytes));
  const hash = await createSha256();
  let length: number | null | undefined;
  void hashBlob(blob, hash).then((found) => {
    length = found;
  });
  for (const end = Date.now() + 20_000; length === undefined && Date.now() < end; ) {
    await cdp().send('HeapProfiler.collectGarbage');
  }
  expect(length).toBe(40 * bytes.length);
});

test('what cannot be read is no hash', async () => {
  vi.spyOn(Blob.prototype, 'stream').mockImplementation(
    () => new ReadableStream({ type: 'bytes', pull: (controller) => controller.error(new Error('gone')) }),
  );
  expect(await hashBlob(new Blob([bytes]), await createSha256())).toBeNull();
});
