/// <reference types="@vitest/browser-playwright" />
import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import { createImportTables } from '../data/import-video.ts';
import { capturePoster } from './capture-poster.page.ts';
import { download } from './download.ts';
import { importFile } from './import-file.ts';
import { measureFile } from './measure-file.page.ts';
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

test('an import that does not fit is refused with the numbers; one that fills the disk leaves nothing behind', async () => {
  const padding = new DataView(new ArrayBuffer(8));
  padding.setUint32(0, 8 + SIZE);
  padding.setUint32(4, 0x66726565);
  const film = await (await fetch(new URL('../../tests/fixtures/tiny.mp4', import.meta.url))).blob();
  const data = new File([film, padding, randomBytes(SIZE, seeded(8))], 'large.mp4');
  const file = { name: 'large.mp4', lastModified: 1, data };
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
  await overrideQuota(2_500_000);
  const world = await createMediaWorld();
  const kept = await world.addVideo();
  const deps = {
    tables: world.tables,
    imports: createImportTables(world.db),
    sha256: createSha256,
    measure: measureFile,
    capture: capturePoster,
    estimate: async () => null,
    onStored: () => undefined,
    signal: new AbortController().signal,
    maxSegmentBytes: 1_000_000,
  };
  const estimate = async () => ({ usage: 100_000, quota: 2_000_000 });
  expect(await importFile({ ...deps, estimate }, file)).toEqual({
    kind: 'no_room',
    needed: data.size,
    free: 1_800_000,
  });
  const filled = await importFile(deps, file);
  expect(filled).toEqual({ kind: 'filled_up', needed: data.size, written: expect.any(Number) });
  expect(filled.kind === 'filled_up' && filled.written).toBeGreaterThan(0);
  expect([await world.db.copies.count(), await world.db.segments.count()]).toEqual([0, 0]);
  expect(await world.db.videos.toCollection().primaryKeys()).toEqual([kept]);

  await overrideQuota(null);
  await expect.poll(async () => (await importFile(deps, file)).kind, { timeout: 20_000 }).toBe('imported');
  await world.destroy();
});

function overrideQuota(quotaSize: number | null): Promise<unknown> {
  return cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...(quotaSize && { quotaSize }) });
}
