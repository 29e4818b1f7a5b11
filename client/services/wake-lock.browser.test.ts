import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSource } from './observable.ts';
import { keepAwake } from './wake-lock.ts';

let ended: AbortController;
let held: number;
beforeEach(() => {
  ended = new AbortController();
  held = 0;
  // Headless Chromium refuses the real one.
  vi.spyOn(navigator.wakeLock, 'request').mockImplementation(async () => {
    held += 1;
    const sentinel = Object.assign(new EventTarget(), {
      released: false,
      type: 'screen' as const,
      onrelease: null,
      release: async () => {
        if (!sentinel.released) held -= 1;
        sentinel.released = true;
      },
    });
    return sentinel;
  });
});
afterEach(() => {
  ended.abort();
  vi.restoreAllMocks();
});

test('the screen stays on while any of it works, and only then', async () => {
  const [renders, sends] = [createSource(false), createSource(false)];
  keepAwake([renders, sends], ended.signal);
  expect(held).toBe(0);
  renders.set(true);
  await expect.poll(() => held).toBe(1);
  sends.set(true);
  renders.set(false);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(held).toBe(1);
  sends.set(false);
  await expect.poll(() => held).toBe(0);
});

test('work that ended while it was asked for leaves nothing on; nor does the end of the page’s services', async () => {
  const works = createSource(false);
  keepAwake([works], ended.signal);
  works.set(true);
  works.set(false);
  await expect.poll(() => held).toBe(0);
  works.set(true);
  await expect.poll(() => held).toBe(1);
  ended.abort();
  await expect.poll(() => held).toBe(0);
});

test('a refusal is no trouble, and is asked again at the next work', async () => {
  const works = createSource(false);
  vi.mocked(navigator.wakeLock.request).mockRejectedValueOnce(new DOMException('low battery', 'NotAllowedError'));
  keepAwake([works], ended.signal);
  works.set(true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(held).toBe(0);
  works.set(false);
  works.set(true);
  await expect.poll(() => held).toBe(1);
});
