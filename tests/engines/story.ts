import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { newAccount } from '../support/library.ts';
import { PROJECT, type TestServer } from '../support/server.ts';
import { storedVideos } from '../support/server-files.ts';
import type { Engine, EngineDriver } from './engine.ts';
import { createScreen, type Screen } from './screen.ts';
import { type Account, lookAtServer } from './second-look.ts';
import { measureSupport, type Support } from './support.ts';
import { type Played, showsPosters, watchPlayer } from './watch.ts';

/** What the story found out on its way; that it came to its end says the rest. */
export interface Told {
  readonly version: string;
  readonly support: Support;
  readonly online: Played;
  readonly offline: Played;
  readonly reopened: Played;
  /** Seconds that each part took. */
  readonly seconds: Readonly<Record<string, number>>;
}

const LONG = { timeout: 90_000, interval: 300 };
const TILE = '[data-testid=video-tile]';
const WAITING = '[data-testid=generation-tile]';

/** Make a video; browse, play, edit, import and ask for more with the server gone; come back: one of each. */
export async function tellStory(engine: Engine, server: TestServer, profile: string): Promise<Told> {
  const account = newAccount();
  const seconds: Record<string, number> = {};
  let since = performance.now();
  const lap = (part: string) => {
    seconds[part] = Math.round((performance.now() - since) / 100) / 10;
    since = performance.now();
  };
  let driver = await engine.open(profile);
  lap('opened');
  let screen = createScreen(driver);
  try {
    await signUp({ driver, screen }, server.url, account);
    lap('signed up');
    await generate(screen, 'A lighthouse in a storm');
    await expectTiles(screen, ['synced']);
    await expectKept(screen, 1);
    lap('made');
    const support = await driver.evaluate(measureSupport, null);
    await screen.click(`${TILE} a`);
    const online = await driver.evaluate(watchPlayer, undefined);
    lap('played');

    await server.kill();
    await driver.go(`${server.url}/`);
    await expectTiles(screen, ['synced']);
    await expect.poll(() => driver.evaluate(showsPosters, undefined), LONG).toBe(true);
    await expect.poll(async () => (await screen.texts('[role=status]')).join(), LONG).toContain('Offline');
    lap('offline');
    await screen.click(`${TILE} a`);
    const offline = await driver.evaluate(watchPlayer, undefined);
    lap('played offline');
    await screen.fill('textarea[aria-label=Title]', 'Renamed offline\n');
    await screen.click('button[aria-label=Favourite]');
    await expect.poll(() => screen.attributes('button[aria-label=Favourite]', 'aria-pressed')).toEqual(['true']);
    for (const path of ['/activity', '/settings', '/create']) {
      await screen.click(`nav a[href="${path}"]`);
      await screen.waitFor('main h1, main h2');
    }
    await generate(screen, 'A fox in the snow');
    await screen.waitFor(WAITING);
    await driver.evaluate(chooseFilm, readFileSync(join(PROJECT, 'tests/fixtures/tiny.mp4')).toString('base64'));
    await expectTiles(screen, ['pending', 'pending']);
    lap('edited, imported, queued');
    await driver.quit();

    driver = await engine.open(profile);
    screen = createScreen(driver);
    await driver.go(`${server.url}/`);
    await expectTiles(screen, ['pending', 'pending']);
    await screen.waitFor(WAITING);
    await expect.poll(async () => (await screen.texts(TILE)).join(), LONG).toContain('Renamed offline');
    await driver.go(`${server.url}/video/${await renamed(screen)}`);
    const reopened = await driver.evaluate(watchPlayer, undefined);
    await screen.click('nav a[href="/"]');
    lap('reopened');

    await server.restart();
    await expectTiles(screen, ['synced', 'synced', 'synced']);
    expect(await screen.attributes(WAITING, 'data-status')).toEqual([]);
    await expectKept(screen, 3);
    lap('synced');
    const seen = await lookAtServer(server, account);
    expect(seen.videos).toEqual([
      { title: 'Renamed offline', prompt: 'A lighthouse in a storm', favorite: true },
      { title: 'tiny', prompt: null, favorite: false },
      { title: 'A fox in the snow', prompt: 'A fox in the snow', favorite: false },
    ]);
    expect(seen.generations).toEqual(['A lighthouse in a storm', 'A fox in the snow']);
    const files = storedVideos(server.dataDir).map(({ sha256 }) => `"${sha256}"`);
    expect((await screen.rows<{ etag: string }>('copies')).map(({ etag }) => etag).sort()).toEqual(files.sort());
    expect((await screen.rows('videos')).length).toBe(3);
    return { version: driver.version, support, online, offline, reopened, seconds };
  } catch (error) {
    // Without it a failure says what was missing, not what was there.
    const shown = await driver.evaluate(() => `${location.href}\n${document.body.textContent}`, null).catch(String);
    throw new Error(`${engine.name} ${JSON.stringify(seconds)} showed: ${shown}`, { cause: error });
  } finally {
    await driver.quit();
  }
}

/** Signs a new person up, and returns once the app works without a network. */
export async function signUp(
  { driver, screen }: { readonly driver: EngineDriver; readonly screen: Screen },
  url: string,
  account: Account,
): Promise<void> {
  await driver.go(`${url}/sign-up`);
  await screen.fill('input[name=name]', account.name);
  await screen.fill('input[name=email]', account.email);
  await screen.fill('input[name=password]', account.password);
  await screen.click('button[type=submit]');
  await screen.waitFor('nav a[href="/create"]');
  const isControlled = () => driver.evaluate(() => navigator.serviceWorker.controller !== null, null);
  await expect.poll(isControlled, LONG).toBe(true);
}

async function generate(screen: Screen, prompt: string): Promise<void> {
  await screen.click('nav a[href="/create"]');
  await screen.fill('form textarea', prompt);
  await screen.click('form button[type=submit]');
}

async function expectTiles(screen: Screen, states: readonly string[]): Promise<void> {
  const shown = async () => (await screen.attributes(TILE, 'data-save-state').catch(() => [])).sort();
  await expect.poll(shown, LONG).toEqual([...states].sort());
}

/** So many videos have their bytes on the device, verified. */
async function expectKept(screen: Screen, count: number): Promise<void> {
  const verified = async () =>
    (await screen.rows<{ state: string }>('copies')).filter((row) => row.state === 'verified');
  await expect.poll(async () => (await verified()).length, LONG).toBe(count);
}

async function renamed(screen: Screen): Promise<string> {
  const ids = await screen.attributes(TILE, 'data-video-id');
  const at = (await screen.texts(TILE)).findIndex((text) => text.includes('Renamed offline'));
  return ids[at] ?? '';
}

/** Inside of a page: chooses a film in the file picker of the gallery. */
async function chooseFilm(base64: string): Promise<void> {
  const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  const input = document.querySelector<HTMLInputElement>('input[type=file]');
  if (!input) throw new Error('no file picker');
  const chosen = new DataTransfer();
  chosen.items.add(new File([bytes], 'tiny.mp4', { type: 'video/mp4' }));
  input.files = chosen.files;
  input.dispatchEvent(new Event('change', { bubbles: true }));
}
