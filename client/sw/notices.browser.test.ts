import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import { browserPorts } from '../media/browser-ports.ts';
import { createMediaWorld, type MediaWorld } from '../media/testing/media-world.ts';
import { dueUploader } from '../media/uploader.ts';
import { goTo, type NoticeDeps, renew, tell } from './notices.ts';

const GENERATION = '01a20a45-28cd-7a45-b87d-65f4a5106370';
const VIDEO = '01a20a45-28cd-7a45-b87d-65f4a5106371';
const WORDS = { succeeded: '你的视频已完成', failed: '你的视频未能生成' };

let world: MediaWorld;
let calls: unknown[];
beforeEach(async () => {
  world = await createMediaWorld();
  calls = [];
});
afterEach(() => world.destroy());

/** Hands a message to the worker, whose server answers at once. */
function push(data: string | null, more: Partial<NoticeDeps> = {}): Promise<void> {
  const deps: NoticeDeps = {
    library: { open: async () => null },
    notices: { read: async () => ({ key: 'notices', user: world.db.user, words: WORDS }) },
    sync: async (onHeard) => {
      onHeard();
      calls.push('synced');
    },
    show: async (title, options) => void calls.push([title, options.tag, options.data]),
    showBadge: async () => void calls.push('badge'),
    later: () => new Promise(() => {}),
    ...more,
  };
  return tell(deps, data === null ? null : { json: () => JSON.parse(data) });
}

const succeeded = JSON.stringify({ kind: 'succeeded', generation: GENERATION, video: VIDEO });
const failed = JSON.stringify({ kind: 'failed', generation: GENERATION, video: null });

describe('a push always ends in a notification', () => {
  test('of what is ready, in the language of the app, on its video', async () => {
    await push(succeeded);
    expect(calls).toEqual(['synced', [WORDS.succeeded, GENERATION, `/video/${VIDEO}`], 'badge']);
  });

  test('of what failed, on Activity', async () => {
    await push(failed);
    expect(calls).toContainEqual([WORDS.failed, GENERATION, '/activity']);
  });

  test('as soon as the server was heard, though bytes are fetched for long after', async () => {
    let end = () => {};
    const told = push(succeeded, {
      sync: (onHeard) => {
        onHeard();
        return new Promise((resolve) => {
          end = resolve;
        });
      },
    });
    await expect.poll(() => calls).toEqual([[WORDS.succeeded, GENERATION, `/video/${VIDEO}`]]);
    end();
    await told;
    expect(calls.at(-1)).toBe('badge');
  });

  test('when the sync fails', async () => {
    await push(succeeded, { sync: () => Promise.reject(new Error('unreachable')) });
    expect(calls).toEqual([[WORDS.succeeded, GENERATION, `/video/${VIDEO}`], 'badge']);
  });

  test('when nothing answers: after so long it is told without', async () => {
    let waited = 0;
    void push(succeeded, {
      sync: () => new Promise(() => {}),
      later: async (ms) => {
        waited = ms;
      },
    });
    await expect.poll(() => calls).toEqual([[WORDS.succeeded, GENERATION, `/video/${VIDEO}`]]);
    expect(waited).toBe(8_000);
  });

  test('when this device cannot read what it should', async () => {
    await push(succeeded, {
      library: { open: () => Promise.reject(new Error('closed')) },
      notices: { read: () => Promise.reject(new Error('closed')) },
    });
    expect(calls).toContainEqual(['VidFab', GENERATION, `/video/${VIDEO}`]);
  });

  test.each([
    null,
    'not JSON',
    '{}',
    '{"kind":"of a newer server"}',
    '{"kind":"failed","generation":"../x","video":null}',
  ])('when it is none of ours: %s', async (data) => {
    await push(data);
    expect(calls).toContainEqual(['VidFab', undefined, '/activity']);
  });
});

describe('a browser that has another address', () => {
  const handle = (name: string) => ({
    endpoint: `https://push.example/${name}`,
    expirationTime: null,
    options: { userVisibleOnly: true, applicationServerKey: new ArrayBuffer(1) },
    getKey: () => null,
    toJSON: () => ({ endpoint: name }),
    unsubscribe: async () => {
      calls.push(`unsubscribe ${name}`);
      return true;
    },
  });
  const manager = {
    subscribe: async () => {
      calls.push('subscribe');
      return handle('made');
    },
  };
  const asked: NoticeDeps['notices'] = {
    read: async () => ({ key: 'notices', user: world.db.user, words: WORDS }),
  };
  const library: NoticeDeps['library'] = {
    open: async () => ({
      user: world.db.user,
      db: world.db,
      tables: world.tables,
      uploader: dueUploader(world.db, browserPorts()),
    }),
  };
  beforeEach(() => {
    vi.spyOn(globalThis, 'fetch').mockImplementation(async (_, init) => {
      calls.push(`${init?.method} ${init?.body}`);
      return Response.json({}, { status: 201 });
    });
  });
  afterEach(() => vi.restoreAllMocks());

  test('tells it, made by the browser or by itself', async () => {
    await renew({ library, notices: asked }, manager, {
      oldSubscription: handle('old'),
      newSubscription: handle('new'),
    });
    await renew({ library, notices: asked }, manager, { oldSubscription: handle('old'), newSubscription: null });
    expect(calls).toEqual(['POST {"endpoint":"new"}', 'subscribe', 'POST {"endpoint":"made"}']);
  });

  const bob = v.parse(UserIdSchema, 'bob');
  const others: readonly (readonly [string, Partial<Pick<NoticeDeps, 'library' | 'notices'>>])[] = [
    ['turned it off', { notices: { read: async () => null } }],
    ['signed out', { library: { open: async () => null } }],
    ['was another', { notices: { read: async () => ({ key: 'notices', user: bob, words: WORDS }) } }],
  ];
  test.each(others)('tells nobody where the person %s', async (_, deps) => {
    const given = { library, notices: asked, ...deps };
    await renew(given, manager, { oldSubscription: handle('old'), newSubscription: null });
    expect(calls).toEqual([]);
    await renew(given, manager, { oldSubscription: handle('old'), newSubscription: handle('new') });
    expect(calls).toEqual([]);
  });
});

describe('a notification that is touched', () => {
  const page = (name: string) => ({
    focus: async () => {
      calls.push(`focus ${name}`);
      return new Promise<never>(() => {});
    },
    postMessage: (message: unknown) => void calls.push([name, message]),
  });

  test('opens the app there', async () => {
    await goTo(`/video/${VIDEO}`, { pages: async () => [], open: async (path) => calls.push(path) });
    expect(calls).toEqual([`/video/${VIDEO}`]);
  });

  test('leads the window that was used last there, without loading it again', async () => {
    void goTo('/activity', {
      pages: async () => [page('last'), page('other')],
      open: async () => calls.push('opened'),
    });
    await expect.poll(() => calls).toEqual([['last', { type: 'OPEN', path: '/activity' }], 'focus last']);
  });
});
