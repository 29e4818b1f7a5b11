import { join } from 'node:path';
import { createClient } from '@libsql/client';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import {
  expectTiles,
  generate,
  installed,
  newAccount,
  openCreate,
  signInTo,
  signUpIn,
  syncCursor,
} from '../support/library.ts';
import { makePicture } from '../support/pictures.ts';
import { startServer, type TestServer } from '../support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const file = ({ bytes, source }: ReturnType<typeof makePicture>) => ({
  name: 'a picture of mine',
  mimeType: source.contentType,
  buffer: Buffer.from(bytes),
});

test('[GEN-3] a picture picked offline, the page then closed: it arrives, and one film is made of it', async () => {
  await using phone = await openDevice(server.url);
  const page = await phone.page();
  await signUpIn(page, newAccount());
  await installed(page);
  await expect.poll(() => syncCursor(page), { timeout: 10_000 }).not.toBeNull();
  await phone.offline(true);
  await openCreate(page);
  await page.getByLabel('Choose a picture').setInputFiles({
    name: 'words.png',
    mimeType: 'image/png',
    buffer: Buffer.from('no picture, whatever it is called'),
  });
  await page.getByText('That is no picture that can be used.').waitFor();
  const picture = makePicture({ type: 'jpeg', width: 480, height: 270 });
  await page.getByLabel('Choose a picture').setInputFiles(file(picture));
  await page.getByAltText('What the film begins with').waitFor();
  // It is there after a reload, like the words.
  await page.reload();
  await page.getByAltText('What the film begins with').waitFor();
  expect(await page.getByLabel('Model').inputValue()).toBe('local/motion');
  await generate(page, 'It waves');
  await page.getByText('Queued. It will be sent when you are back online.').waitFor();

  await page.goto('about:blank');
  await page.close();
  expect(await rows('SELECT id FROM source')).toEqual([]);
  await phone.offline(false);
  await phone.fireSync('vidfab-sync');
  await expect
    .poll(() => rows('SELECT status FROM generation'), { timeout: 60_000 })
    .toEqual([{ status: 'succeeded' }]);
  expect(await rows('SELECT sha256, content_type FROM source')).toEqual([
    { sha256: picture.source.sha256, content_type: 'image/jpeg' },
  ]);

  const again = await phone.page();
  await expectTiles(again, ['synced']);
  const id = String((await rows('SELECT id FROM video'))[0]?.id);
  const poster = await again.evaluate(async (path) => {
    const reply = await fetch(path);
    return [...new Uint8Array(await reply.arrayBuffer())];
  }, `/media/${id}/poster`);
  const [left, right] = await colours(Buffer.from(poster));
  expect(left?.[0] ?? 0).toBeGreaterThan((left?.[2] ?? 0) + 80);
  expect(right?.[2] ?? 0).toBeGreaterThan((right?.[0] ?? 0) + 80);

  // Similar ones are made of the same picture, which is not sent again.
  await again.goto(`${server.url}/create?similar=${id}`);
  await again.getByAltText('What the film begins with').waitFor();
  await again.getByRole('button', { name: 'Generate', exact: true }).click();
  await expectTiles(again, ['synced', 'synced']);
  expect(await rows('SELECT count(*) AS pictures FROM source')).toEqual([{ pictures: 1 }]);
});

test('pasted anywhere it opens Create; on another device the server shows it', async () => {
  await using first = await openDevice(server.url);
  await using second = await openDevice(server.url);
  const account = newAccount();
  const page = await first.page();
  await signUpIn(page, account);
  const { bytes } = makePicture();
  await page.evaluate(
    (given) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(given)], 'pasted.png', { type: 'image/png' }));
      dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, cancelable: true }));
    },
    [...bytes],
  );
  await page.getByAltText('What the film begins with').waitFor();
  expect(new URL(page.url()).pathname).toBe('/create');
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.getByText('Describe what you want to see.').waitFor();
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await page.getByText('This model makes films of pictures. Add one first.').waitFor();
  await page.getByLabel('Choose a picture').setInputFiles(file(makePicture()));
  await page.getByAltText('What the film begins with').waitFor();
  await page.getByRole('button', { name: 'Generate', exact: true }).click();
  await expectTiles(page, ['synced']);

  const other = await second.page();
  await signInTo(other, account);
  await expectTiles(other, ['synced']);
  const href = await other.locator('a[href^="/video/"]').first().getAttribute('href');
  await other.goto(`${server.url}/create?similar=${href?.split('/').at(-1)}`);
  const shown = other.getByAltText('What the film begins with');
  await shown.waitFor();
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(160);
});

async function colours(bytes: Buffer): Promise<(readonly number[])[]> {
  const image = await loadImage(bytes);
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return [0.05, 0.95].map((x) => [...context.getImageData(Math.round(image.width * x), 20, 1, 1).data]);
}

/** Past the server. */
async function rows(sql: string) {
  const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  try {
    return (await db.execute(sql)).rows.map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}
