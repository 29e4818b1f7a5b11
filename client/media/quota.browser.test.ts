/// <reference types="@vitest/browser-playwright" />
import { expect, test } from 'vitest';
import { cdp } from 'vitest/browser';
import type { VideoId } from '../../sync/ids.ts';
import { createImportTables } from '../data/import-video.ts';
import { browserPorts } from './browser-ports.ts';
import { capturePoster } from './capture-poster.page.ts';
import { download } from './download.ts';
import { importFile } from './import-file.ts';
import { createMediaKeeper, type KeeperState } from './keeper.ts';
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

test('a library larger than the room: the newest are kept, a wish takes the place of the least recent, nothing is lost', async () => {
  const size = 2_000_000;
  const bytes = randomBytes(size, seeded(5));
  const etag = await etagOf(bytes);
  const network = createFakeNetwork({ file: () => ({ bytes, etag }), chunk: 250_000 });
  await cdp().send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
  await overrideQuota(5_500_000);
  const world = await createMediaWorld();
  const [oldest, middle, newest] = [await addStored(), await addStored(), await addStored()];
  const states: KeeperState[] = [];
  const keeper = createMediaKeeper({
    db: world.db,
    user: world.db.user,
    signal: new AbortController().signal,
    maySteal: () => false,
    onEvent: () => undefined,
    onState: (state) => states.push(state),
    ports: { ...browserPorts(), fetch: network.fetch },
  });
  const stateOf = async (id: VideoId) => (await world.tables.copy(id))?.state;
  const last = () => states.at(-1);
  keeper.kick();
  // Chromium says the same 10 GiB all the while: only the write tells.
  await expect.poll(last, { timeout: 10_000 }).toEqual({ kind: 'full', met: 'disk' });
  expect([await stateOf(oldest), await stateOf(middle), await stateOf(newest)]).toEqual([
    'partial',
    'verified',
    'verified',
  ]);
  await keeper.keepOffline(oldest);
  await expect.poll(() => stateOf(oldest), { timeout: 20_000 }).toBe('verified');
  expect([await stateOf(middle), await stateOf(newest)]).toEqual(['evicted', 'verified']);

  // Pins and only copies fill what there is: then a wish is told that the device is full.
  await world.hear(newest, { mediaState: 'storing', sha256: null });
  await keeper.keepOffline(middle);
  await expect.poll(last, { timeout: 20_000 }).toEqual({ kind: 'full', met: 'disk' });
  expect([await stateOf(oldest), await stateOf(newest)]).toEqual(['verified', 'verified']);
  expect(await world.keep.ledger()).toBeGreaterThanOrEqual(2 * size);

  await overrideQuota(null);
  await keeper.keepOffline(middle);
  await expect.poll(() => stateOf(middle), { timeout: 20_000 }).toBe('verified');
  await keeper.stop();
  await world.destroy();

  function addStored(): Promise<VideoId> {
    return world.addVideo({ bytes: size, sha256: etag.slice(1, -1) });
  }
});

function overrideQuota(quotaSize: number | null): Promise<unknown> {
  return cdp().send('Storage.overrideQuotaForOrigin', { origin: location.origin, ...(quotaSize && { quotaSize }) });
}
