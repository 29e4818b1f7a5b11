import type { Page } from 'playwright-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import {
  type Account,
  expectTiles,
  generate,
  installed,
  newAccount,
  signInTo,
  signUpIn,
  syncCursor,
} from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

test('a new password: the other device has to sign in again, with the new one', async () => {
  await using phone = await openDevice(server.url);
  await using laptop = await openDevice(server.url);
  const { account, here, there } = await signedInOnBoth(phone, laptop);

  await here.getByRole('link', { name: 'Settings' }).first().click();
  await here.getByRole('button', { name: 'Change password…' }).click();
  const dialog = here.getByRole('dialog');
  await dialog.getByLabel('Password until now').fill('not my password');
  await dialog.getByLabel('New password').fill('another horse');
  await dialog.getByRole('button', { name: 'Change password' }).click();
  await dialog.getByText('That is not your password.').waitFor();
  await dialog.getByLabel('Password until now').fill(account.password);
  await dialog.getByRole('button', { name: 'Change password' }).click();
  await here.getByText('Your password is changed.').waitFor();

  await there.reload();
  await there
    .getByText(/sign in again/i)
    .first()
    .waitFor({ timeout: 30_000 });
  await here.reload();
  await here.getByRole('heading', { name: 'Settings' }).waitFor();
  expect(await here.getByText(/sign in again/i).count()).toBe(0);
  const statuses = [await signIn(account.password, account), await signIn('another horse', account)].map(
    ({ status }) => status,
  );
  expect(statuses).toEqual([401, 200]);
});

test('every device is listed, and one is ended by itself', async () => {
  await using phone = await openDevice(server.url);
  await using laptop = await openDevice(server.url);
  const { account, here, there } = await signedInOnBoth(phone, laptop);
  await signIn(account.password, account, 'curl/8.15.0');

  await here.getByRole('link', { name: 'Settings' }).first().click();
  const opener = here.getByRole('button', { name: 'Where you are signed in…' });
  await opener.click();
  const dialog = here.getByRole('dialog');
  const devices = dialog.getByRole('listitem');
  await devices.nth(2).waitFor();
  expect(await devices.first().textContent()).toBe('Chrome on LinuxSigned in todayThis device');
  expect(await devices.first().getByRole('button').count()).toBe(0);
  expect((await devices.allTextContents()).join()).toContain('curl');
  const seen = await here.evaluate(async () => (await fetch('/api/auth/sessions')).text());
  const cookies = await here.context().cookies();
  for (const { value } of cookies) expect(seen).not.toContain(decodeURIComponent(value).split('.')[0]);

  await phone.offline(true);
  await dialog.getByRole('button', { name: 'End Chrome on Linux' }).click();
  await dialog.getByRole('alert').getByText('The server was not reached.').waitFor();
  await phone.offline(false);
  await dialog.getByRole('button', { name: 'End Chrome on Linux' }).click();
  await dialog.getByText('Chrome on Linux is signed out.').waitFor();
  expect(await devices.count()).toBe(2);
  // It hears of it by itself.
  await there
    .getByText(/sign in again/i)
    .first()
    .waitFor({ timeout: 60_000 });

  await dialog.getByRole('button', { name: 'End every other session' }).click();
  await dialog.getByText('Every other device is signed out.').waitFor();
  expect(await devices.count()).toBe(1);
  await here.keyboard.press('Escape');
  expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  await here.reload();
  await here.getByRole('heading', { name: 'Settings' }).waitFor();
  expect(await here.getByText(/sign in again/i).count()).toBe(0);
});

test('an account is deleted: it is gone from the server and this device, and the other one has to sign in', async () => {
  await using phone = await openDevice(server.url);
  await using laptop = await openDevice(server.url);
  const { account, here, there } = await signedInOnBoth(phone, laptop);
  await installed(here);
  await generate(here, 'a film that nobody will miss');
  await expectTiles(here, ['synced']);
  await expectTiles(there, ['synced']);
  const stored = () => storedVideos(server.dataDir);
  expect(stored()).toHaveLength(1);
  const libraries = (page: Page) =>
    page.evaluate(async () =>
      (await indexedDB.databases()).map(({ name }) => name).filter((name) => name !== 'vidfab'),
    );
  expect(await libraries(here)).toHaveLength(1);

  await here.getByRole('link', { name: 'Settings' }).first().click();
  await here.getByRole('button', { name: 'Delete account…' }).click();
  const dialog = here.getByRole('dialog');
  await dialog.getByText('the 1 video in your library').waitFor();
  await dialog.getByLabel('Your password').fill('not my password');
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByText('That is not your password. Nothing was deleted.').waitFor();
  await phone.offline(true);
  await dialog.getByLabel('Your password').fill(account.password);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await dialog.getByRole('alert').getByText('The server was not reached.').waitFor();
  await phone.offline(false);
  // What could be taken along is offered first.
  await dialog.getByRole('button', { name: 'Export first…' }).click();
  await here.getByRole('dialog', { name: 'Export videos' }).getByRole('button', { name: 'Cancel' }).click();
  expect((await signIn(account.password, account)).status).toBe(200);

  await here.getByRole('button', { name: 'Delete account…' }).click();
  await dialog.getByLabel('Your password').fill(account.password);
  await dialog.getByRole('button', { name: 'Delete account' }).click();
  await here.getByText('Your account is deleted').waitFor();
  await here.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  expect(await libraries(here)).toEqual([]);
  expect((await signIn(account.password, account)).status).toBe(401);
  await expect.poll(stored, { timeout: 30_000 }).toEqual([]);

  await there
    .getByText(/sign in again/i)
    .first()
    .waitFor({ timeout: 60_000 });
  // The same address begins anew, with nothing in it, whatever that device has of the old one.
  await there.goto(new URL('/settings', server.url).href);
  await there.getByRole('button', { name: 'Sign out', exact: true }).click();
  await there.getByRole('dialog').getByRole('button', { name: 'Sign out', exact: true }).click();
  await there.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
  await signUpIn(there, account);
  await there.getByText('Your videos will live here').waitFor();
  await expect.poll(() => syncCursor(there), { timeout: 30_000 }).not.toBeNull();
  await expectTiles(there, []);
});

async function signedInOnBoth(phone: Device, laptop: Device) {
  const account = newAccount();
  const here = await phone.page();
  await signUpIn(here, account);
  const there = await laptop.page();
  await signInTo(there, account);
  return { account, here, there };
}

/** @param userAgent of the device that does */
function signIn(password: string, { email }: Account, userAgent = 'node'): Promise<Response> {
  return fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': userAgent },
    body: JSON.stringify({ email, password }),
  });
}
