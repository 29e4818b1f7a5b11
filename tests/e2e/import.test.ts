import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hevc } from '../../client/media/testing/hevc-film.ts';
import { type Device, openDevice } from '../support/device.ts';
import {
  chooseFile,
  expectPlays,
  expectTiles,
  installed,
  keptOffline,
  newAccount,
  readTable,
  signInTo,
  signUpIn,
  syncCursor,
} from '../support/library.ts';
import { makePicture } from '../support/pictures.ts';
import { startServer, type TestServer } from '../support/server.ts';

const TINY = fileURLToPath(new URL('../fixtures/tiny.mp4', import.meta.url));
const BYTES = readFileSync(TINY);
const SOON = { timeout: 30_000 };

let server: TestServer;
let phone: Device;
let folder: string;
beforeAll(async () => {
  server = await startServer();
  folder = mkdtempSync(join(tmpdir(), 'vidfab-import-'));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  phone = await openDevice(server.url);
});
afterEach(() => phone.close());

/** A signed-in page with its worker, and with the network off unless the test wants it. */
async function signedIn(account = newAccount()): Promise<Page> {
  const page = await phone.page();
  await signUpIn(page, account);
  await installed(page);
  await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
  // Cookies are written out when the browser quits; what a kill takes with it is not this test's matter.
  return page;
}

const importsOf = (page: Page) => page.getByTestId('imports').getByRole('listitem');
const outcomes = async (page: Page) => (await importsOf(page).allTextContents()).sort();
const count = async (page: Page, table: string) => (await readTable(page, table)).length;

async function openFirst(page: Page): Promise<void> {
  await page.getByTestId('video-tile').first().click();
  await page.getByRole('region', { name: 'Where this video is' }).waitFor();
}

describe('import with the network off', () => {
  test('is pending at once, plays, and after a restart of the browser is still there and plays', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await page.getByLabel('Choose videos to import').first().setInputFiles(TINY);
    await expectTiles(page, ['pending']);
    await expect.poll(() => outcomes(page)).toEqual([expect.stringContaining('Imported. It plays offline.')]);
    await page.getByTestId('imports').getByRole('link', { name: 'Open' }).click();
    await expectPlays(page);
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('tiny');
    await page.getByText('Only on this device so far.').waitFor();
    const remove = page.getByRole('button', { name: 'Remove offline copy' });
    expect(await remove.isDisabled()).toBe(true);
    await page.getByText('kept on this device until the server has the very same').waitFor();

    await phone.quit();
    await phone.reopen();
    await phone.offline(true);
    const again = await phone.page();
    await expectTiles(again, ['pending']);
    await expect.poll(() => count(again, 'posters')).toBe(1);
    await openFirst(again);
    await expectPlays(again);
  });

  test('can be downloaded again, byte by byte, under its title', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await page.getByLabel('Choose videos to import').first().setInputFiles(TINY);
    await expectTiles(page, ['pending']);
    await openFirst(page);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('link', { name: 'Download' })
        .or(page.getByRole('button', { name: 'Download' }))
        .first()
        .click(),
    ]);
    expect(readFileSync(await download.path())).toEqual(BYTES);
    expect(download.suggestedFilename()).toBe('tiny.mp4');
  });

  test('one that this browser cannot play says so in the grid and in its player, and is downloaded whole', async () => {
    const page = await signedIn();
    const film = Buffer.from(await hevc());
    const file = { name: 'from a phone.mp4', mimeType: 'video/mp4', buffer: film };
    await page.getByLabel('Choose videos to import').first().setInputFiles(file);
    const tile = page.getByTestId('video-tile').first();
    await tile.getByText('Cannot play in this browser').waitFor();
    await tile.getByText('HEVC').waitFor();
    await tile.click();
    const said = page.getByRole('alert').filter({ hasText: 'Cannot play in this browser' });
    await said.getByText('HEVC').waitFor();
    const saved = async () => {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        said.getByRole('link', { name: 'Download' }).click(),
      ]);
      return readFileSync(await download.path());
    };
    expect(await saved()).toEqual(film);
    // Nor is it waited for where its bytes are only on the server.
    await page.getByText('Synced', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Remove offline copy' }).click();
    await page.getByRole('button', { name: 'Keep offline' }).waitFor();
    await page.reload();
    await said.waitFor();
    expect(await saved()).toEqual(film);
  });

  test('several at once: each has its own outcome, and the same one twice is said and shown', async () => {
    const page = await signedIn();
    await phone.offline(true);
    const file = (name: string, buffer: Buffer, mimeType = 'video/mp4') => ({ name, mimeType, buffer });
    await page
      .getByLabel('Choose videos to import')
      .first()
      .setInputFiles([
        file('one.mp4', BYTES),
        file('diary.mp4', Buffer.from('Dear diary, nothing moved today.')),
        file('empty.mp4', Buffer.alloc(0)),
        file('cut.mp4', BYTES.subarray(0, 1_200)),
        file('again.mov', BYTES),
      ]);
    await expect
      .poll(() => outcomes(page), SOON)
      .toEqual([
        expect.stringMatching(/^again\.mov.*Already in your library.*Show it/),
        expect.stringMatching(/^cut\.mp4.*cut off/),
        expect.stringMatching(/^diary\.mp4.*not a video/),
        expect.stringMatching(/^empty\.mp4.*empty/),
        expect.stringMatching(/^one\.mp4.*Imported/),
      ]);
    await expectTiles(page, ['pending']);
    expect(await count(page, 'copies')).toBe(1);
    await page.getByRole('link', { name: 'Show it' }).click();
    await expectPlays(page);
    await page.getByTestId('imports').getByRole('button', { name: 'Close' }).click();
    await expect.poll(() => page.getByTestId('imports').count()).toBe(0);
  });
});

test('killed in the middle of an import: no video of it, its bytes are freed, and the next try is whole', async () => {
  const account = newAccount();
  await signedIn(account);
  await phone.quit();
  await phone.reopen();
  const page = await phone.page();
  await installed(page);
  const large = join(folder, 'large.mp4');
  const padding = Buffer.alloc(120_000_000, 7);
  padding.writeUInt32BE(padding.length);
  padding.write('free', 4);
  writeFileSync(large, Buffer.concat([BYTES, padding]));
  await chooseFile(page, large);
  await expect.poll(() => count(page, 'segments'), { timeout: 20_000, interval: 20 }).toBeGreaterThan(1);
  await phone.kill();
  await phone.reopen();
  await phone.offline(true);
  const again = await phone.page();
  await again.getByRole('heading', { name: 'My Assets' }).waitFor();
  await expect.poll(() => count(again, 'segments'), SOON).toBe(0);
  expect(await count(again, 'copies')).toBe(0);
  expect(await count(again, 'videos')).toBe(0);
  await chooseFile(again, large);
  await expectTiles(again, ['pending']);
  expect(await readTable<{ state: string; total: number }>(again, 'copies')).toMatchObject([
    { state: 'verified', total: BYTES.length + padding.length },
  ]);
});

test('imported offline, then online: pending, uploaded and synced, here and on another device, with equal hashes', async () => {
  const account = newAccount();
  const page = await signedIn(account);
  await phone.offline(true);
  await page.getByLabel('Choose videos to import').first().setInputFiles(TINY);
  await expectTiles(page, ['pending']);
  await phone.offline(false);
  await expectTiles(page, ['synced']);
  await using laptop = await openDevice(server.url, { viewport: { width: 1440, height: 900 } });
  const there = await laptop.page();
  await signInTo(there, account);
  await there.goto(server.url);
  await expectTiles(there, ['synced']);
  await there.getByRole('link', { name: /tiny/ }).first().waitFor();
  await keptOffline(there, 1);
  await expect.poll(() => count(there, 'posters'), { timeout: 30_000 }).toBe(1);
  const sha256 = createHash('sha256').update(BYTES).digest('hex');
  for (const device of [page, there]) {
    expect(await readTable(device, 'copies')).toMatchObject([{ state: 'verified', etag: `"${sha256}"` }]);
    expect(await readTable(device, 'videos')).toMatchObject([{ received: { server: { sha256 } } }]);
  }
  // Only now may it go from here.
  await openFirst(page);
  expect(await page.getByRole('button', { name: 'Remove offline copy' }).isEnabled()).toBe(true);
});

describe('drag and drop and paste', () => {
  test('a film and a folder dropped anywhere: a target shows, the film is imported, the folder is refused', async () => {
    const page = await signedIn();
    const [film, directory] = [join(folder, 'dropped.mp4'), join(folder, 'a folder')];
    writeFileSync(film, BYTES);
    mkdirSync(directory, { recursive: true });
    await phone.offline(true);
    await page.goto(new URL('/settings', server.url).href);
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    const cdp = await page.context().newCDPSession(page);
    const data = { items: [], files: [film, directory], dragOperationsMask: 1 };
    const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
      cdp.send('Input.dispatchDragEvent', { type, x: 100, y: 300, data });
    await drag('dragEnter');
    await page.getByTestId('drop-zone').waitFor();
    await drag('dragOver');
    await drag('drop');
    await expect
      .poll(() => outcomes(page), SOON)
      .toEqual([expect.stringMatching(/^a folder.*folder/), expect.stringMatching(/^dropped\.mp4.*Imported/)]);
    expect(await page.getByTestId('drop-zone').count()).toBe(0);
    // The bytes are this device's own: the file may go.
    rmSync(film);
    await page.getByRole('link', { name: 'My Assets' }).click();
    await expectTiles(page, ['pending']);
    const kept = await page.evaluate(async () => {
      const id = document.querySelector('[data-testid=video-tile]')?.getAttribute('data-video-id');
      return [...new Uint8Array(await (await fetch(`/media/${id}`)).arrayBuffer())];
    });
    expect(Buffer.from(kept)).toEqual(BYTES);
  });

  test('a film in the clipboard; text stays text', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await page.evaluate(
      (bytes) => {
        const paste = (fill: (data: DataTransfer) => void) => {
          const clipboardData = new DataTransfer();
          fill(clipboardData);
          return document.body.dispatchEvent(
            new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }),
          );
        };
        if (!paste((data) => data.setData('text/plain', 'words'))) throw new Error('text was taken');
        paste((data) => data.items.add(new File([Uint8Array.from(bytes)], 'pasted.mp4', { type: 'video/mp4' })));
      },
      [...BYTES],
    );
    await expectTiles(page, ['pending']);
    expect(await outcomes(page)).toEqual([expect.stringMatching(/^pasted\.mp4/)]);
  });
});

describe('the share target', () => {
  test('a film shared with the network off is taken by the worker and imported; a reload takes it once', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await share(page, [{ name: 'shared.mp4', bytes: BYTES }]);
    await expectTiles(page, ['pending']);
    await expect.poll(() => new URL(page.url()).search).toBe('');
    await expect.poll(() => inbox(page), SOON).toBe(0);
    await page.reload();
    await expectTiles(page, ['pending']);
    await openFirst(page);
    await expectPlays(page);
  });

  test('a picture shared with the network off begins a film; a reload takes it once', async () => {
    const page = await signedIn();
    await phone.offline(true);
    await share(page, [
      { name: 'shared.jpg', type: 'image/jpeg', bytes: Buffer.from(makePicture({ type: 'jpeg' }).bytes) },
    ]);
    const picture = page.getByAltText('What the film begins with');
    await picture.waitFor();
    expect(new URL(page.url()).pathname).toBe('/create');
    await expect.poll(() => inbox(page), SOON).toBe(0);
    await page.reload();
    await picture.waitFor();
    expect([await count(page, 'sources'), await count(page, 'videos')]).toEqual([1, 0]);
  });

  test('of several pictures one begins a film; the others are kept, also over a reload, until they are used', async () => {
    const page = await signedIn();
    await phone.offline(true);
    const shared = (name: string) => ({
      name,
      type: 'image/jpeg',
      bytes: Buffer.from(makePicture({ type: 'jpeg' }).bytes),
    });
    await share(page, [shared('first.jpg'), shared('second.jpg'), shared('third.jpg')]);
    const picture = page.getByAltText('What the film begins with');
    await picture.waitFor();
    const kept = [expect.stringMatching(/^second\.jpg.*kept here/), expect.stringMatching(/^third\.jpg.*kept here/)];
    await expect.poll(() => outcomes(page), SOON).toEqual(kept);
    expect(await inbox(page)).toBe(2);

    // Off the list they are not given up, and nobody is led to the form again.
    await page.getByTestId('imports').getByRole('button', { name: 'Close' }).click();
    await page.goto(server.url);
    await expect.poll(() => outcomes(page), SOON).toEqual(kept);
    expect(new URL(page.url()).pathname).toBe('/');
    await importsOf(page).first().getByRole('button', { name: 'Begin a film' }).click();
    await picture.waitFor();
    await expect.poll(() => inbox(page), SOON).toBe(1);
    await importsOf(page).first().getByRole('button', { name: 'Discard' }).click();
    await expect.poll(() => inbox(page), SOON).toBe(0);
    expect(await count(page, 'sources')).toBe(2);
  });

  test('killed before it was imported: the film is imported at the next start, in one of two tabs', async () => {
    const account = newAccount();
    await signedIn(account);
    await phone.quit();
    await phone.reopen();
    const page = await phone.page();
    await installed(page);
    // A page that runs nothing of the app receives the answer, so that nobody imports before the kill.
    await page.route('**/assets/in-step*', (route) => route.abort());
    const bystander = await phone.page('/favicon.svg');
    await page.close();
    const answered = await bystander.evaluate(
      async (bytes) => {
        const body = new FormData();
        body.set('videos', new File([Uint8Array.from(bytes)], 'late.mp4', { type: 'video/mp4' }));
        const response = await fetch('/share', { method: 'POST', body, redirect: 'manual' });
        return response.type;
      },
      [...BYTES],
    );
    expect(answered).toBe('opaqueredirect');
    expect(await inbox(bystander)).toBe(1);
    await phone.kill();
    await phone.reopen();
    await phone.offline(true);
    const [one, other] = [await phone.page(), await phone.page()];
    await expectTiles(one, ['pending']);
    await expectTiles(other, ['pending']);
    await expect.poll(() => inbox(one), SOON).toBe(0);
    expect(await count(one, 'copies')).toBe(1);
  });

  test('a form of another site is refused: nothing is kept, and the app opens as ever', async () => {
    const page = await signedIn();
    await using elsewhere = await serveBlank();
    await page.goto(elsewhere.url);
    await share(page, [{ name: 'planted.mp4', bytes: BYTES }], new URL('/share', server.url).href);
    await page.getByRole('heading', { name: 'My Assets' }).waitFor();
    expect(page.url()).toBe(new URL('/', server.url).href);
    expect(await inbox(page)).toBe(0);
    await expectTiles(page, []);
    expect(await page.getByTestId('imports').count()).toBe(0);
  });

  test('text alone and nothing at all are answered with a message', async () => {
    const page = await signedIn();
    await share(page, []);
    await page.getByText('There was no video and no picture in what was shared').waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe('');
    expect(await count(page, 'videos')).toBe(0);
  });

  test('what is no video is refused with the reason, and does not come back', async () => {
    const page = await signedIn();
    await share(page, [{ name: 'notes.mp4', bytes: Buffer.from('only text') }]);
    await expect.poll(() => outcomes(page), SOON).toEqual([expect.stringMatching(/^notes\.mp4.*not a video/)]);
    await expect.poll(() => inbox(page), SOON).toBe(0);
  });

  test('shared while signed out: it waits for who signs in next, and says so', async () => {
    const account = newAccount();
    const page = await signedIn(account);
    await page.goto(new URL('/settings', server.url).href);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Sign out/ })
      .click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await share(page, [{ name: 'waiting.mp4', bytes: BYTES }]);
    await page.getByText('What was shared is kept on this device').waitFor();
    expect(await inbox(page)).toBe(1);
    await signInTo(page, account);
    await page.goto(server.url);
    await expectTiles(page, ['synced']);
    await expect.poll(() => inbox(page), SOON).toBe(0);
  });

  test('one person shared, another signed in before it was imported: it stays for its owner', async () => {
    const [ada, bob] = [newAccount(), newAccount()];
    const page = await signedIn(ada);
    await page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('vidfab');
        request.onsuccess = () => resolve(request.result);
      });
      const user = await new Promise<string>((resolve) => {
        const request = db.transaction('session').objectStore('session').get('active');
        request.onsuccess = () => resolve(request.result.user.id);
      });
      const data = new File(['only text'], 'of-ada.mp4');
      db.transaction('inbox', 'readwrite').objectStore('inbox').add({ user, name: data.name, lastModified: 1, data });
      db.close();
    });
    await page.goto(new URL('/settings', server.url).href);
    // Its owner's page takes it at its start.
    await expect.poll(() => inbox(page), SOON).toBe(0);
    await page.evaluate(async () => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open('vidfab');
        request.onsuccess = () => resolve(request.result);
      });
      const data = new File(['only text'], 'of-someone.mp4');
      db.transaction('inbox', 'readwrite')
        .objectStore('inbox')
        .add({ user: 'someone-else', name: data.name, lastModified: 1, data });
      db.close();
    });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Sign out/ })
      .click();
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    await signUpIn(page, bob);
    await page.goto(server.url);
    await expect.poll(() => syncCursor(page), SOON).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await inbox(page)).toBe(1);
    expect(await page.getByTestId('imports').count()).toBe(0);
  });

  test('with no worker yet the server answers: nothing is stored, and the page says to share again', async () => {
    const page = await phone.page('/sign-in');
    await page.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
    });
    await page.goto(new URL('/favicon.svg', server.url).href);
    const bare = await phone.page('/healthz');
    await share(bare, [{ name: 'early.mp4', bytes: BYTES }]);
    await bare.getByText('VidFab was not ready to take what was shared').waitFor();
  });
});

/** What a phone's share sheet sends: a POST that is a navigation, here of a form. */
async function share(
  page: Page,
  files: readonly { readonly name: string; readonly bytes: Buffer; readonly type?: string }[],
  action = '/share',
): Promise<void> {
  await Promise.all([
    page.waitForEvent('load'),
    page.evaluate(
      ({ given, action }) => {
        const form = document.createElement('form');
        Object.assign(form, { method: 'post', action, enctype: 'multipart/form-data', hidden: true });
        const text = document.createElement('input');
        Object.assign(text, { name: 'text', value: 'look at this' });
        const input = document.createElement('input');
        const transfer = new DataTransfer();
        for (const { name, bytes, type } of given) {
          transfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
        }
        Object.assign(input, { type: 'file', name: 'videos', files: transfer.files });
        form.append(text, input);
        document.body.append(form);
        form.submit();
      },
      { given: files.map(({ name, bytes, type = 'video/mp4' }) => ({ name, type, bytes: [...bytes] })), action },
    ),
  ]);
}

/** A site of somebody else's, with an empty page. */
async function serveBlank() {
  const site = createServer((_, answer) =>
    answer.setHeader('content-type', 'text/html').end('<title>Elsewhere</title>'),
  );
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const address = site.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    [Symbol.asyncDispose]: async () => {
      site.closeAllConnections();
      site.close();
    },
  };
}

/** How much is in the inbox of this device. */
function inbox(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open('vidfab');
      request.onsuccess = () => resolve(request.result);
    });
    const all = db.transaction('inbox').objectStore('inbox').count();
    return new Promise<number>((resolve) => {
      all.onsuccess = () => {
        db.close();
        resolve(all.result);
      };
    });
  });
}
