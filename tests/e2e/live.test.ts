import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VideoId } from '../../sync/ids.ts';
import { type RunningApp, runningApp } from '../faults/running-app.ts';
import { withoutWorker } from '../faults/world.ts';
import { type Device, openDevice } from '../support/device.ts';
import { type FaultProxy, PASS, startFaultProxy } from '../support/fault-proxy.ts';
import { type Account, newAccount, readTable, signInTo, signUpIn } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

/** Far below the 60 s after which a device that is told of everything asks by itself. */
const SOON = { timeout: 30_000, interval: 50 };

/** One person's device: its page, and the network through which its requests are seen. */
interface Station extends AsyncDisposable {
  readonly device: Device;
  readonly proxy: FaultProxy;
  readonly page: Page;
  readonly app: RunningApp;
  /** Requests for this path so far. */
  readonly asked: (path: string) => number;
}

let server: TestServer;
let account: Account;
beforeEach(async () => {
  server = await startServer();
  account = newAccount();
});
afterEach(() => server.stop());

test('a change made on one device is on the other at once, without its asking', async () => {
  await using phone = await openStation(signUpIn);
  await using laptop = await openStation(signInTo);
  const id = await storeVideo(phone.page);
  await expect.poll(() => titleOn(laptop.page), SOON).toBe('A fox');
  await settled(laptop);
  const [exchanges, statuses] = [laptop.asked('/api/sync'), laptop.asked('/api/generations/')];
  for (let n = 1; n <= 5; n++) {
    await rename(phone, id, `Take ${n}`);
    await expect.poll(() => titleOn(laptop.page), SOON).toBe(`Take ${n}`);
  }
  // The stream told all of it; one exchange of its own perhaps, and no other question.
  expect(laptop.asked('/api/sync') - exchanges).toBeLessThanOrEqual(1);
  expect(laptop.asked('/api/generations/')).toBe(statuses);
});

test('an own push is no news: the poke that it causes leads to no exchange', async () => {
  // The worker looks after the page once for what it was asked to.
  await using phone = await openStation(signUpIn, withoutWorker);
  const id = await storeVideo(phone.page);
  await settled(phone);
  const before = phone.asked('/api/sync');
  for (let n = 1; n <= 5; n++) {
    await rename(phone, id, `Take ${n}`);
    await settled(phone);
  }
  expect(phone.asked('/api/sync') - before).toBe(5);
});

test('a poke while a reply is held is not lost', async () => {
  await using phone = await openStation(signUpIn);
  await using laptop = await openStation(signInTo);
  const id = await storeVideo(phone.page);
  await expect.poll(() => titleOn(laptop.page), SOON).toBe('A fox');
  await settled(laptop);

  let release = () => {};
  const until = new Promise<void>((resolve) => {
    release = resolve;
  });
  laptop.proxy.inject(({ path, n }) => (path === '/api/sync' && n === 0 ? { kind: 'hold', at: 'reply', until } : PASS));
  const held = laptop.asked('/api/sync');
  await laptop.app.evaluate((app) => app.syncNow());
  await expect.poll(() => laptop.asked('/api/sync'), SOON).toBe(held + 1);
  // The held reply is older than this.
  await new Promise((resolve) => setTimeout(resolve, 500));
  await rename(phone, id, 'A wolf');
  await settled(phone);
  expect(await titleOn(laptop.page)).toBe('A fox');
  release();
  await expect.poll(() => titleOn(laptop.page), SOON).toBe('A wolf');
});

test('two tabs have one stream; when its tab is closed the other one takes over', async () => {
  await using phone = await openStation(signUpIn);
  await using laptop = await openStation(signInTo);
  const second = await laptop.device.page('/');
  const app = await runningApp(second);
  await expect.poll(() => stateOf(app), SOON).toBe('connected');
  expect(laptop.asked('/api/sync/events')).toBe(1);

  const id = await storeVideo(phone.page);
  await expect.poll(() => titleOn(second), SOON).toBe('A fox');
  expect(laptop.asked('/api/sync/events')).toBe(1);

  await laptop.page.close();
  await expect.poll(() => laptop.asked('/api/sync/events'), SOON).toBe(2);
  await expect.poll(() => stateOf(app), SOON).toBe('connected');
  await rename(phone, id, 'A wolf');
  await expect.poll(() => titleOn(second), SOON).toBe('A wolf');
});

test('after a restart of the server, and after its death, devices are told again', async () => {
  await using phone = await openStation(signUpIn);
  await using laptop = await openStation(signInTo);
  const id = await storeVideo(phone.page);
  await expect.poll(() => titleOn(laptop.page), SOON).toBe('A fox');
  for (const [end, title] of [
    [server.restart, 'A wolf'],
    [() => server.kill().then(server.restart), 'A hare'],
  ] as const) {
    const streams = laptop.asked('/api/sync/events');
    await end();
    await expect.poll(() => laptop.asked('/api/sync/events'), { timeout: 30_000 }).toBeGreaterThan(streams);
    await expect.poll(() => stateOf(laptop.app), { timeout: 30_000 }).toBe('connected');
    await rename(phone, id, title);
    await expect.poll(() => titleOn(laptop.page), { timeout: 30_000 }).toBe(title);
  }
});

test('a connection that is open and dead is found out within a minute or so', async () => {
  await using laptop = await openStation(signUpIn);
  const streams = laptop.asked('/api/sync/events');
  process.kill(server.pid(), 'SIGSTOP');
  try {
    await expect.poll(() => stateOf(laptop.app), { timeout: 90_000, interval: 500 }).toBe('connecting');
  } finally {
    process.kill(server.pid(), 'SIGCONT');
  }
  await expect.poll(() => stateOf(laptop.app), { timeout: 60_000, interval: 500 }).toBe('connected');
  expect(laptop.asked('/api/sync/events')).toBeGreaterThan(streams);
});

test('without a session no stream is asked for, until someone signs in again', async () => {
  await using laptop = await openStation(signUpIn);
  await laptop.page.evaluate(() =>
    fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
  );
  await laptop.app.evaluate((app) => app.syncNow());
  await expect.poll(() => stateOf(laptop.app), SOON).toBe('off');
  const streams = laptop.asked('/api/sync/events');
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  expect(laptop.asked('/api/sync/events')).toBe(streams);
  await signInTo(laptop.page, account);
  const app = await runningApp(laptop.page);
  await expect.poll(() => stateOf(app), SOON).toBe('connected');
});

/** A device whose person is signed in, and which is told of what happens. */
async function openStation(
  enter: (page: Page, who: Account) => Promise<void>,
  prepare: (page: Page) => Promise<void> = async () => undefined,
): Promise<Station> {
  const opened = new AsyncDisposableStack();
  const proxy = opened.use(await startFaultProxy(server.url));
  const device = opened.use(await openDevice(proxy.url));
  const page = await device.page('/favicon.svg');
  await prepare(page);
  await enter(page, account);
  const app = await runningApp(page);
  await expect.poll(() => stateOf(app), SOON).toBe('connected');
  return {
    device,
    proxy,
    page,
    app,
    asked: (path) =>
      proxy.seen().filter((seen) => seen.path === path || (path.endsWith('/') && seen.path.startsWith(path))).length,
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

function stateOf(app: RunningApp): Promise<string> {
  return app.evaluate((services) => services.live.get());
}

/** A video whose bytes are nowhere, so that after a moment nothing more happens to it. */
async function storeVideo(page: Page): Promise<string> {
  const reply = await page.evaluate(async () => {
    const body = JSON.stringify({ prompt: 'A fox', original_url: 'http://127.0.0.1:9/fox.mp4' });
    const headers = { 'content-type': 'application/json' };
    return (await fetch('/api/video/store', { method: 'POST', headers, body })).json();
  });
  await expect.poll(() => titleOn(page), SOON).toBe('A fox');
  return reply.data.id;
}

async function rename({ app }: Station, id: string, title: string): Promise<void> {
  await app.evaluate((services, change) => services.commands.setTitle(change.id as VideoId, change.title), {
    id,
    title,
  });
}

interface StoredVideo {
  readonly create: { readonly prompt: string };
  readonly fields: { readonly title?: readonly [string | null, string] };
}

async function titleOn(page: Page): Promise<string | undefined> {
  const [video] = await readTable<StoredVideo>(page, 'videos');
  return video && (video.fields.title?.[0] ?? video.create.prompt);
}

/** Nothing has been exchanged for a while, and nothing is about to be. */
async function settled({ page, asked }: Station): Promise<void> {
  let quiet = 0;
  let last = -1;
  await expect
    .poll(
      async () => {
        const dirty = (await readTable<{ dirty: number }>(page, 'videos')).some((row) => row.dirty === 1);
        const now = asked('/api/sync');
        quiet = !dirty && now === last ? quiet + 1 : 0;
        last = now;
        return quiet;
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBeGreaterThan(7);
}
