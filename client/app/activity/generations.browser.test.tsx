import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { EpochSchema, UserIdSchema } from '../../../sync/ids.ts';
import { createCommands } from '../../data/commands.ts';
import { openUserDatabase } from '../../data/session.ts';
import { readMeta, writeMeta } from '../../data/sync-store.ts';
import { seedGenerations } from '../dev/seed-generations.ts';
import type { UserServices } from '../services.ts';
import { type Shown, show } from '../testing/show.tsx';
import { ActivityScreen } from './activity-screen.tsx';

let shown: Shown;
afterEach(() => shown.hide());

async function showActivity(given: Partial<UserServices> = {}) {
  const db = await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID()));
  const epoch = v.parse(EpochSchema, 'aaaaaaaaaaaaaaaa');
  await writeMeta(db, { ...(await readMeta(db)), epoch });
  const running = await seedGenerations(db, Date.now(), epoch);
  const shares = new Map(running ? [[running, 0.62]] : []);
  const progress = { get: () => shares, subscribe: () => () => undefined };
  shown = await show(<ActivityScreen />, {
    db,
    commands: createCommands(db, () => undefined),
    progress,
    ...given,
  });
  await expect.element(page.getByRole('heading', { name: 'Activity' })).toBeVisible();
}

const says = (prompt: string, part: string) => expect.poll(() => line(prompt).element().textContent).toContain(part);
const line = (prompt: string) => page.getByTestId('generation-line').filter({ hasText: prompt });

describe('each stage says what it is, why, and what can be done', () => {
  beforeEach(() => showActivity());

  test.each([
    ['A paper boat', ['Waiting to be sent', 'cancelling costs nothing'], ['Cancel']],
    ['A robot watering', ['Rendering 62%'], ['Cancel']],
    ['City of glass', ['Queued'], ['Cancel']],
    ['A tram', ['Not started yet: WaveSpeed is busy', 'tried again by itself'], ['Cancel']],
    ['An owl', ['We cannot know whether it was started', 'may cost twice'], ['Start again', 'Dismiss']],
    ['A dancer', ['The provider held the result back', 'other words'], ['Edit and retry', 'Dismiss']],
    ['A castle', ['The model ran out of memory', 'may well succeed'], ['Retry', 'Dismiss']],
    ['A minute of waves', ['must be one of 3, 5, 8'], ['Edit and retry', 'Dismiss']],
    ['A street at noon', ['This endpoint was retired', 'would fail the same way'], ['Dismiss']],
    ['Three kites', ['2 of 3 made', 'in your library'], ['Dismiss']],
    [
      'A photo of a harbour',
      ['Not accepted: The server does not take its picture: A picture has at most 10 MB', 'costs nothing'],
      ['Choose another picture', 'Cancel'],
    ],
    ['A very long prompt', ['Not accepted: The prompt is too long', 'costs nothing'], ['Edit and retry', 'Dismiss']],
  ])('%s', async (prompt, words, acts) => {
    await expect.element(line(prompt)).toBeVisible();
    for (const part of words) await says(prompt, part);
    const shownActs = line(prompt).element().querySelectorAll('button, a');
    expect(Array.from(shownActs, ({ textContent }) => textContent)).toEqual(acts);
  });
});

test('offline, what was never sent says that it goes by itself', async () => {
  await showActivity({ online: { get: () => false, subscribe: () => () => undefined } });
  await says('A paper boat', 'Will be sent when you are back online');
  await says('A paper boat', 'sent by itself');
});

test('[GEN-2] a held one started again is a new one that knows it, and the old one is ended', async () => {
  await showActivity();
  await line('An owl').getByRole('button', { name: 'Start again' }).click();
  await says('An owl', 'Waiting to be sent');
  const rows = (await shown.db.generations.toArray()).filter(({ create }) => create.prompt.startsWith('An owl'));
  const made = rows.find(({ received }) => received === null);
  const old = rows.find(({ received }) => received !== null);
  expect(rows).toHaveLength(2);
  expect(made?.create.retryOf).toBe(old?.id);
  expect(Object.keys(old?.fields ?? {}).sort()).toEqual(['cancelRequestedAt', 'dismissedAt']);
});

test('[GEN-3] what was never sent is canceled for nothing, and says so', async () => {
  await showActivity();
  await line('A paper boat').getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByText('Cancelled before it was sent. It costs nothing.')).toBeVisible();
  await expect.element(line('A paper boat')).not.toBeInTheDocument();
});

test('what runs may still cost, and shows that it is being cancelled', async () => {
  await showActivity();
  await line('City of glass').getByRole('button', { name: 'Cancel' }).click();
  await expect.element(page.getByText('Being cancelled. What was already begun may still cost.')).toBeVisible();
  await says('City of glass', 'Being cancelled');
});
