import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Device, openDevice } from '../support/device.ts';
import { type Keyboard, takeKeyboard } from '../support/keyboard.ts';
import { keptOffline, newAccount, readTable, syncCursor } from '../support/library.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const LIGHTHOUSE = 'A lighthouse in a storm';
const WHALES = 'Whales under the northern lights';
const TITLE = 'Take seven';
/** As the tiles are heard. */
const FIRST = { role: 'link', name: `${TITLE} , Synced , 0:03` };
const SECOND = { role: 'link', name: `${WHALES} , Synced , 0:03` };

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

test.each([
  ['a phone with a keyboard', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 800 }],
])(
  '[WCAG 2.1.1, 2.4.3, 2.4.7, 4.1.2, 4.1.3] the whole job by keys alone, heard as a screen reader says it, on %s',
  async (_, viewport) => {
    await using device = await openDevice(server.url, { viewport });
    const page = await device.page('/favicon.svg');
    const keys = await takeKeyboard(page);
    await page.goto(server.url);

    await signUp(keys);
    await makeFirst(keys, page);
    await watch(keys, page);
    await useMenu(keys);
    await makeOffline(keys, { page, device });
    await find(keys);
    await chooseAndDelete(keys, page);
    await syncNow(keys);
    await settle(keys, page);
    await signOut(keys);
  },
);

async function signUp(keys: Keyboard): Promise<void> {
  await keys.finds({ role: 'heading', name: 'Sign in' });
  await keys.tabTo({ role: 'link', name: 'Create an account' });
  await keys.press('Enter');
  // Not left at the link, which is another one now.
  await keys.isAt({ role: 'main', name: 'Create account' });
  await keys.tabTo({ role: 'textbox', name: 'Name' });
  await keys.press('Enter');
  await keys.hears('Enter your name');
  expect(await keys.isAt({ role: 'textbox', name: 'Name' })).toMatchObject({
    description: 'Enter your name',
    states: { invalid: 'true' },
  });
  const { name, email, password } = newAccount();
  await keys.type(name);
  await keys.tabTo({ role: 'textbox', name: 'Email' });
  await keys.type(email);
  await keys.tabTo({ role: 'textbox', name: 'Password' });
  await keys.type(password);
  await keys.tabTo({ role: 'button', name: 'Show what is typed' });
  await keys.press('Space');
  expect(await keys.focused()).toMatchObject({ name: 'Hide what is typed', states: { pressed: 'true' } });
  await keys.tabTo({ role: 'button', name: 'Create account' });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'My Assets' });
  expect(await keys.all('status')).toContainEqual(
    expect.objectContaining({ states: expect.objectContaining({ live: 'polite', atomic: true }) }),
  );
}

async function makeFirst(keys: Keyboard, page: Page): Promise<void> {
  await keys.tabTo({ role: 'link', name: 'Skip to content' }, { back: true });
  await keys.tabTo({ role: 'link', name: 'Create' });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'Create' });
  await keys.tabTo({ role: 'textbox', name: 'Prompt' });
  await keys.type(LIGHTHOUSE);
  const ratio = await keys.tabTo({ role: 'radio', name: '16:9' });
  expect(ratio.states).toMatchObject({ checked: 'true' });
  await keys.press('ArrowRight');
  await keys.isAt({ role: 'radio', name: '9:16' });
  await keys.press('ArrowLeft');
  await keys.tabTo({ role: 'radio', name: '3 s' });
  await keys.press('ArrowRight', 'ArrowLeft');
  expect(await keys.focused()).toMatchObject({ name: '3 s', states: { checked: 'true' } });
  expect(await keys.all('group')).toEqual(
    expect.arrayContaining(['Aspect ratio', 'Duration', 'Resolution'].map((name) => expect.objectContaining({ name }))),
  );
  await keys.tabTo({ role: 'button', name: 'Generate' });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'My Assets' });
  await until(
    () => keys.all('article'),
    ([tile]) => tile?.name.startsWith(`${LIGHTHOUSE}, `) ?? false,
  );
  await keys.hears('All saved');
  await keys.hears(`Ready: “${LIGHTHOUSE}”`);
  const synced = { role: 'link', name: `${LIGHTHOUSE} , Synced , 0:03` };
  await keys.finds(synced);
  const tile = await keys.tabTo(synced);
  expect(tile.states).toMatchObject({ focusable: true });
  await keptOffline(page, 1);
  await until(keys.focused, ({ description }) => description === 'On this device');
}

async function watch(keys: Keyboard, page: Page): Promise<void> {
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: LIGHTHOUSE });
  await keys.tabTo({ role: 'slider', name: 'Position' });
  const film = page.locator('video').first();
  const time = () => film.evaluate((video: HTMLVideoElement) => video.currentTime);
  const isPaused = () => film.evaluate((video: HTMLVideoElement) => video.paused);
  await until(isPaused, (paused) => !paused);
  await keys.press('Space');
  await keys.hears('Paused');
  await until(isPaused, (paused) => paused);
  await keys.press('Home');
  await until(time, (at) => at === 0);
  await keys.press('ArrowRight');
  await until(time, (at) => Math.abs(at - 1) < 0.1);
  // Chromium's tree gives the bare number of a native slider, whatever it is told to say.
  const position = page.getByRole('slider', { name: 'Position' });
  await until(
    () => position.getAttribute('aria-valuetext'),
    (words) => words === '0:01 / 0:03',
  );
  await keys.press('.');
  await keys.hears(/^Frame \d+ of \d+$/);
  await keys.tabTo({ role: 'button', name: 'One frame back' });
  const before = await time();
  await keys.press('Enter');
  await until(time, (at) => at < before);
  await keys.tabTo({ role: 'button', name: 'Play' });
  await keys.press('Enter');
  await keys.isAt({ role: 'button', name: 'Pause' });
  await keys.press('Space');
  await keys.isAt({ role: 'button', name: 'Play' });
  await keys.tabTo({ role: 'combobox', name: 'Speed' });
  expect((await keys.tabTo({ role: 'button', name: 'Loop' })).states).toMatchObject({ pressed: 'true' });

  await keys.press('?');
  const [dialog] = await until(
    () => keys.all('dialog'),
    ({ length }) => length === 1,
  );
  expect(dialog).toMatchObject({ name: 'Keys of the player', states: { modal: true } });
  await keys.press('Escape');
  await keys.isAt({ role: 'button', name: 'Loop' });

  await keys.tabTo({ role: 'textbox', name: 'Title' });
  await keys.press('Control+a');
  await keys.type('Not this');
  await keys.press('Escape');
  expect(await keys.focused()).toMatchObject({ name: 'Title', value: LIGHTHOUSE });
  await keys.press('Control+a');
  await keys.type(TITLE);
  await keys.press('Enter');
  await until(
    () => page.title(),
    (title) => title.startsWith(TITLE),
  );
  expect(await keys.focused()).toMatchObject({ name: 'Title', value: TITLE });
  const heart = await keys.tabTo({ role: 'button', name: 'Favourite' });
  expect(heart.states).toMatchObject({ pressed: 'false' });
  await keys.press('Space');
  await until(keys.focused, ({ name, states }) => name === 'Favourite' && states.pressed === 'true');
  await keys.tabTo({ role: 'button', name: 'Copy prompt' });
  await keys.press('Enter');
  await keys.hears('The prompt is copied');
  await keys.isAt({ role: 'button', name: 'Copied' });
}

async function useMenu(keys: Keyboard): Promise<void> {
  await keys.tabTo({ role: 'link', name: 'Back to gallery' }, { back: true });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'My Assets' });
  const tile = await keys.tabTo({ role: 'link', name: new RegExp(`^${TITLE} , (Synced|Pending) , 0:03$`) });
  expect(tile.description).toBe('On this device, Favourite');
  const button = await keys.tabTo({ role: 'button', name: `More for ${TITLE}` });
  expect(button.states).toMatchObject({ hasPopup: 'menu' });
  await keys.press('Enter');
  await keys.isAt({ role: 'menuitem', name: 'Remove from favourites' });
  expect(await keys.all('menu')).toMatchObject([{ name: TITLE }]);
  await keys.press('ArrowDown');
  await keys.isAt({ role: 'menuitem', name: 'Create similar' });
  await keys.press('ArrowUp', 'ArrowUp');
  await keys.isAt({ role: 'menuitem', name: 'Delete' });
  await keys.press('Escape');
  await keys.isAt({ role: 'button', name: `More for ${TITLE}` });
}

async function makeOffline(keys: Keyboard, { page, device }: { page: Page; device: Device }): Promise<void> {
  await until(
    () => syncCursor(page),
    (cursor) => cursor !== null,
  );
  await device.offline(true);
  await keys.hears('Offline');
  await keys.tabTo({ role: 'link', name: 'Create' }, { back: true });
  await keys.press('Enter');
  await keys.tabTo({ role: 'textbox', name: 'Prompt' });
  await keys.type(WHALES);
  // From the field itself, as its keys say.
  await keys.press('Control+Enter');
  await keys.isAt({ role: 'main', name: 'My Assets' });
  await keys.hears('Queued. It will be sent when you are back online.');
  await keys.finds({ role: 'link', name: 'Offline · 1 pending' });
  await until(
    () => keys.all('article'),
    ([tile]) => tile?.name === `${WHALES}, Will be sent when you are back online`,
  );
  await device.offline(false);
  await keys.hears(`Sent: “${WHALES}”`);
  await keys.hears(`Ready: “${WHALES}”`);
  await keys.finds(SECOND);
  await keys.finds(FIRST);
  await keys.tabTo(SECOND);
  await keys.press('ArrowRight');
  await keys.isAt(FIRST);
  await keys.press('Home');
  await keys.isAt(SECOND);
}

async function find(keys: Keyboard): Promise<void> {
  await keys.tabTo({ role: 'searchbox', name: 'Search videos' }, { back: true });
  // What was copied: the prompt of the other one.
  await keys.press('Control+v');
  await keys.hears('1 video found');
  expect(await keys.focused()).toMatchObject({ value: LIGHTHOUSE });
  await keys.type(' of glass');
  await keys.hears('No videos found');
  await keys.tabTo({ role: 'button', name: 'Clear search' });
  await keys.press('Enter');
  expect(await keys.isAt({ role: 'searchbox', name: 'Search videos' })).toMatchObject({ value: '' });

  await keys.tabTo({ role: 'button', name: 'Order and size' }, { back: true });
  await keys.press('Enter');
  await keys.isAt({ role: 'dialog', name: 'Order and size' });
  expect((await keys.tabTo({ role: 'radio', name: 'Newest' }, { most: 1 })).states).toMatchObject({ checked: 'true' });
  await keys.press('ArrowRight');
  expect((await keys.isAt({ role: 'radio', name: 'Oldest' })).states).toMatchObject({ checked: 'true' });
  await until(
    () => keys.all('link'),
    (links) => links.at(-1)?.name === SECOND.name && links.at(-2)?.name === FIRST.name,
  );
  await keys.press('Escape');
  await keys.isAt({ role: 'button', name: 'Order and size' });
  await keys.tabTo(FIRST);
}

async function chooseAndDelete(keys: Keyboard, page: Page): Promise<void> {
  await keys.press('Space');
  await keys.hears('1 chosen');
  await keys.press('Shift+ArrowRight');
  await keys.hears('2 chosen');
  await keys.press('Space');
  await keys.hears('1 chosen');
  await keys.tabTo({ role: 'checkbox', name: `Choose ${TITLE}` }, { back: true });
  expect((await keys.focused()).states).toMatchObject({ checked: 'true' });
  await until(
    () => keys.all('toolbar'),
    ([bar]) => bar?.name === 'Chosen videos',
  );
  await keys.tabTo({ role: 'button', name: 'Delete' });
  await keys.press('Enter');
  await keys.hears('1 moved to the trash');
  // What stands in its place has the focus.
  await keys.isAt(SECOND);
  await keys.tabTo({ role: 'button', name: 'Undo' });
  await keys.press('Enter');
  // The message is gone: back to where it was come from.
  await keys.isAt({ role: 'button', name: `More for ${WHALES}` });
  await keys.finds({ role: 'link', name: new RegExp(`^${TITLE} , `) });
  const rows = await readTable<{ deleted: number }>(page, 'videos');
  expect(rows.map(({ deleted }) => deleted)).toEqual([0, 0]);
}

async function syncNow(keys: Keyboard): Promise<void> {
  await keys.tabTo({ role: 'link', name: 'Activity' }, { back: true });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'Activity' });
  await keys.tabTo({ role: 'button', name: 'Sync now' });
  await keys.press('Enter');
  await keys.hears('Talking to the server');
  await keys.hears('Connected');
  await keys.isAt({ role: 'button', name: 'Sync now' });
}

async function settle(keys: Keyboard, page: Page): Promise<void> {
  await keys.tabTo({ role: 'link', name: 'Settings' }, { back: true });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'Settings' });
  await keys.tabTo({ role: 'radio', name: 'System' });
  await keys.press('ArrowRight');
  await keys.isAt({ role: 'radio', name: 'Dark' });
  const scheme = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  expect(await scheme()).toBe('dark');
  await keys.tabTo({ role: 'radio', name: 'English' });
  await keys.press('ArrowRight');
  await keys.isAt({ role: 'radio', name: '简体中文' });
  await until(
    () => page.evaluate(() => document.documentElement.lang),
    (lang) => lang === 'zh-CN',
  );
  await until(
    () => keys.all('heading'),
    ([heading]) => heading?.name === '设置',
  );
  await keys.press('ArrowLeft');
  await keys.isAt({ role: 'radio', name: 'English' });
  await until(
    () => keys.all('heading'),
    ([heading]) => heading?.name === 'Settings',
  );
}

async function signOut(keys: Keyboard): Promise<void> {
  await keys.tabTo({ role: 'button', name: 'Sign out' }, { back: true });
  await keys.press('Enter');
  await keys.isAt({ role: 'button', name: 'Stay' });
  expect(await keys.all('dialog')).toMatchObject([{ name: 'Sign out of VidFab?', states: { modal: true } }]);
  await keys.press('Escape');
  await keys.isAt({ role: 'button', name: 'Sign out' });
  await keys.press('Enter');
  await keys.tabTo({ role: 'button', name: 'Sign out' }, { most: 2 });
  await keys.press('Enter');
  await keys.isAt({ role: 'main', name: 'Sign in' });
}
