import { Suspense } from 'react';
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { createSource } from '../../services/observable.ts';
import type { Notifications, NotificationsState } from '../services.ts';
import { type Shown, show } from '../testing/show.tsx';
import { NotificationsSection } from './notifications-section.tsx';

let shown: Shown;
afterEach(() => shown.hide());

/** Everything asked for ends as it is said. */
async function showSection(ends: NotificationsState) {
  const state = createSource<NotificationsState>({ kind: 'off' });
  let end = () => {};
  let asked = 0;
  const turn = () => {
    asked += 1;
    state.set({ kind: 'busy' });
    return new Promise<void>((resolve) => {
      end = () => {
        state.set(ends);
        resolve();
      };
    });
  };
  const nothing = async () => undefined;
  const notifications: Notifications = {
    state,
    look: nothing,
    turnOn: turn,
    turnOff: turn,
    leave: async () => nothing,
    speak: nothing,
    renew: nothing,
  };
  const loaded = Promise.resolve(notifications);
  shown = await show(
    <Suspense>
      <NotificationsSection loaded={loaded} />
    </Suspense>,
  );
  return { end: () => end(), asked: () => asked };
}

const on = page.getByRole('button', { name: 'Turn notifications on' });
const off = page.getByRole('button', { name: 'Turn notifications off' });

test('the button keeps the focus while it changes, and is pressed once', async () => {
  const { end, asked } = await showSection({ kind: 'on' });
  await on.click();
  await userEvent.keyboard('{Enter}{Enter}');
  await expect.element(on).toHaveFocus();
  await expect.element(on).toHaveAttribute('aria-disabled', 'true');
  expect(asked()).toBe(1);
  end();
  await expect.element(off).toHaveFocus();
});

test('where no button is left, what is said instead has the focus', async () => {
  const { end } = await showSection({ kind: 'denied' });
  await on.click();
  end();
  await expect.element(page.getByRole('status')).toHaveFocus();
  await expect
    .element(page.getByRole('status'))
    .toHaveTextContent('Your browser blocks notifications of VidFab. Allow them in its settings for this site.');
});
