import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { browserPorts } from '../media/browser-ports.ts';
import { createMediaWorld, type MediaWorld } from '../media/testing/media-world.ts';
import { dueUploader } from '../media/uploader.ts';
import type { SyncOutcome } from '../sync/sync-once.ts';
import { type BackgroundSyncDeps, syncInBackground } from './background-sync.ts';

let world: MediaWorld;
let calls: string[];

beforeEach(async () => {
  world = await createMediaWorld();
  calls = [];
});
afterEach(() => world.destroy());

/** Runs one event whose exchanges end as told, the last of them for ever; waits take no time. */
function run(
  outcomes: readonly (SyncOutcome | (() => Promise<SyncOutcome>))[],
  more: Partial<BackgroundSyncDeps> = {},
) {
  const time = new AbortController();
  let exchanges = 0;
  return syncInBackground({
    library: {
      open: async () => ({
        user: world.db.user,
        db: world.db,
        tables: world.tables,
        uploader: dueUploader(world.db, browserPorts()),
      }),
      forget: () => calls.push('forget'),
    },
    sync: async () => {
      calls.push('sync');
      const outcome = outcomes[Math.min(exchanges, outcomes.length - 1)];
      exchanges += 1;
      if (exchanges === 30) time.abort();
      if (!outcome) throw new Error('no outcome');
      return typeof outcome === 'function' ? outcome() : outcome;
    },
    upload: async () => ({ kind: 'idle', nextAt: null }),
    fetchMedia: async () => calls.push('media'),
    setExpired: async (expired) => void calls.push(`expired ${expired}`),
    isPageVisible: async () => false,
    showPending: async () => void calls.push('badge'),
    wait: async (ms) => void calls.push(`wait ${ms}`),
    signal: new AbortController().signal,
    syncSignal: time.signal,
    ...more,
  });
}

const DONE = { kind: 'done', upgrade: false } as const;
const SILENCE = { kind: 'unavailable', retryAfterMs: null } as const;

test('all exchanged: bytes are fetched and the event succeeds', async () => {
  await run([DONE]);
  expect(calls).toEqual(['sync', 'expired false', 'badge', 'media']);
});

test('nobody signed in: nothing is sent', async () => {
  await run([DONE], { library: { open: async () => null, forget: () => undefined } });
  expect(calls).toEqual([]);
});

test('rows unsent: the event fails, so that the browser tries again', async () => {
  const id = await world.addVideo();
  await world.db.videos.update(id, { dirty: 1, saveState: 'pending' });
  await expect(run([SILENCE])).rejects.toThrow('unreachable');
  expect(calls).toEqual(['sync', 'wait 2000', 'sync', 'wait 4000', 'sync', 'badge']);
});

test('a second try that succeeds ends it well', async () => {
  const id = await world.addVideo();
  await world.db.videos.update(id, { dirty: 1, saveState: 'pending' });
  const pushed = async () => {
    await world.db.videos.update(id, { dirty: undefined, saveState: 'synced' });
    return DONE;
  };
  await run([SILENCE, pushed]);
  expect(calls.filter((call) => call === 'sync')).toHaveLength(2);
});

test('rows that stay unsent though the server answers fail the event when its time is over', async () => {
  const id = await world.addVideo();
  await world.db.videos.update(id, { dirty: 1, saveState: 'pending' });
  await expect(run([DONE])).rejects.toThrow('unfinished');
  expect(calls.at(-1)).toBe('media');
});

test('a video that the server is still storing is polled for, and does not fail the event', async () => {
  const id = await world.addVideo({ mediaState: 'storing' });
  await world.db.videos.update(id, { saveState: 'pending' });
  await run([DONE]);
  expect(calls.filter((call) => call === 'wait 3000').length).toBeGreaterThan(5);
});

test('a video that only another device has is not waited for', async () => {
  const id = await world.addVideo({ mediaState: 'none' });
  expect((await world.db.videos.get(id))?.saveState).toBe('pending');
  await run([DONE]);
  expect(calls).toEqual(['sync', 'expired false', 'badge', 'media']);
});

test('a database that the browser closed is opened anew', async () => {
  await run([{ kind: 'storage_failed', reason: 'closed', message: 'closed' }, DONE]);
  expect(calls).toEqual(['sync', 'forget', 'wait 2000', 'sync', 'expired false', 'badge', 'media']);
});

test('a session that ended is written down; the work stays, the event ends', async () => {
  const id = await world.addVideo();
  await world.db.videos.update(id, { dirty: 1 });
  await run([{ kind: 'unauthorized' }]);
  expect(calls).toEqual(['sync', 'expired true', 'badge']);
});

test('a visible page does it by itself', async () => {
  await run([DONE], { isPageVisible: async () => true });
  expect(calls).toEqual(['wait 5000', 'badge', 'media']);
});

describe('bytes that only this device has', () => {
  const imported = async () => {
    const id = await world.addVideo({ origin: 'imported', mediaState: 'none' });
    await world.addCopy(id, new Uint8Array(10));
    return id;
  };

  test('are sent once the server knows the row, and then the event succeeds', async () => {
    const id = await imported();
    const upload = async () => {
      calls.push('upload');
      await world.hear(id, { mediaState: 'stored' });
      return { kind: 'idle', nextAt: null } as const;
    };
    await run([SILENCE, DONE], { upload });
    expect(calls).toEqual(['sync', 'wait 2000', 'sync', 'expired false', 'upload', 'badge', 'media']);
  });

  test('that are not all there when the time is over fail the event, so that the browser goes on later', async () => {
    await imported();
    await expect(run([DONE], { upload: async () => ({ kind: 'stopped' }) })).rejects.toThrow('unfinished');
  });

  test('wait for the next sign-in, without another try', async () => {
    await imported();
    await run([DONE], { upload: async () => ({ kind: 'unauthorized' }) });
    expect(calls).toEqual(['sync', 'expired false', 'badge']);
  });
});
