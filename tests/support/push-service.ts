/**
 * A push service of the test's own, since a browser's is outside: it takes what a real server process sends over
 * TLS, to a public address (see `outside.ts`), and reads it with the keys of the subscription.
 *
 *   await using service = await startPushService();
 *   const server = await startServer({ env: service.env });
 *   await standInForBrowserPush(page, service.reader.subscription);
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { OUTSIDE, OUTSIDE_ENV } from './outside.ts';
import { createReader, type Reader, readVapid } from './push.ts';

/** Key and certificate, for two addresses and of no worth. */
const PEM = fileURLToPath(new URL('../fixtures/push-service.pem', import.meta.url));

export interface PushService extends AsyncDisposable {
  readonly env: Readonly<Record<string, string>>;
  readonly reader: Reader;
  /** What arrived, decrypted, with the key that it was signed with. */
  readonly received: readonly { readonly data: string; readonly key: string }[];
  /** What it answers from now on. */
  readonly answer: (status: number) => void;
}

export async function startPushService(): Promise<PushService> {
  const received: { data: string; key: string }[] = [];
  let status = 201;
  const pem = readFileSync(PEM);
  const server = createServer({ key: pem, cert: pem }, async (incoming, outgoing) => {
    const data = reader.read(await buffer(incoming));
    received.push({ data, key: readVapid(incoming.headers.authorization ?? '').key });
    outgoing.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const reader = createReader(`https://${OUTSIDE}:${port}/send/phone`);
  return {
    env: { ...OUTSIDE_ENV, NODE_EXTRA_CA_CERTS: PEM },
    reader,
    received,
    answer: (next) => {
      status = next;
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/**
 * Takes the place of the browser's connection to its push service, which there is none of without the internet:
 * a subscription that lasts until it is ended, as the browser's own does. Nothing else of the browser is touched.
 */
export async function standInForBrowserPush(page: Page, subscription: Reader['subscription']): Promise<void> {
  await page.addInitScript((known) => {
    const KEY = 'the test’s push service';
    const made = () => {
      const options = localStorage.getItem(KEY);
      if (options === null) return null;
      const { applicationServerKey, ...others } = JSON.parse(options);
      const key = Uint8Array.from(atob(applicationServerKey.replaceAll('-', '+').replaceAll('_', '/')), (each) =>
        each.charCodeAt(0),
      );
      return {
        ...known,
        options: { ...others, applicationServerKey: key.buffer },
        toJSON: () => known,
        unsubscribe: async () => {
          localStorage.removeItem(KEY);
          return true;
        },
      };
    };
    Object.assign(PushManager.prototype, {
      subscribe: async (options: object) => {
        localStorage.setItem(KEY, JSON.stringify(options));
        return made();
      },
      getSubscription: async () => made(),
    });
  }, subscription);
}
