/**
 * A device: a real Chromium with a profile of its own that survives being killed.
 *
 *   await using phone = await openDevice(server.url);
 *   const page = await phone.page('/create');
 *   await phone.offline(true);            // pages and workers alike
 *   await phone.kill();                   // SIGKILL, as a phone does it
 *   await phone.quit();                   // as a person does it: the browser writes out its cookies
 *   await phone.reopen();                 // the same profile
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, type CDPSession, chromium, type Page, type Worker } from 'playwright-core';
import { chromiumArgs, findChromium } from '../../scripts/chromium.ts';

export interface Device extends AsyncDisposable {
  readonly page: (path?: string) => Promise<Page>;
  readonly offline: (offline: boolean) => Promise<void>;
  readonly kill: () => Promise<void>;
  readonly quit: () => Promise<void>;
  readonly reopen: () => Promise<void>;
  /** Fires a one-shot Background Sync at the service worker, with no page needed. */
  readonly fireSync: (tag: string) => Promise<void>;
  /** Hands a push message to the service worker as the browser does once it has decrypted it, with no page needed. */
  readonly firePush: (data: string) => Promise<void>;
  /** The running service worker of the app. */
  readonly worker: () => Promise<Worker>;
  readonly close: () => Promise<void>;
}

interface Running {
  readonly child: ChildProcess;
  readonly browser: Browser;
  readonly context: BrowserContext;
}

/** @param origin what `page` paths are relative to */
export async function openDevice(
  origin: string,
  options: { readonly viewport?: { width: number; height: number }; readonly locale?: string } = {},
): Promise<Device> {
  const profile = mkdtempSync(join(tmpdir(), 'vidfab-profile-'));
  let running = await launch(profile, options.locale);

  const kill = async () => {
    const exit = once(running.child, 'exit');
    running.child.kill('SIGKILL');
    await exit;
  };
  const close = async () => {
    if (running.child.exitCode === null && running.child.signalCode === null) await kill();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };

  return {
    page: async (path = '/') => {
      const page = await running.context.newPage();
      await page.setViewportSize(options.viewport ?? { width: 390, height: 844 });
      await page.goto(new URL(path, origin).href);
      return page;
    },
    offline: (offline) => running.context.setOffline(offline),
    kill,
    quit: async () => {
      const exit = once(running.child, 'exit');
      const cdp = await running.browser.newBrowserCDPSession();
      await cdp.send('Browser.close');
      await exit;
    },
    reopen: async () => {
      running = await launch(profile, options.locale);
    },
    fireSync: (tag) =>
      withRegistration(running, origin, (session, registrationId) =>
        session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: false }),
      ),
    firePush: (data) =>
      withRegistration(running, origin, (session, registrationId) =>
        session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data }),
      ),
    worker: async () => {
      const mine = () => running.context.serviceWorkers().find((worker) => worker.url().startsWith(origin));
      return mine() ?? (await running.context.waitForEvent('serviceworker', { timeout: 10_000 }));
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function launch(profile: string, locale = 'en-US'): Promise<Running> {
  const child = spawn(
    findChromium(),
    [
      ...chromiumArgs,
      '--headless',
      `--lang=${locale}`,
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      '--autoplay-policy=no-user-gesture-required',
      // Pages of its own address bar, which nobody sees: a sixth of what a launch costs.
      '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const browser = await chromium.connectOverCDP(await endpoint(child));
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium has no default context');
  return { child, browser, context };
}

function endpoint(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      const url = /DevTools listening on (\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}: ${said}`)));
  });
}

async function withRegistration(
  { browser, context }: Running,
  origin: string,
  act: (session: CDPSession, registrationId: string) => Promise<unknown>,
): Promise<void> {
  const cdp = await browser.newBrowserCDPSession();
  const { targetId } = await cdp.send('Target.createTarget', { url: 'about:blank' });
  const page = context.pages().at(-1);
  if (!page) throw new Error('no page to speak through');
  const session = await context.newCDPSession(page);
  const registration = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const mine = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin));
      if (mine) resolve(mine.registrationId);
    });
  });
  await session.send('ServiceWorker.enable');
  await act(session, await registration);
  await cdp.send('Target.closeTarget', { targetId });
}
