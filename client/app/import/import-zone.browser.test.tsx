import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Shown, show } from '../testing/show.tsx';
import { ImportZone } from './import-zone.tsx';

const before = location.pathname;
let shown: Shown;
let given: Blob[];
beforeEach(async () => {
  given = [];
  const pictures = {
    given: { get: () => ({ kind: 'none' }) as const, subscribe: () => () => undefined },
    give: (file: Blob) => {
      given.push(file);
      return new Promise<never>(() => {});
    },
    formHas: () => undefined,
    forgive: () => undefined,
  };
  shown = await show(<ImportZone />, { pictures });
});
afterEach(() => {
  shown.hide();
  history.replaceState(null, '', before);
});

test.each([
  ['/settings', '/create'],
  ['/create', '/create'],
  ['/create?retry=01a20a45-28cd-7a45-b87d-65f4a5106370', '/create?retry=01a20a45-28cd-7a45-b87d-65f4a5106370'],
])('a picture pasted on %s leads to %s: a form that is open keeps what it was opened for', async (from, to) => {
  history.replaceState(null, '', from);
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File(['x'], 'pasted.png', { type: 'image/png' }));
  await expect
    .poll(() => {
      dispatchEvent(new ClipboardEvent('paste', { clipboardData, cancelable: true }));
      return given.length;
    })
    .toBeGreaterThan(0);
  expect(location.pathname + location.search).toBe(to);
});
