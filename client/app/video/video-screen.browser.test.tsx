import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { Route } from 'wouter';
import type { VideoId } from '../../../sync/ids.ts';
import { createMediaWorld, type MediaWorld, newVideoId } from '../../media/testing/media-world.ts';
import { createGalleryMemory, GalleryMemoryContext } from '../gallery/gallery-memory.ts';
import type { UserServices } from '../services.ts';
import { type Shown, show } from '../testing/show.tsx';
import { VideoScreen } from './video-screen.tsx';

/** 24 frames in a second. */
const FILM = new URL('../../../tests/fixtures/counted.mp4', import.meta.url).href;

let world: MediaWorld;
let shown: Shown;
/** Newest first, as the gallery has them. */
let ids: readonly [VideoId, VideoId, VideoId];
beforeEach(async () => {
  sessionStorage.clear();
  localStorage.clear();
  world = await createMediaWorld();
  const [oldest, middle, newest] = [await world.addVideo(), await world.addVideo(), await world.addVideo()];
  ids = [newest, middle, oldest];
});
afterEach(async () => {
  shown.hide();
  await world.destroy();
});

async function open(id: VideoId, given: Partial<UserServices> = {}): Promise<void> {
  history.pushState(null, '', `/video/${id}`);
  const memory = createGalleryMemory(() => Promise.reject(new Error('nobody searches here')));
  const playable = async () => ({ url: FILM, release: () => undefined });
  const screen = (
    <GalleryMemoryContext value={memory}>
      <Route path="/video/:id">{({ id: shownId }) => <VideoScreen key={shownId} id={shownId} />}</Route>
    </GalleryMemoryContext>
  );
  shown = await show(screen, { db: world.db, playable, ...given });
  await expect.element(page.getByRole('region', { name: 'Where this video is' })).toBeVisible();
}

const film = () => {
  const element = document.querySelector('video');
  if (!element) throw new Error('no film');
  return element;
};

/** Ready, standing still at half of it, with the focus on the page. */
async function standing(): Promise<HTMLVideoElement> {
  await expect.element(page.getByRole('group', { name: 'Controls' })).toBeVisible();
  await expect.poll(() => film().readyState).toBeGreaterThanOrEqual(2);
  film().pause();
  film().currentTime = 0.5;
  await expect.poll(() => film().seeking).toBe(false);
  return film();
}

describe('every key does what the list of them says', () => {
  beforeEach(async () => {
    await open(ids[1]);
    await standing();
  });

  test.each<[key: string, what: string, after: (video: HTMLVideoElement) => unknown, value: unknown]>([
    ['k', 'plays', (video) => video.paused, false],
    [' ', 'plays', (video) => video.paused, false],
    ['l', 'plays', (video) => video.paused, false],
    ['l{l}', 'plays faster', (video) => video.playbackRate, 1.5],
    ['{ArrowLeft}', 'goes back a second', (video) => video.currentTime, 0],
    ['{ArrowRight}', 'goes on a second', (video) => video.currentTime === video.duration, true],
    ['{Home}', 'goes to the start', (video) => video.currentTime, 0],
    ['{End}', 'goes to the end', (video) => video.currentTime === video.duration, true],
    ['2', 'goes to two tenths', (video) => video.currentTime.toFixed(2), '0.20'],
    ['>', 'is faster', (video) => video.playbackRate, 1.5],
    ['<', 'is slower', (video) => video.playbackRate, 0.5],
    ['m', 'is silent', (video) => video.muted, true],
    ['r', 'plays once', (video) => video.loop, false],
  ])('%s: %s', async (key, _, after, value) => {
    await userEvent.keyboard(key);
    await expect.poll(() => after(film())).toBe(value);
  });

  test.each([
    ['.', 'Frame 14 of 24'],
    [',', 'Frame 12 of 24'],
  ])('%s: one frame, and it is said', async (key, words) => {
    await expect.poll(() => film().paused).toBe(true);
    await userEvent.keyboard(key);
    await expect.element(page.getByRole('status').getByText(words)).toBeVisible();
  });

  test('j: backwards, again faster, and k stands still', async () => {
    await userEvent.keyboard('j');
    await expect.element(page.getByRole('button', { name: 'Pause' })).toBeVisible();
    await expect.poll(() => film().currentTime).toBeLessThan(0.4);
    await userEvent.keyboard('jk');
    await expect.element(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible();
    const at = film().currentTime;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(film().currentTime).toBe(at);
  });

  test('Shift+N and Shift+P: along, in place of this one', async () => {
    const entries = history.length;
    await userEvent.keyboard('{Shift>}N{/Shift}');
    await expect.poll(() => location.pathname).toBe(`/video/${ids[2]}`);
    await expect.element(page.getByRole('link', { name: 'Previous video' })).toHaveAttribute('href');
    await userEvent.keyboard('{Shift>}P{/Shift}');
    await expect.poll(() => location.pathname).toBe(`/video/${ids[1]}`);
    expect(history.length).toBe(entries);
  });

  test('?: the list; and the letters can be turned off, but not the arrows', async () => {
    await userEvent.keyboard('?');
    const list = page.getByRole('dialog', { name: 'Keys of the player' });
    await expect.element(list).toBeVisible();
    await userEvent.keyboard('m');
    expect(film().muted).toBe(false);
    await list.getByRole('checkbox').click();
    await list.getByRole('button', { name: 'Done' }).click();
    await userEvent.keyboard('m.{Home}');
    await expect.poll(() => film().currentTime).toBe(0);
    expect(film().muted).toBe(false);
    expect(localStorage.length).toBe(1);
  });

  test('what is typed in the title is not a key of the player', async () => {
    await page.getByRole('textbox', { name: 'Title' }).click();
    await userEvent.keyboard('mk ');
    expect(film().muted).toBe(false);
    expect(film().paused).toBe(true);
  });
});

test('the next film is played as the last one was', async () => {
  await open(ids[1]);
  await standing();
  await userEvent.keyboard('mr>');
  await userEvent.keyboard('{Shift>}N{/Shift}');
  await expect.poll(() => location.pathname).toBe(`/video/${ids[2]}`);
  await expect.poll(() => film().readyState).toBeGreaterThanOrEqual(2);
  expect([film().muted, film().loop, film().playbackRate]).toEqual([true, false, 1.5]);
});

test('at an end, the way on is no way, says why and keeps the focus', async () => {
  await open(ids[1]);
  const next = page.getByRole('link', { name: 'Next video' });
  await expect.element(next).toHaveAttribute('href', `/video/${ids[2]}`);
  next.element().focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => location.pathname).toBe(`/video/${ids[2]}`);
  await expect.element(next).toHaveAttribute('aria-disabled', 'true');
  await expect.element(next).toHaveFocus();
  await expect.element(next).toHaveAccessibleDescription('This is the last one');
  await userEvent.keyboard('{Enter}');
  expect(location.pathname).toBe(`/video/${ids[2]}`);
});

test('a drag of the seek bar shows the film under it, and it plays on', async () => {
  await open(ids[1]);
  const video = await standing();
  await userEvent.keyboard('k');
  await expect.poll(() => video.paused).toBe(false);
  const bar = page.getByRole('slider', { name: 'Position' }).element();
  bar.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
  expect(video.paused).toBe(true);
  if (bar instanceof HTMLInputElement) bar.value = '0.25';
  bar.dispatchEvent(new InputEvent('input', { bubbles: true }));
  await expect.poll(() => video.currentTime).toBeCloseTo(0.25, 2);
  bar.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  await expect.poll(() => video.paused).toBe(false);
});

describe('why there is no picture, and what can be done', () => {
  const nowhere = async () => ({ url: '/nowhere.mp4', release: () => undefined });
  const offline = { online: { get: () => false, subscribe: () => () => undefined }, playable: nowhere };
  const alert = () => page.getByRole('alert');

  test('offline and not on this device', async () => {
    const keepOffline = vi.fn(async () => undefined);
    await open(ids[1], { ...offline, keepOffline });
    await expect
      .element(alert().getByText(/You are offline, and this video is not kept on this device\./))
      .toBeVisible();
    await alert().getByRole('button', { name: 'Keep it when online' }).click();
    expect(keepOffline).toHaveBeenCalledWith(ids[1]);
    await expect.element(page.getByText('It is downloaded as soon as there is a connection.')).toBeVisible();
  });

  test('offline and half of it here', async () => {
    const [, id] = ids;
    await world.tables.begin({ copyId: id, etag: '"1"', contentType: 'video/mp4', total: 4_000_000 });
    await world.tables.append({ copyId: id, etag: '"1"', offset: 0 }, new Blob([new Uint8Array(1_000_000)]));
    await open(ids[1], offline);
    await expect.element(alert().getByText(/only 1 MB of 4 MB are on this device/)).toBeVisible();
  });

  test('still on its way to the server', async () => {
    await world.hear(ids[1], { mediaState: 'storing' });
    await open(ids[1], { playable: nowhere });
    await expect.element(alert().getByText(/It plays here as soon as it has come\./)).toBeVisible();
  });

  test('given up by the server', async () => {
    await world.hear(ids[1], { mediaState: 'failed', mediaError: 'the link has expired' });
    await open(ids[1], { playable: nowhere });
    await expect.element(alert().getByText(/the link has expired/)).toBeVisible();
    await expect.element(alert().getByRole('button', { name: 'Retry' })).toBeVisible();
  });

  test('not sent, and then it is: it plays without a press', async () => {
    let url = '/nowhere.mp4';
    await open(ids[1], { playable: async () => ({ url, release: () => undefined }) });
    await expect.element(alert().getByText(/The server did not send this video\./)).toBeVisible();
    url = FILM;
    await expect.poll(() => film().readyState, { timeout: 15_000 }).toBeGreaterThanOrEqual(2);
    await expect.element(alert()).not.toBeInTheDocument();
  });
});

test('what is copied is said aloud', async () => {
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue();
  await open(ids[1]);
  await page.getByRole('button', { name: 'Copy details' }).click();
  expect(copied.mock.calls[0]?.[0]).toContain('Made: ');
  const said = page.getByText(/All details are copied/);
  await expect.element(said).toBeVisible();
  expect(said.element().closest('[aria-live]')).not.toBeNull();
  await page.getByRole('button', { name: 'Copy: Made' }).click();
  await expect.element(page.getByText('Copied: Made')).toBeVisible();
  copied.mockRestore();
});

describe('where it came from and what was made of it', () => {
  const row = (name: string) => page.getByRole('list', { name, exact: true });
  const links = (name: string) =>
    row(name)
      .getByRole('link')
      .elements()
      .map((link) => link.textContent);

  test('are rows of links with a name and a time each, and lead there', async () => {
    const similarTo = (id: VideoId) => ({ params: { similarTo: { id } } });
    const self = await world.addVideo({ prompt: 'A fox', ...similarTo(ids[1]) });
    const twin = await world.addVideo({ prompt: 'A fox', ...similarTo(ids[1]) });
    await open(self);
    await expect.element(row('Similar to')).toBeVisible();
    expect(links('Similar to')).toEqual([expect.stringMatching(/^Untitled video, .*1970/)]);
    expect(links('Variations')).toEqual([expect.stringMatching(/^A fox, .*1970/)]);
    const twinLink = page.getByRole('link', { name: /^A fox ?, .*1970/ });
    await expect.element(twinLink).toHaveAttribute('href', `/video/${twin}`);

    // Live: one more, and the trash is told.
    await world.addVideo({ prompt: 'A wolf', ...similarTo(self) });
    await expect.poll(() => links('Variations').length).toBe(2);
    expect(links('Variations')[0]).toMatch(/^A wolf, /);
    await shown.services.commands.moveToTrash([ids[1]]);
    await expect.poll(() => links('Similar to')).toEqual(['Untitled video, In the trash']);

    await twinLink.click();
    await expect.poll(() => location.pathname).toBe(`/video/${twin}`);
    await expect.poll(() => links('Variations')).toEqual([expect.stringMatching(/^A fox, /)]);
  });

  test('that is not here is said; with neither there is nothing', async () => {
    const gone = newVideoId();
    await open(await world.addVideo({ params: { similarTo: { id: gone } } }));
    await expect.element(row('Similar to').getByText('Deleted, or not synced yet')).toBeVisible();
    await expect.element(row('Variations')).not.toBeInTheDocument();
    expect(document.body.textContent).not.toContain(gone);
    shown.hide();
    await open(ids[1]);
    await expect.element(page.getByRole('heading', { name: 'Details' })).toBeVisible();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect.element(page.getByText('Similar to', { exact: true })).not.toBeInTheDocument();
    await expect.element(page.getByText('Variations')).not.toBeInTheDocument();
  });
});
