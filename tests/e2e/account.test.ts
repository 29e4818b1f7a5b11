import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import { newAccount, signInTo, signUpIn } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

test('a new password: the other device has to sign in again, with the new one', async () => {
  await using phone = await openDevice(server.url);
  await using laptop = await openDevice(server.url);
  const account = newAccount();
  const here = await phone.page();
  await signUpIn(here, account);
  const there = await laptop.page();
  await signInTo(there, account);

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
  const signIn = (password: string) =>
    fetch(`${server.url}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: account.email, password }),
    });
  expect([(await signIn(account.password)).status, (await signIn('another horse')).status]).toEqual([401, 200]);

  await here.getByRole('button', { name: 'End every other session' }).click();
  await here.getByText('Every other device is signed out.').waitFor();
});
