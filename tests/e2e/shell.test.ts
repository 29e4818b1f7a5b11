import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import { installed, newAccount, signUpIn } from '../support/library.ts';
import { startProxy } from '../support/proxy.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeEach(async () => {
  server = await startServer();
});
afterEach(() => server.stop());

describe('the installed app', () => {
  test('can be installed: the browser finds nothing missing', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    const cdp = await page.context().newCDPSession(page);
    const { installabilityErrors } = await cdp.send('Page.getInstallabilityErrors');
    expect(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito')).toEqual([]);
    const { data, errors } = await cdp.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    const manifest = JSON.parse(data ?? '{}');
    expect(manifest).toMatchObject({ id: '/', start_url: expect.any(String), display: 'standalone' });
    expect(manifest.shortcuts.map(({ name }: { name: string }) => name)).toEqual(['Create', 'My Assets', 'Activity']);
    const icons = [...manifest.icons, ...manifest.shortcuts.flatMap((shortcut: { icons: object[] }) => shortcut.icons)];
    for (const { src } of icons) expect((await fetch(new URL(src, server.url))).status).toBe(200);
  });

  test('starts on every route with the network off and the server dead', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await server.kill();
    await phone.offline(true);
    for (const path of [
      '/',
      '/create',
      '/activity',
      '/settings',
      '/?filter=trash',
      '/video/01900000-0000-7000-8000-000000000001',
    ]) {
      await page.goto(new URL(path, server.url).href);
      await page.getByRole('link', { name: 'Create', exact: true }).first().waitFor();
      await page.getByRole('heading').first().waitFor();
      expect(await page.getByText(/could not be loaded|something went wrong/i).count(), path).toBe(0);
    }
  });

  test('says Offline, and goes on', async () => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await phone.offline(true);
    await page.reload();
    await expect
      .poll(() => page.getByRole('status').allTextContents(), { timeout: 20_000 })
      .toContainEqual(expect.stringContaining('Offline'));
  });

  test('offers an update and reloads only when asked', async () => {
    let version = 1;
    await using proxy = await startProxy({
      target: server.url,
      rewrite: (path, body) => (path === '/sw.js' && version > 1 ? `${body}\n// version ${version}` : null),
    });
    await using phone = await openDevice(proxy.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await page.evaluate(() => Object.assign(window, { untouched: true }));
    version = 2;
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
    const reload = page.getByRole('button', { name: 'Reload' });
    await reload.waitFor();
    expect(await page.evaluate(() => 'untouched' in window)).toBe(true);
    await Promise.all([page.waitForEvent('load'), reload.click()]);
    expect(await page.evaluate(() => 'untouched' in window)).toBe(false);
    await page.getByRole('link', { name: 'Create', exact: true }).first().waitFor();
  });

  test.each([
    ['a page where a script should be', '<!doctype html>', 'text/html'],
    ['a script cut short', 'const half = {', 'text/javascript'],
  ])('mends itself once where its cache has %s, and keeps what people made', async (_, body, type) => {
    await using phone = await openDevice(server.url);
    const page = await phone.page();
    await signUpIn(page, newAccount());
    await installed(page);
    await page.getByRole('link', { name: 'Create', exact: true }).first().click();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A film to be');
    await page.waitForFunction(() => JSON.stringify(localStorage).includes('A film to be'));
    const databases = () => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());
    const before = await databases();
    await page.evaluate(
      async ([text = '', contentType = '']) => {
        for (const name of await caches.keys()) {
          const cache = await caches.open(name);
          for (const request of await cache.keys()) {
            if (!/assets\/app-.*\.js/.test(request.url)) continue;
            await cache.put(request, new Response(text, { headers: { 'content-type': contentType } }));
          }
        }
      },
      [body, type],
    );
    await page.goto(new URL('/create', server.url).href);
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe('A film to be');
    expect(await databases()).toEqual(before);
    await installed(page);
  });
});
