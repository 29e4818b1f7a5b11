import type { CDPSession, Page } from 'playwright-core';
import type { CopyRecord, VideoRecord } from '../../client/data/database.ts';
import { runningApp } from '../../tests/faults/running-app.ts';
import { type Device, openDevice } from '../../tests/support/device.ts';
import { type Account, chooseFile, newAccount, readTable, signInTo, signUpIn } from '../../tests/support/library.ts';
import { startServer, type TestServer } from '../../tests/support/server.ts';

/** The app in a real Chromium with a profile of its own, signed in and with its worker. */
export interface Station {
  readonly device: Device;
  readonly page: Page;
  readonly cdp: CDPSession;
}

export interface Stations extends AsyncDisposable {
  readonly server: TestServer;
  /** A person's device; the first signs up, further ones sign in. */
  readonly open: () => Promise<Station>;
}

export async function openStations(): Promise<Stations> {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startServer({ env: { LOG_LEVEL: 'error' } }));
  const account: Account = newAccount();
  let enter = signUpIn;
  return {
    server,
    open: async () => {
      const device = stack.use(await openDevice(server.url));
      const page = await device.page();
      await enter(page, account);
      enter = signInTo;
      await page.goto(server.url);
      await runningApp(page);
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      return { device, page, cdp: await page.context().newCDPSession(page) };
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** Has a file imported. @returns once so many videos are whole on this device */
export async function importFile({ page }: Station, path: string, count: number): Promise<void> {
  await chooseFile(page, path);
  await untilKept(page, count);
}

async function untilKept(page: Page, count: number): Promise<void> {
  await poll(async () => {
    const copies = await readTable<CopyRecord>(page, 'copies');
    const videos = await readTable<VideoRecord>(page, 'videos');
    return videos.length >= count && copies.filter(({ state }) => state === 'verified').length >= count;
  });
}

export async function poll(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 600_000; Date.now() < end; ) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('not in time');
}
