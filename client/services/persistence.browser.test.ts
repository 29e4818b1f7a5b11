import { afterEach, beforeEach, expect, type MockInstance, test, vi } from 'vitest';
import type { GenerationId } from '../../sync/ids.ts';
import type { ImportItem, StorageView, SyncActivity } from '../app/services.ts';
import type { Traffic } from '../data/network.ts';
import { createSessionStore } from '../data/session.ts';
import { film } from '../media/testing/films.page.ts';
import { createMediaWorld, type MediaWorld } from '../media/testing/media-world.ts';
import type { LiveState } from '../sync/live.ts';
import { keepInStep } from './in-step.ts';
import { createSource } from './observable.ts';
import { createPersistence } from './persistence.ts';
import { createPictures } from './pictures.ts';

let world: MediaWorld;
let ended: AbortController;
let persist: MockInstance<() => Promise<boolean>>;
let isPersisted: boolean;
let visibility: DocumentVisibilityState;

beforeEach(async () => {
  world = await createMediaWorld();
  ended = new AbortController();
  [isPersisted, visibility] = [false, 'visible'];
  persist = vi.spyOn(navigator.storage, 'persist').mockResolvedValue(false);
  vi.spyOn(navigator.storage, 'persisted').mockImplementation(async () => isPersisted);
  vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
});
afterEach(async () => {
  ended.abort();
  vi.restoreAllMocks();
  await world.destroy();
});

const open = () => createPersistence(world.db, ended.signal);
const asked = (times: number) => expect.poll(() => persist.mock.calls.length).toBe(times);
const stays = async (times: number) => {
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(persist).toHaveBeenCalledTimes(times);
};
const turn = (to: DocumentVisibilityState) => {
  visibility = to;
  document.dispatchEvent(new Event('visibilitychange'));
};

test('nothing is asked at the start, nor before there is something to keep', async () => {
  open();
  turn('visible');
  await stays(0);
});

test('asked once on this device, whatever the answer was, and by no later page either', async () => {
  const first = open();
  first.ask();
  first.ask();
  await asked(1);
  open().ask();
  await stays(1);
});

test('never where it is granted already', async () => {
  isPersisted = true;
  open().ask();
  await stays(0);
});

test('not on a page that nobody looks at, but once somebody does', async () => {
  visibility = 'hidden';
  open().ask();
  turn('hidden');
  await stays(0);
  turn('visible');
  await asked(1);
  turn('visible');
  await stays(1);
});

test('after the first import, for the only copy there is lies here then; not after the second', async () => {
  const imports = createSource<readonly ImportItem[]>([]);
  const running = keepInStep({
    db: world.db,
    session: createSessionStore(),
    log: () => undefined,
    pictures: createPictures(world.db),
    signal: ended.signal,
    signs: {
      activity: createSource<SyncActivity>({ kind: 'idle' }),
      online: createSource(true),
      sessionExpired: createSource(false),
      tooOld: createSource(false),
      live: createSource<LiveState>('off'),
      progress: createSource<ReadonlyMap<GenerationId, number>>(new Map()),
      imports,
      storage: createSource<StorageView | null>(null),
      traffic: createSource<Traffic>({ saveData: false, type: null, wifiOnly: false }),
    },
  });
  await stays(0);
  const states = () => imports.get().map(({ state }) => state.kind);
  const give = (file: File) => running.importer.add([{ name: file.name, file }]);
  give(new File([await film('webm')], 'one.webm'));
  await expect.poll(states).toEqual(['imported']);
  await asked(1);
  give(new File([await film('mp4')], 'two.mp4'));
  await expect.poll(states).toEqual(['imported', 'imported']);
  await stays(1);
  ended.abort();
  await running.stop();
});

test('once more when the app is installed, which a browser takes for a reason to say yes', async () => {
  open().ask();
  await asked(1);
  dispatchEvent(new Event('appinstalled'));
  await asked(2);
  isPersisted = true;
  dispatchEvent(new Event('appinstalled'));
  await stays(2);
});

test('not after the person has signed out', async () => {
  visibility = 'hidden';
  open().ask();
  ended.abort();
  turn('visible');
  await stays(0);
});
