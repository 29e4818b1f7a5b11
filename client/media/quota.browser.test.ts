/// <reference types="@vitest/browser-playwright" />
import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { download } from './download.ts';
import { wait } from './ports.ts';
import { createSha256 } from './sha256.ts';
import { createFakeNetwork } from './testing/fake-network.ts';
import { createMediaWorld, etagOf, randomBytes, seeded } from './testing/media-world.ts';

const SIZE = 6_000_000;

test('a full disk is told as such; what was written stays and is gone on from', async () => {
  const bytes = randomBytes(SIZE, seeded(3));
  const etag = await etagOf(bytes);
  const network = createFakeNetwork({ file: () => ({ bytes, etag }), chunk: 250_000 });

  const pace = { flushMs: 10_000, stallMs: 10_000, maxSegmentBytes: 1_000_000 };
  const signal = new AbortController().signal;
  const common = { fetch: network.fetch, sha256: createSha256, wait, clock: () => performance.now(), signal, pace };

  // Chromium remembers how much room there was for as long as it knows a database of the origin.
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
  await overrideQuota(2_500_000);
  const world = await createMediaWorld();
  const id = await world.addVideo();
  const deps = { ...common, tables: world.tables };
  expect(await download(deps, { id, copyId: id })).toEqual({ kind: 'quota' });
  const received = (await world.tables.copy(id))?.received ?? 0;
  expect(received).toBeGreaterThan(0);
  expect(received).toBeLessThan(SIZE);

  await overrideQuota(null);
  const asked = network.requests.length;
  await expect.poll(() => download(deps, { id, copyId: id }), { timeout: 20_000 }).toEqual({ kind: 'verified' });
  expect(network.requests[asked]?.range).toBe(`bytes=${received}-`);
  await world.destroy();
});

function overrideQuota(quotaSize: number | null): Promise<unknown> {
  return cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...(quotaSize && { quotaSize }) });
}
