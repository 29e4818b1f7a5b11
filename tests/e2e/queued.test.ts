import { join } from 'node:path';
import { createClient } from '@libsql/client';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDevice } from '../support/device.ts';
import { expectTiles, generate, installed, newAccount, openCreate, signUpIn, syncCursor } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';

const [BOAT, TRAIN, WHALE, FOX] = ['A paper boat', 'A red train', 'A whale', 'A fox'];

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test('[GEN-3] queued offline, the page then closed: sent by the service worker in their order; canceled costs nothing; retried is linked', async () => {
  await using phone = await openDevice(server.url);
  const page = await phone.page();
  await signUpIn(page, newAccount());
  await installed(page);
  await expect.poll(() => syncCursor(page), { timeout: 10_000 }).not.toBeNull();
  await openCreate(page);
  await page.getByLabel('Model').selectOption('VidFab Sketch');

  await phone.offline(true);
  // What this device knows of the models has grown old: the server makes no film of a minute.
  await page.evaluate(() => {
    const text = localStorage.getItem('vidfab-models') ?? '';
    localStorage.setItem('vidfab-models', text.replace('"durations":[2,4]', '"durations":[60,2]'));
  });
  await page.reload();
  await queue(page, { prompt: BOAT, seconds: 2 });
  await queue(page, { prompt: TRAIN, seconds: 2 });
  await queue(page, { prompt: WHALE, seconds: 60 });
  await queue(page, { prompt: FOX, seconds: 2 });
  await page.getByText('Queued. It will be sent when you are back online.').waitFor();
  await tile(page, FOX).getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('Cancelled before it was sent. It costs nothing.').waitFor();
  await page.getByRole('link', { name: 'Activity', exact: true }).first().click();
  await page.getByRole('heading', { name: 'Waiting to be sent 3' }).waitFor();
  expect(await linePrompts(page)).toEqual([BOAT, TRAIN, WHALE]);

  await page.goto('about:blank');
  await page.close();
  await phone.offline(false);
  await phone.fireSync('vidfab-sync');
  await expect
    .poll(async () => (await generations()).map(({ prompt, status }) => [prompt, status]), { timeout: 60_000 })
    .toEqual([
      [BOAT, 'succeeded'],
      [TRAIN, 'succeeded'],
      [WHALE, 'failed'],
      [FOX, 'canceled'],
    ]);
  const [boat, train, whale, fox] = await generations();
  expect(Number(boat?.submitted_at)).toBeLessThanOrEqual(Number(train?.submitted_at));
  expect(fox).toMatchObject({ submitted_at: null, reference: null, request_id: null });

  const again = await phone.page();
  await again.getByText('3 prompts that had waited were sent').waitFor();
  await expectTiles(again, ['synced', 'synced']);
  await tile(again, WHALE).getByText('duration must be one of 2, 4').waitFor();
  await tile(again, WHALE).getByRole('link', { name: 'Edit and retry' }).click();
  await again.getByText('must be one of 2, 4').waitFor();
  expect(await again.getByRole('textbox', { name: 'Prompt', exact: true }).inputValue()).toBe(WHALE);
  expect(await again.getByRole('radio', { name: '2 s' }).isChecked()).toBe(true);
  await again.getByRole('button', { name: 'Generate', exact: true }).click();
  await expectTiles(again, ['synced', 'synced', 'synced']);
  expect(await again.getByTestId('generation-tile').count()).toBe(0);
  const all = await generations();
  expect(all.map(({ prompt, retry_of }) => [prompt, retry_of])).toEqual([
    [BOAT, null],
    [TRAIN, null],
    [WHALE, null],
    [FOX, null],
    [WHALE, whale?.id],
  ]);
  expect(all.filter(({ submitted_at }) => submitted_at !== null)).toHaveLength(3);
});

async function queue(page: Page, { prompt, seconds }: { readonly prompt: string; readonly seconds: number }) {
  await openCreate(page);
  await page.getByText(`${seconds} s`, { exact: true }).click();
  await generate(page, prompt);
}

function tile(page: Page, prompt: string) {
  return page.getByTestId('generation-tile').filter({ hasText: prompt });
}

async function linePrompts(page: Page): Promise<string[]> {
  const lines = page.getByTestId('generation-line');
  return lines.evaluateAll((all) => all.map((line) => line.querySelector('[class*=name]')?.textContent ?? ''));
}

/** What the server has of them, past the server, in the order in which it took them. */
async function generations() {
  const db = createClient({ url: `file:${join(server.dataDir, 'vidfab.db')}` });
  try {
    const { rows } =
      await db.execute(`SELECT id, creation ->> '$.prompt' AS prompt, creation ->> '$.retryOf' AS retry_of,
        status, submitted_at, reference, request_id FROM generation ORDER BY rowid`);
    return rows;
  } finally {
    db.close();
  }
}
