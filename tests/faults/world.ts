/** A server, a network that can fail, and a device of a person who signed up through it. */
import type { Page } from 'playwright-core';
import { type Device, openDevice } from '../support/device.ts';
import { type FaultPlan, type FaultProxy, startFaultProxy } from '../support/fault-proxy.ts';
import { type Account, newAccount, signInTo, signUpIn, syncCursor } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

export interface World extends AsyncDisposable {
  readonly server: TestServer;
  readonly account: Account;
  /** The person's first device. */
  readonly phone: Station;
  /** Another device, behind a network of its own; the person signs in on it. */
  readonly another: () => Promise<Station>;
  /** Another device on which nobody is signed in yet, its network as the plan says. */
  readonly arrive: (plan: FaultPlan) => Promise<Station>;
}

/** A device, its page, and the network between it and the server. */
export interface Station {
  readonly device: Device;
  readonly proxy: FaultProxy;
  readonly page: Page;
}

/** @param prepare called with each page before the app is opened in it */
export async function openWorld(
  options: { readonly prepare?: (page: Page, index: number) => Promise<void> } = {},
): Promise<World> {
  const opened = new AsyncDisposableStack();
  const account = newAccount();
  let stations = 0;
  try {
    const server = opened.use(await startServer());
    const arrive = async (plan: FaultPlan | null): Promise<Station> => {
      const proxy = opened.use(await startFaultProxy(server.url));
      proxy.inject(plan);
      const device = opened.use(await openDevice(proxy.url));
      const page = await device.page('/favicon.svg');
      await options.prepare?.(page, stations++);
      return { device, proxy, page };
    };
    const open = async (enter: typeof signUpIn): Promise<Station> => {
      const station = await arrive(null);
      await enter(station.page, account);
      await until(
        () => syncCursor(station.page),
        (cursor) => cursor?.startsWith('c.') === true,
      );
      return station;
    };
    const phone = await open(signUpIn);
    return {
      server,
      account,
      phone,
      another: () => open(signInTo),
      arrive,
      [Symbol.asyncDispose]: () => opened.disposeAsync(),
    };
  } catch (error) {
    await opened.disposeAsync();
    throw error;
  }
}

/** Keeps the service worker out of a device, so that what happens there is the page's doing alone. */
export async function withoutWorker(page: Page): Promise<void> {
  await page.addInitScript(() => {
    ServiceWorkerContainer.prototype.register = () => new Promise(() => {});
  });
}
