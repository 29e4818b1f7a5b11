import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { UserIdSchema } from '../../sync/ids.ts';
import { createNoticeStore } from '../data/notice-store.ts';
import type { BrowserPush } from './browser-push.ts';
import { createNotifications } from './notifications.ts';

const ADA = v.parse(UserIdSchema, 'ada');
const BOB = v.parse(UserIdSchema, 'bob');
const WORDS = { succeeded: 'Ready', failed: 'Not made' };
const ENDPOINT = 'https://push.example/x';

const store = createNoticeStore();
let permission: ReturnType<BrowserPush['permission']>;
let answer: NotificationPermission;
/** The key that the browser is subscribed with. */
let subscribed: string | null;
let isServiceUp: boolean;
let key: string | null;
let status: number;
let calls: string[];
/** What happens while the browser subscribes. */
let beforeSubscribed: () => Promise<unknown>;

beforeEach(async () => {
  await store.clear();
  [permission, answer, subscribed, isServiceUp] = ['default', 'granted', null, true];
  [key, status, calls] = ['key', 201, []];
  beforeSubscribed = async () => undefined;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    calls.push(`${init?.method ?? 'GET'} ${String(input)}`);
    if (status === 0) throw new TypeError('offline');
    return String(input) === '/api/push/key'
      ? Response.json({ data: { publicKey: key } })
      : Response.json({}, { status });
  });
});
afterEach(() => vi.restoreAllMocks());

const handle = () => ({
  endpoint: ENDPOINT,
  toJSON: () => ({ endpoint: ENDPOINT }),
  unsubscribe: async () => {
    calls.push('unsubscribe');
    subscribed = null;
    return true;
  },
});
const browser: BrowserPush = {
  permission: () => permission,
  ask: async () => {
    calls.push('ask');
    permission = answer;
    return answer;
  },
  subscribed: async () => (subscribed === null ? null : handle()),
  subscribe: async (given) => {
    calls.push(`subscribe ${given}`);
    if (!isServiceUp) return null;
    subscribed = given;
    await beforeSubscribed();
    return handle();
  },
  clear: async () => void calls.push('clear'),
};
const open = (user = ADA) => createNotifications({ user, store, browser });

async function turnedOn() {
  const notifications = open();
  await notifications.turnOn(WORDS);
  calls = [];
  return notifications;
}

describe('turning on', () => {
  test('asks, subscribes, tells the server and leaves the words for the worker', async () => {
    const notifications = open();
    await notifications.look();
    expect([notifications.state.get(), calls]).toEqual([{ kind: 'off' }, []]);
    await notifications.turnOn(WORDS);
    expect(calls).toEqual(['ask', 'GET /api/push/key', 'subscribe key', 'POST /api/push/subscriptions']);
    expect(notifications.state.get()).toEqual({ kind: 'on' });
    expect(await store.read()).toEqual({ key: 'notices', user: ADA, words: WORDS });
  });

  test.each([
    ['denied', { kind: 'denied' }],
    ['default', { kind: 'off' }],
  ] as const)('%s by the person: nothing is asked of anybody else', async (said, state) => {
    answer = said;
    const notifications = open();
    await notifications.turnOn(WORDS);
    expect([notifications.state.get(), calls, await store.read()]).toEqual([state, ['ask'], null]);
  });

  test('a server that sends none', async () => {
    key = null;
    const notifications = open();
    await notifications.turnOn(WORDS);
    expect(notifications.state.get()).toEqual({ kind: 'unsupported', by: 'server' });
  });

  test('a push service that is not reached', async () => {
    isServiceUp = false;
    const notifications = open();
    await notifications.turnOn(WORDS);
    expect([notifications.state.get(), await store.read()]).toEqual([{ kind: 'off', trouble: 'push_service' }, null]);
  });

  test('a server that does not take it: the browser is not left subscribed', async () => {
    status = 500;
    const notifications = open();
    await notifications.turnOn(WORDS);
    expect([notifications.state.get(), subscribed, await store.read()]).toEqual([
      { kind: 'off', trouble: 'server' },
      null,
      null,
    ]);
  });

  test('a device that cannot write it down: the browser is not subscribed', async () => {
    const notifications = createNotifications({
      user: ADA,
      store: { ...store, write: () => Promise.reject(new Error('full')) },
      browser,
    });
    await notifications.turnOn(WORDS);
    expect([notifications.state.get(), subscribed]).toEqual([{ kind: 'off', trouble: 'device' }, null]);
  });

  test('left on the way: nothing is on in the end', async () => {
    const notifications = open();
    beforeSubscribed = () => notifications.leave();
    await notifications.turnOn(WORDS);
    expect([subscribed, await store.read(), notifications.state.get().kind]).toEqual([null, null, 'off']);
  });

  test('where nothing can be shown it says so', async () => {
    permission = 'impossible';
    const notifications = open();
    await notifications.look();
    expect(notifications.state.get()).toEqual({ kind: 'unsupported', by: 'browser' });
  });
});

describe('turning off', () => {
  test('ends it at the browser and at the server', async () => {
    const notifications = await turnedOn();
    await notifications.turnOff();
    expect(calls).toEqual(['unsubscribe', 'clear', 'DELETE /api/push/subscriptions']);
    expect([notifications.state.get(), await store.read()]).toEqual([{ kind: 'off' }, null]);
  });

  test('ends it at the browser with no network too', async () => {
    const notifications = await turnedOn();
    status = 0;
    await notifications.turnOff();
    expect([notifications.state.get(), subscribed, await store.read()]).toEqual([{ kind: 'off' }, null, null]);
  });
});

describe('leaving', () => {
  test('ends it on this device and takes away what is shown, before the server is asked for anything', async () => {
    const notifications = await turnedOn();
    const tellServer = await notifications.leave();
    expect([calls, subscribed, await store.read()]).toEqual([['unsubscribe', 'clear'], null, null]);
    await tellServer();
    expect(calls.at(-1)).toBe('DELETE /api/push/subscriptions');
  });

  test('ends it at the browser where this device’s storage fails', async () => {
    await turnedOn();
    const failing = { ...store, clear: () => Promise.reject(new Error('closed')) };
    await createNotifications({ user: ADA, store: failing, browser }).leave();
    expect(subscribed).toBeNull();
  });
});

describe('at each start', () => {
  test('the server is told again, of a new one where the browser lost the old', async () => {
    await turnedOn();
    subscribed = null;
    await open().renew();
    expect(calls).toEqual(['GET /api/push/key', 'subscribe key', 'POST /api/push/subscriptions']);
  });

  test('nothing is done where nobody asked for it', async () => {
    permission = 'granted';
    await open().renew();
    expect(calls).toEqual(['clear']);
  });

  test('what is left of what was turned off is ended', async () => {
    await turnedOn();
    await store.clear();
    await open().renew();
    expect([subscribed, calls.at(-1)]).toEqual([null, 'DELETE /api/push/subscriptions']);
  });

  test('turned off on the way, it is not on again', async () => {
    const notifications = await turnedOn();
    subscribed = null;
    beforeSubscribed = () => store.clear();
    await notifications.renew();
    expect([subscribed, calls.includes('POST /api/push/subscriptions')]).toEqual([null, false]);
  });

  test('with no network it stays as it is', async () => {
    await turnedOn();
    status = 0;
    await open().renew();
    expect([subscribed, (await store.read())?.user]).toEqual(['key', ADA]);
  });

  test('what another person asked for on this browser is ended', async () => {
    await turnedOn();
    await open(BOB).renew();
    expect([subscribed, await store.read()]).toEqual([null, null]);
  });

  test('what is not allowed any more is ended', async () => {
    await turnedOn();
    permission = 'denied';
    await open().renew();
    expect(calls).toEqual(['unsubscribe', 'clear', 'DELETE /api/push/subscriptions']);
  });
});

test('a language that is chosen later is the worker’s as well, and asks for nothing', async () => {
  const words = { succeeded: '你的视频已完成', failed: '你的视频未能生成' };
  await open().speak(words);
  expect(await store.read()).toBeNull();
  const notifications = await turnedOn();
  await notifications.speak(words);
  expect([(await store.read())?.words, calls]).toEqual([words, []]);
});
