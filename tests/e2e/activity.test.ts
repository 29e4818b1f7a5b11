import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { expectTiles, generate, installed, newAccount, signUpIn } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const PROMPT = 'A paper boat in the rain';

let server: TestServer;
let phone: Device;
let page: Page;
beforeAll(async () => {
  server = await startServer();
  phone = await openDevice(server.url);
  page = await phone.page();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  await signUpIn(page, newAccount());
});
afterAll(async () => {
  await phone.close();
  await server.stop();
});

describe('the log in Activity', () => {
  test('tells in words what this device did, newest first', async () => {
    await generate(page, PROMPT);
    await expectTiles(page, ['synced']);
    await page.getByRole('link', { name: 'Activity', exact: true }).first().click();
    await page.getByText('Log of this device').click();
    await page.getByText('The app was opened').waitFor();
    await page
      .getByText(/^Synced: \d+ sent, \d+ received/)
      .first()
      .waitFor();
    const times = await page
      .locator('details time')
      .evaluateAll((all) => all.map((time) => Date.parse(time.getAttribute('datetime') ?? '')));
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('is copied as text, without a word of what was made', async () => {
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await page.getByText('Copied').waitFor();
    await expectLog(await clipboard());
  });

  test('is copied where the browser has no clipboard for pages', async () => {
    await page.evaluate(async () => {
      await navigator.clipboard.writeText('nothing');
      Object.assign(window, { read: navigator.clipboard.readText.bind(navigator.clipboard) });
      Object.defineProperty(navigator, 'clipboard', { value: undefined });
    });
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect.poll(() => page.evaluate(() => Reflect.get(window, 'read')())).not.toBe('nothing');
    await expectLog(await page.evaluate(() => Reflect.get(window, 'read')()));
  });
});

test('what is stuck for long is said so, whatever the connection claims to be (dexie#2225)', async () => {
  await installed(page);
  await server.kill();
  await page.getByRole('link', { name: 'My Assets', exact: true }).first().click();
  await generate(page, PROMPT);
  await age(page, 25 * 60_000);
  await page.goto(new URL('/activity', server.url).href);
  await page.getByText('1 item is not saved on the server yet').waitFor();
  await page.getByText('Log of this device').click();
  const copied = async () => {
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    return clipboard();
  };
  // How long it has waited is read after the screen stands.
  await expect.poll(copied).toMatch(/oldest pending: (1[5-9]|2\d)\d\d s/);
});

/** Makes every generation on the device older, as if time had passed. */
function age(on: Page, ms: number): Promise<void> {
  return on.evaluate(async (older) => {
    const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(names.find((name) => name.startsWith('vidfab-')) ?? '');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const transaction = db.transaction('generations', 'readwrite');
    const store = transaction.objectStore('generations');
    const all = store.getAll();
    all.onsuccess = () => {
      for (const row of all.result) {
        store.put({
          ...row,
          createdAt: row.createdAt - older,
          create: { ...row.create, createdAt: row.createdAt - older },
        });
      }
    };
    await new Promise((resolve) => {
      transaction.oncomplete = resolve;
    });
    db.close();
  }, ms);
}

function clipboard(): Promise<string> {
  return page.evaluate(() => navigator.clipboard.readText());
}

async function expectLog(text: string): Promise<void> {
  const [version, agent, device, videos, pending, sync, , ...lines] = text.trim().split('\n');
  expect(version).toMatch(/^VidFab \d+\.\d+\.\d+ · \d{4}-\d\d-\d\dT/);
  expect(agent).toBe(await page.evaluate(() => navigator.userAgent));
  expect(device).toMatch(/^device [0-9a-f]{16} · epoch [0-9a-f]{16} · schema \d+$/);
  expect(videos).toBe('videos 1: 0 pending, 1 synced, 0 failed · generations unsent: 0');
  expect(pending).toMatch(/^oldest pending: - · last sync: \d{4}-/);
  expect(sync).toMatch(/^sync: (idle|syncing) · online: true · live: /);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (page|worker) \w+( |$)/);
  expect(text).not.toContain('boat');
}
