import type { CDPSession, Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import {
  expectTiles,
  generate,
  installed,
  keptOffline,
  newAccount,
  openCreate,
  readTable,
  signUpIn,
  syncCursor,
} from '../support/library.ts';
import { startProxy } from '../support/proxy.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';

const SOON = { timeout: 30_000 };

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

describe('a frozen tab holds the lock for ever (dxos#11757, rxdb#8514)', () => {
  test('[sync lock] frozen in mid-exchange: another visible tab syncs within 10 s, and the thawed one harms nothing', async () => {
    let held: Promise<void> | undefined;
    let exchanges = 0;
    let seen = () => {};
    const reached = new Promise<void>((resolve) => {
      seen = resolve;
    });
    await using proxy = await startProxy({
      target: server.url,
      hold: (path) => {
        if (path === '/api/sync') exchanges += 1;
        if (path !== '/api/sync' || !held) return undefined;
        const holding = held;
        held = undefined;
        seen();
        return holding;
      },
    });
    await using phone = await openDevice(proxy.url);
    const leader = await tabWithoutWorker(phone, proxy.url);
    await signUpIn(leader, newAccount());
    await expect.poll(() => syncCursor(leader), SOON).not.toBeNull();
    const other = await tabWithoutWorker(phone, proxy.url);
    // Its own first exchange is over, so that the one that is held is the leader's.
    await expect.poll(() => exchanges, SOON).toBeGreaterThanOrEqual(2);
    await expect.poll(() => syncLocks(other), SOON).toBe(0);

    await openCreate(other);
    await other.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A second fox, sent by the other');
    let release = () => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    await generate(leader, 'A fox, sent by a tab that freezes');
    await reached;
    const thaw = await freeze(leader);
    const start = performance.now();
    await other.getByRole('button', { name: 'Generate', exact: true }).click();
    await expect.poll(() => accepted(other), { timeout: 30_000, interval: 100 }).toBe(2);
    expect(performance.now() - start).toBeLessThan(10_000);
    await thaw();
    release();
    await expectTiles(other, ['synced', 'synced']);
    await leader.goto(proxy.url);
    await expectTiles(leader, ['synced', 'synced']);
    expect(storedVideos(server.dataDir)).toHaveLength(2);
  });

  test('[sync lock] told that it will be frozen, a tab gives lock and database back first', async () => {
    await using phone = await openDevice(server.url);
    const page = await tabWithoutWorker(phone, server.url);
    await signUpIn(page, newAccount());
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    const left = await page.evaluate(async () => {
      const held = navigator.locks.request('in the way', () => new Promise(() => {}));
      document.dispatchEvent(new Event('freeze'));
      const { held: locks = [] } = await navigator.locks.query();
      void held;
      return locks.filter(({ name }) => name?.startsWith('vidfab-sync')).length;
    });
    expect(left).toBe(0);
    await page.evaluate(() => document.dispatchEvent(new Event('resume')));
    await generate(page, 'A fox after the thaw');
    await expectTiles(page, ['synced']);
  });
});

describe('the browser closes the IndexedDB connection in the background (Expensify/App#87864, classic-jazz#3530)', () => {
  test('closed by force again and again while videos are made: all of them synced and kept, nothing on the screen breaks', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    const close = await forceCloser(page);
    for (const prompt of ['A lighthouse', 'A train through snow']) {
      await generate(page, prompt);
      for (let times = 0; times < 4; times++) {
        await close();
        await page.waitForTimeout(400);
      }
    }
    await page.getByRole('link', { name: 'My Assets' }).click();
    await expectTiles(page, ['synced', 'synced']);
    await keptOffline(page, 2);
    expect(storedVideos(server.dataDir)).toHaveLength(2);
    expect(await page.getByText('This screen could not be shown').count()).toBe(0);
    await page.reload();
    await expectTiles(page, ['synced', 'synced']);
  });

  test('everything deleted under an open page: it comes back from the server without a reload', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await generate(page, 'A lighthouse');
    await expectTiles(page, ['synced']);
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('Storage.clearDataForOrigin', { origin: server.url, storageTypes: 'indexeddb' });
    await generate(page, 'A second lighthouse');
    await page.getByRole('link', { name: 'My Assets' }).click();
    await expectTiles(page, ['synced', 'synced']);
    expect(storedVideos(server.dataDir)).toHaveLength(2);
  });
});

// By chance, one time in five: what keeps it from happening is in `open-in-turn.ts`.
test('a page that is left while it makes its database leaves nothing in the way of the next one', {
  timeout: 300_000,
}, async () => {
  for (let times = 0; times < 12; times++) {
    await using phone = await openDevice(server.url);
    const page = await phone.page('/favicon.svg');
    await page.addInitScript(() => void Reflect.deleteProperty(Navigator.prototype, 'serviceWorker'));
    await page.goto(server.url);
    await page.goto(`${server.url}/sign-up`);
    await page.getByRole('textbox', { name: 'Name' }).waitFor({ timeout: 30_000 });
  }
});

describe('storage errors and quota taken for send failures (Expensify/App#87844, boardsesh#5305)', () => {
  test.each([
    ['QuotaExceededError', 'This device is full.'],
    ['InvalidStateError', 'The browser closed the storage'],
    ['UnknownError', 'This device could not save: on purpose'],
  ])('%s: the cause is shown, the row stays pending and is synced once storage works', async (name, words) => {
    await using phone = await openDevice(server.url);
    const page = await tabWithoutWorker(phone, server.url);
    await signUpIn(page, newAccount());
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await openCreate(page);
    await phone.offline(true);
    await generate(page, 'A fox that waits');
    await page.evaluate((kind) => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (...row) {
        if (sessionStorage.getItem('broken') === null) return put.apply(this, row);
        throw new DOMException('on purpose', kind);
      };
      sessionStorage.setItem('broken', 'yes');
    }, name);
    await phone.offline(false);
    await page.getByRole('link', { name: 'Storage problem' }).click({ timeout: 30_000 });
    await page.getByText(words).first().waitFor();
    expect(await readTable(page, 'generations')).toMatchObject([{ dirty: 1, failures: 0, rejection: null }]);
    await page.evaluate(() => sessionStorage.removeItem('broken'));
    await page.getByRole('link', { name: 'My Assets' }).click();
    await expectTiles(page, ['synced']);
    expect(storedVideos(server.dataDir)).toHaveLength(1);
  });
});

describe('an update breaks the open tab (macrotrackr#117)', () => {
  test('another tab opens a newer schema: this one lets go at once and asks to be reloaded; what is pending is pushed then', async () => {
    await using phone = await openDevice(server.url);
    const page = await tabWithoutWorker(phone, server.url);
    await signUpIn(page, newAccount());
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await openCreate(page);
    await phone.offline(true);
    await generate(page, 'A fox from before the update');
    const blocked = await page.evaluate(
      () =>
        new Promise<boolean>((resolve, reject) => {
          void indexedDB.databases().then((all) => {
            const mine = all.find(({ name }) => name !== undefined && /^vidfab-/.test(name));
            const request = indexedDB.open(mine?.name ?? '', (mine?.version ?? 0) + 10);
            let waited = false;
            request.onblocked = () => {
              waited = true;
            };
            request.onupgradeneeded = () => request.result.createObjectStore('albums', { keyPath: 'id' });
            request.onerror = () => reject(request.error);
            request.onsuccess = () => {
              request.result.close();
              resolve(waited);
            };
          });
        }),
    );
    expect(blocked).toBe(false);
    const reload = page.getByRole('button', { name: 'Reload' });
    await reload.waitFor();
    await phone.offline(false);
    await reload.click();
    await expectTiles(page, ['synced']);
    expect(storedVideos(server.dataDir)).toHaveLength(1);
  });
});

describe('with no page open', () => {
  test('periodic sync is asked for where it is granted, and syncs by itself', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page('/favicon.svg');
    const cdp = await page.context().newCDPSession(page);
    const permission = { name: 'periodic-background-sync' };
    await cdp.send('Browser.setPermission', { permission, setting: 'granted', origin: server.url });
    await page.goto(server.url);
    await signUpIn(page, newAccount());
    await installed(page);
    // Asked for when the app starts: the worker was not there yet the first time.
    await page.reload();
    await expect.poll(() => periodicTags(page)).toEqual(['vidfab-periodic']);
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await phone.offline(true);
    await generate(page, 'A fox among fireflies');
    await page.goto('about:blank');
    await phone.offline(false);
    await firePeriodicSync(cdp, server.url);
    await expect.poll(() => storedVideos(server.dataDir).length, { timeout: 60_000 }).toBe(1);
  });
});

/** A tab whose syncing is its own: no worker does it in the tab's place. */
async function tabWithoutWorker(phone: Device, url: string): Promise<Page> {
  const page = await phone.page('/favicon.svg');
  await page.addInitScript(() => {
    Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    // How many transactions are open: a page is not frozen in the middle of one.
    const begin = IDBDatabase.prototype.transaction;
    let open = 0;
    IDBDatabase.prototype.transaction = function (...how) {
      const transaction = begin.apply(this, how);
      open += 1;
      for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => void open--);
      return transaction;
    };
    Reflect.set(globalThis, 'isIdle', () => open === 0);
  });
  await page.goto(url);
  return page;
}

/** Stops a tab where it stands: no timer, no event, no reply is heard until it is thawed. */
async function freeze(page: Page): Promise<() => Promise<void>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Debugger.enable');
  const paused = new Promise((resolve) => cdp.once('Debugger.paused', resolve));
  await page.evaluate(() => {
    const stop = () => {
      // biome-ignore lint/suspicious/noDebugger: it is how the tab is stopped
      if (Reflect.get(globalThis, 'isIdle')()) debugger;
      else setTimeout(stop);
    };
    setTimeout(stop);
  });
  await paused;
  return async () => {
    await cdp.send('Debugger.resume');
    await cdp.detach();
  };
}

/** What the browser itself offers to close every connection of an origin by force. */
async function forceCloser(page: Page): Promise<() => Promise<void>> {
  const internals = await page.context().newPage();
  await internals.goto('chrome://indexeddb-internals');
  const button = internals.getByText('Force close').first();
  await button.waitFor();
  await page.bringToFront();
  return () => button.click();
}

/** How many tabs are at an exchange. */
function syncLocks(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { held = [] } = await navigator.locks.query();
    return held.filter(({ name }) => name?.startsWith('vidfab-sync')).length;
  });
}

async function accepted(page: Page): Promise<number> {
  return (await readTable<{ received: unknown }>(page, 'generations')).filter(({ received }) => received).length;
}

function periodicTags(page: Page): Promise<unknown> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const registry = Reflect.get(registration, 'periodicSync');
    return registry.getTags();
  });
}

async function firePeriodicSync(cdp: CDPSession, origin: string): Promise<void> {
  const registration = new Promise<string>((resolve) => {
    cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const mine = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (mine) resolve(mine.registrationId);
    });
  });
  await cdp.send('ServiceWorker.enable');
  const registrationId = await registration;
  await cdp.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin, registrationId, tag: 'vidfab-periodic' });
}
