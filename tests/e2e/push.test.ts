import { createClient } from '@libsql/client';
import type { Page, Worker } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { expectTiles, generate, installed, newAccount, readTable, signUpIn } from '../support/library.ts';
import { personOf } from '../support/page-person.ts';
import { type PushService, standInForBrowserPush, startPushService } from '../support/push-service.ts';
import { startServer, type TestServer } from '../support/server.ts';

const SOON = { timeout: 30_000, interval: 100 };
const PROMPT = 'A fox that comes while nobody looks';

let service: PushService;
let server: TestServer;
let phone: Device;
let page: Page;
beforeEach(async () => {
  service = await startPushService();
  server = await startServer({ env: service.env });
  phone = await openDevice(server.url);
  page = await phone.page('/favicon.svg');
  await standInForBrowserPush(page, service.reader.subscription);
  await signUpIn(page, newAccount());
  await installed(page);
});
afterEach(async () => {
  await phone.close();
  await server.stop();
  await service[Symbol.asyncDispose]();
});

test('a push delivered to a closed app ends in a notification, and in a video that is there with the network off', async () => {
  await allow(page);
  await turnOn(page);
  await generate(page, PROMPT);
  await expect.poll(() => server.log(), SOON).toContain('"to":"running"');
  const person = await personOf(page, server);
  await page.close();

  await expect.poll(() => service.received.length, SOON).toBe(1);
  const data = service.received[0]?.data ?? '';
  const { video, ...notice } = JSON.parse(data);
  expect(notice).toEqual({ kind: 'succeeded', generation: expect.any(String) });
  expect(data).not.toContain('fox');
  await expect.poll(async () => (await person.fetch(`/media/${video}/poster`)).status, SOON).toBe(200);

  await phone.firePush(data);
  const worker = await phone.worker();
  await expect
    .poll(() => notifications(worker), SOON)
    .toEqual([{ title: 'Your video is ready', body: PROMPT, tag: notice.generation, data: `/video/${video}` }]);
  await expect.poll(() => posters(worker), SOON).toBe(1);

  await phone.offline(true);
  const later = await phone.page();
  await expectTiles(later, ['synced'], 10_000);
  await later.getByText(PROMPT).first().waitFor();
  expect(await readTable(later, 'posters')).toHaveLength(1);
  // Told once.
  expect(service.received).toHaveLength(1);
});

test('with no server to be reached, and for what is none of ours, there is a notification all the same', async () => {
  await allow(page);
  await turnOn(page);
  await generate(page, PROMPT);
  await expect.poll(() => service.received.length, SOON).toBe(1);
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByText('简体中文').click();
  await expect.poll(() => words(page), SOON).toMatchObject({ succeeded: '你的视频已完成' });
  await page.close();
  await server.kill();

  await phone.firePush(service.received[0]?.data ?? '');
  const worker = await phone.worker();
  await expect.poll(() => notifications(worker), SOON).toMatchObject([{ title: '你的视频已完成', body: PROMPT }]);
  await phone.firePush('nothing that this version knows');
  await expect
    .poll(async () => (await notifications(worker)).map(({ title }: { title: string }) => title), SOON)
    .toContain('VidFab');
});

test('asked only upon the press; refused, it says so; turned off, or signed out, nothing is sent any more', async () => {
  await page.getByRole('link', { name: 'Settings' }).first().click();
  const on = page.getByRole('button', { name: 'Turn notifications on' });
  const off = page.getByRole('button', { name: 'Turn notifications off' });
  await on.waitFor();
  expect(await page.evaluate(() => Notification.permission)).not.toBe('granted');
  expect(await subscriptions()).toBe(0);

  await allow(page);
  await on.click();
  await off.waitFor();
  await page.reload();
  await off.click();
  await on.waitFor();
  await generate(page, 'A fox of which nobody is told');
  await expectTiles(page, ['synced']);
  expect(service.received).toEqual([]);

  await turnOn(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await expect.poll(subscriptions, SOON).toBe(0);
  expect(await words(page)).toBeUndefined();
});

test('signed out with the network off: the browser is subscribed no more, and what was shown is gone', async () => {
  await allow(page);
  await turnOn(page);
  await phone.firePush('nothing that this version knows');
  const worker = await phone.worker();
  await expect.poll(async () => (await notifications(worker)).length, SOON).toBe(1);
  expect(await isSubscribed(page)).toBe(true);
  await phone.offline(true);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect([await isSubscribed(page), await words(page), await notifications(worker)]).toEqual([false, undefined, []]);
});

/** By the browser's own session, so that it outlives the page. */
function allow(on: Page): Promise<void> {
  return on.context().grantPermissions(['notifications'], { origin: server.url });
}

async function turnOn(on: Page): Promise<void> {
  await on.getByRole('link', { name: 'Settings' }).first().click();
  await on.getByRole('button', { name: 'Turn notifications on' }).click();
  await on.getByRole('button', { name: 'Turn notifications off' }).waitFor();
}

function isSubscribed(on: Page): Promise<boolean> {
  return on.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    return (await registration?.pushManager.getSubscription()) !== null;
  });
}

/** What the device shows now. */
function notifications(worker: Worker) {
  return worker.evaluate(async () => {
    const shown = await Reflect.get(globalThis, 'registration').getNotifications();
    return shown.map(({ title, body, tag, data }: Notification) => ({ title, body, tag, data }));
  });
}

/** The browsers that the server knows. */
async function subscriptions(): Promise<number> {
  const db = createClient({ url: `file:${server.dataDir}/vidfab.db` });
  const { rows } = await db.execute('SELECT endpoint FROM push_subscription');
  db.close();
  return rows.length;
}

/** In which words the worker would tell; nothing where nobody asked. */
function words(on: Page): Promise<unknown> {
  return on.evaluate(
    () =>
      new Promise((resolve) => {
        const opening = indexedDB.open('vidfab');
        opening.onsuccess = () => {
          const asked = opening.result.transaction('session').objectStore('session').get('notices');
          asked.onsuccess = () => {
            opening.result.close();
            resolve(asked.result?.words);
          };
        };
      }),
  );
}

/** How many posters the person's database holds, with no page to ask. */
function posters(worker: Worker): Promise<number> {
  return worker.evaluate(async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    return new Promise<number>((resolve) => {
      const opening = indexedDB.open(names.find((name) => name.startsWith('vidfab-')) ?? '');
      opening.onsuccess = () => {
        const counting = opening.result.transaction('posters').objectStore('posters').count();
        counting.onsuccess = () => {
          opening.result.close();
          resolve(counting.result);
        };
      };
    });
  });
}
