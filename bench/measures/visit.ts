import type { CDPSession, Page } from 'playwright-core';
import { openDevice } from '../../tests/support/device.ts';
import type { Identity } from '../peers/peer.ts';

/** A page of a peer in a browser with a fresh profile. */
export interface Visit extends AsyncDisposable {
  readonly page: Page;
  readonly cdp: CDPSession;
}

const PATIENCE_MS = 180_000;

export interface Network {
  readonly name: string;
  /** Null leaves the loopback as it is. */
  readonly throttle: {
    readonly latency: number;
    /** Bytes per second. */
    readonly downloadThroughput: number;
    readonly uploadThroughput: number;
  } | null;
}

export const LOOPBACK: Network = { name: 'loopback', throttle: null };
/** 150 ms there and back, 1.6 Mbit/s down, 750 kbit/s up. */
export const SLOW_4G: Network = {
  name: 'slow 4G',
  throttle: { latency: 150, downloadThroughput: 1_600_000 / 8, uploadThroughput: 750_000 / 8 },
};

export async function visit(options: {
  readonly origin: string;
  readonly peer: string;
  readonly identity: Identity;
}): Promise<Visit> {
  const { origin, peer, identity } = options;
  const device = await openDevice(origin);
  // A peer that hangs fails its sample, and the bench goes on.
  const patience = setTimeout(() => void device.kill(), PATIENCE_MS);
  const page = await device.page('about:blank');
  await page.context().addCookies(identity.cookies.map((cookie) => ({ ...cookie, url: origin })));
  await page.goto(`${origin}/__bench/${peer}`);
  await page.waitForFunction(() => window.bench !== undefined);
  await page.evaluate((user) => window.bench.open(user), identity.user);
  const close = () => {
    clearTimeout(patience);
    return device.close();
  };
  const cdp = await page.context().newCDPSession(page);
  return { page, cdp, [Symbol.asyncDispose]: close };
}

export async function emulate({ cdp }: Visit, { throttle }: Network): Promise<void> {
  await cdp.send('Network.enable');
  if (throttle) await cdp.send('Network.emulateNetworkConditions', { offline: false, ...throttle });
}

/** Loads the page again, which finds only what is on the device. */
export async function reload({ page }: Visit, user: string): Promise<void> {
  await page.reload();
  await page.waitForFunction(() => window.bench !== undefined);
  await page.evaluate((id) => window.bench.open(id), user);
}
