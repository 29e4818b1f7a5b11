import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBrowserPush } from './browser-push.ts';

/** As a server gives it, and as a browser gives it back. */
const KEY = 'AP-_';
const BYTES = new Uint8Array([0, 255, 191]).buffer;

let calls: string[];
/** What the browser is subscribed with. */
let former: ArrayBuffer | null;
let isServiceUp: boolean;

beforeEach(() => {
  [calls, former, isServiceUp] = [[], null, true];
  const made = (applicationServerKey: ArrayBuffer) => ({
    endpoint: 'https://push.example/x',
    options: { userVisibleOnly: true, applicationServerKey },
    unsubscribe: async () => {
      calls.push('unsubscribe');
      former = null;
      return true;
    },
  });
  const pushManager = {
    getSubscription: async () => former && made(former),
    subscribe: async ({ applicationServerKey }: { readonly applicationServerKey: string }) => {
      calls.push(`subscribe ${applicationServerKey}`);
      if (!isServiceUp) throw new DOMException('push service error', 'AbortError');
      former = BYTES;
      return made(former);
    },
  };
  vi.spyOn(navigator.serviceWorker, 'getRegistration').mockResolvedValue(
    Object.create(ServiceWorkerRegistration.prototype, { pushManager: { value: pushManager } }),
  );
});
afterEach(() => vi.restoreAllMocks());

const endpoint = async () => (await createBrowserPush().subscribe(KEY))?.endpoint ?? null;

test('the first is made', async () => {
  expect([await endpoint(), calls]).toEqual(['https://push.example/x', [`subscribe ${KEY}`]]);
});

test('one that is good stays, whether or not its push service is reached', async () => {
  former = BYTES;
  isServiceUp = false;
  expect([await endpoint(), calls, former]).toEqual(['https://push.example/x', [], BYTES]);
});

test('one of other keys gives way', async () => {
  former = new Uint8Array([1, 2, 3]).buffer;
  expect([await endpoint(), calls]).toEqual(['https://push.example/x', ['unsubscribe', `subscribe ${KEY}`]]);
});

test('a push service that is not reached gives none, and may the next time', async () => {
  isServiceUp = false;
  expect(await endpoint()).toBeNull();
  isServiceUp = true;
  expect(await endpoint()).not.toBeNull();
});
