import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { type Shown, show } from '../testing/show.tsx';
import { CreateScreen } from './create-screen.tsx';

let shown: Shown;
beforeEach(async () => {
  localStorage.clear();
  history.replaceState(null, '', '/create');
  shown = await show(<CreateScreen />);
  await expect.element(page.getByLabelText('Model')).toBeVisible();
});
afterEach(() => shown.hide());

const radios = (legend: string) =>
  page
    .getByRole('group', { name: legend })
    .getByRole('radio')
    .elements()
    .map((radio) => radio.getAttribute('value'));

test('the form is what the chosen model can do: another model, another form', async () => {
  expect(radios('Aspect ratio')).toEqual(['16:9', '9:16', '1:1', '4:3', '21:9']);
  expect(radios('Duration')).toEqual(['3', '5', '8']);
  expect(radios('Resolution')).toEqual(['360p', '720p']);
  await page.getByText('More options').click();
  await expect.element(page.getByLabelText('Seed', { exact: true })).toBeVisible();
  await expect.element(page.getByLabelText('Negative prompt')).not.toBeInTheDocument();
  await expect.element(page.getByText(/Costs/)).not.toBeInTheDocument();

  await page.getByLabelText('Model').selectOptions('Wan 2.6');
  expect(radios('Aspect ratio')).toEqual(['16:9', '9:16']);
  expect(radios('Duration')).toEqual(['5', '10', '15']);
  expect(radios('Resolution')).toEqual(['720p', '1080p']);
  await expect.element(page.getByLabelText('Negative prompt')).toBeInTheDocument();
  await expect.element(page.getByText('Costs about $0.40.')).toBeVisible();
  await page.getByText('10 s', { exact: true }).click();
  await expect.element(page.getByText('Costs about $0.80.')).toBeVisible();
  // Of this one only the least is known.
  await page.getByText('1080p', { exact: true }).click();
  await expect.element(page.getByText('Costs $0.60 or more.')).toBeVisible();
});

test('what is sent is what the model takes, and nothing else', async () => {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A fox');
  await page.getByText('More options').click();
  await page.getByLabelText('Seed', { exact: true }).fill('7');
  await page.getByText('21:9').click();
  await page.getByLabelText('Model').selectOptions('Wan 2.6');
  await page.getByLabelText('Negative prompt').fill(' people ');
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect
    .poll(() => shown.db.generations.toArray())
    .toMatchObject([
      {
        create: {
          prompt: 'A fox',
          provider: 'wavespeed',
          model: 'wan/2.6',
          params: { aspectRatio: '16:9', duration: 5, resolution: '720p', seed: 7, negativePrompt: 'people' },
          retryOf: null,
        },
      },
    ]);
});

test('what the server would refuse is said at its field, and not sent', async () => {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A fox');
  await page.getByText('More options').click();
  await page.getByLabelText('Seed', { exact: true }).fill('9999999999');
  await expect.element(page.getByText('At most 2,147,483,647')).toBeVisible();
  await page.getByRole('button', { name: 'Generate' }).click();
  await expect.element(page.getByText('One of the options cannot be sent like this.', { exact: false })).toBeVisible();
  await page.getByLabelText('Seed', { exact: true }).fill('12');
  await expect.element(page.getByText('At most')).not.toBeInTheDocument();
  expect(await shown.db.generations.count()).toBe(0);
});

test('pressed twice it is made once', async () => {
  await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('A fox');
  await userEvent.dblClick(page.getByRole('button', { name: 'Generate' }));
  await expect.poll(() => shown.db.generations.count()).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await shown.db.generations.count()).toBe(1);
});
