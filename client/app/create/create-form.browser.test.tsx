import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { VideoId } from '../../../sync/ids.ts';
import { newVideoRow } from '../../../sync/local-row.ts';
import { VideoCreateSchema } from '../../../sync/records.ts';
import { similarToOf } from '../../../sync/similar-to.ts';
import { sourceOf } from '../../../sync/source-image.ts';
import { videoRecord } from '../../data/records.ts';
import { newVideoId } from '../../media/testing/media-world.ts';
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

describe('a source image', () => {
  const shownPicture = () => page.getByAltText('What the film begins with');
  const choose = (file: File) => userEvent.upload(page.getByLabelText('Choose a picture').element(), file);

  async function picture(width = 200, height = 100): Promise<File> {
    const canvas = new OffscreenCanvas(width, height);
    canvas.getContext('2d')?.fillRect(0, 0, width / 2, height);
    return new File([await canvas.convertToBlob()], 'mine.png', { type: 'image/png' });
  }

  test('is shown, chooses a model that takes one, and goes with the generation; its bytes are here', async () => {
    await choose(await picture());
    await expect.element(shownPicture()).toBeVisible();
    await expect.element(page.getByLabelText('Model')).toHaveValue('local/motion');
    expect(radios('Aspect ratio')).toEqual(['auto', '16:9', '9:16']);
    await expect.element(page.getByText('Auto', { exact: true })).toBeVisible();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => shown.db.generations.count()).toBe(1);
    const [generation] = await shown.db.generations.toArray();
    const source = sourceOf(generation?.create ?? { params: {} });
    expect(source).toMatchObject({ contentType: 'image/png', width: 200, height: 100 });
    expect((await shown.db.sources.toArray()).map(({ id, data }) => [id, data.byteLength])).toEqual([
      [source?.id, source?.bytes],
    ]);
  });

  test('is left out of a film from words alone only with a word about it, and comes back with the model', async () => {
    await choose(await picture());
    await expect.element(shownPicture()).toBeVisible();
    await page.getByLabelText('Model').selectOptions('VidFab Local');
    const note = page.getByText('VidFab Local makes films of words alone: the picture is left out.');
    await expect.element(note).toBeVisible();
    await page.getByLabelText('Model').selectOptions('Wan 2.6');
    await expect.element(note).not.toBeInTheDocument();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => shown.db.generations.count()).toBe(1);
    expect(sourceOf((await shown.db.generations.toArray())[0]?.create ?? { params: {} })).not.toBe(null);
  });

  test('that is needed and missing is asked for; removed it is missing again', async () => {
    await page.getByLabelText('Model').selectOptions('VidFab Motion');
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
    const missed = page.getByText('This model makes films of pictures. Add one first.');
    await expect.element(missed).not.toBeInTheDocument();
    const alert = page.getByRole('alert').last().element();
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.element(missed).toBeVisible();
    // It is heard, each time, and where it is put right has the focus.
    const add = page.getByRole('button', { name: 'Add a picture' });
    expect(missed.element().closest('[role=alert]')).toBe(alert);
    await expect.element(add).toHaveFocus();
    await expect.element(add).toHaveAccessibleDescription('This model makes films of pictures. Add one first.');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.element(add).toHaveFocus();
    await choose(await picture());
    await expect.element(missed).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Remove the picture' }).click();
    await expect.element(shownPicture()).not.toBeInTheDocument();
    await expect.element(add).toHaveFocus();
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.element(missed).toBeVisible();
    expect(await shown.db.generations.count()).toBe(0);
  });

  test('that cannot be used is refused in words, and the one before stays', async () => {
    await choose(await picture());
    await expect.element(shownPicture()).toBeVisible();
    await choose(new File(['words'], 'words.png', { type: 'image/png' }));
    await expect.element(page.getByText('That is no picture that can be used.', { exact: false })).toBeVisible();
    await choose(await picture(50, 50));
    await expect
      .element(page.getByText('It has to be 64 pixels wide and high at least.', { exact: false }))
      .toBeVisible();
    await expect.element(shownPicture()).toBeVisible();
  });

  test('that was dropped, pasted or shared is taken once', async () => {
    expect(await shown.services.pictures.give(await picture())).toEqual({ kind: 'used' });
    await expect.element(shownPicture()).toBeVisible();
    expect(shown.services.pictures.given.get()).toEqual({ kind: 'none' });
    expect(await shown.db.sources.count()).toBe(1);
  });

  test('that is being taken when the form is left is there when it is opened again', async () => {
    const { pictures } = shown.services;
    const end = pictures.give(await picture());
    shown.hide();
    await expect.poll(() => pictures.given.get().kind).toBe('taken');
    shown = await show(<CreateScreen />, { db: shown.db, pictures });
    await expect.element(shownPicture()).toBeVisible();
    expect(await end).toEqual({ kind: 'used' });
    shown.hide();
    shown = await show(<CreateScreen />, { db: shown.db });
    await expect.element(shownPicture()).toBeVisible();
  });

  test('that no model here takes is left out with a word about it, and can be removed', async () => {
    const [words] = shown.services.models.get();
    if (!words) throw new Error('no model');
    shown.hide();
    const only = [words];
    shown = await show(<CreateScreen />, {
      db: shown.db,
      models: { get: () => only, subscribe: () => () => undefined },
    });
    await expect.element(page.getByRole('button', { name: 'Add a picture' })).not.toBeInTheDocument();
    expect(await shown.services.pictures.give(await picture())).toEqual({ kind: 'used' });
    await expect.element(page.getByText('No model here makes films of pictures', { exact: false })).toBeVisible();
    await page.getByRole('button', { name: 'Remove the picture' }).click();
    await expect.element(shownPicture()).not.toBeInTheDocument();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => shown.db.generations.count()).toBe(1);
  });

  test('is there again when the form is opened again, and gone from it once it was sent', async () => {
    await choose(await picture());
    await expect.element(shownPicture()).toBeVisible();
    shown.hide();
    shown = await show(<CreateScreen />, { db: shown.db });
    await expect.element(shownPicture()).toBeVisible();
    await page.getByRole('textbox', { name: 'Prompt', exact: true }).fill('It waves');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => shown.db.generations.count()).toBe(1);
    shown.hide();
    shown = await show(<CreateScreen />, { db: shown.db });
    await expect.element(page.getByRole('button', { name: 'Add a picture' })).toBeVisible();
  });

  test('of a generation that is tried again is the same one', async () => {
    await shown.services.pictures.give(await picture());
    const [record] = await shown.db.sources.toArray();
    if (!record) throw new Error('it was not kept');
    const { data, addedAt, ...source } = record;
    const asked = { prompt: 'It waves', provider: 'local', model: 'local/motion', params: { sourceImage: source } };
    const id = await shown.services.commands.generate(asked);
    shown.hide();
    history.replaceState(null, '', `/create?retry=${id}`);
    shown = await show(<CreateScreen />, { db: shown.db });
    await expect.element(shownPicture()).toBeVisible();
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(() => shown.db.generations.count()).toBe(2);
    const sources = (await shown.db.generations.toArray()).map(({ create }) => sourceOf(create)?.id);
    expect(sources).toEqual([source.id, source.id]);
  });
});

describe('filled from a video', () => {
  const prompt = () => page.getByRole('textbox', { name: 'Prompt', exact: true });
  const said = () => page.getByText('Similar to A fox');
  const drop = () => page.getByRole('button', { name: 'Not similar to it any more' });
  const sent = async () => (await shown.db.generations.toArray()).map(({ create }) => similarToOf(create));
  const again = async (path: string) => {
    shown.hide();
    history.replaceState(null, '', path);
    shown = await show(<CreateScreen />, { db: shown.db });
    await expect.element(prompt()).toBeVisible();
  };

  let id: VideoId;
  beforeEach(async () => {
    id = newVideoId();
    const create = { origin: 'generated', prompt: 'A fox', createdAt: 1, params: { similarTo: { id: newVideoId() } } };
    await shown.db.videos.add(videoRecord(newVideoRow(id, v.parse(VideoCreateSchema, create)), null));
    await again(`/create?similar=${id}`);
    await expect.element(said()).toBeVisible();
  });

  test('it says so, and the film will; also after a reload, with what was changed meanwhile', async () => {
    await expect.element(prompt()).toHaveValue('A fox');
    await prompt().fill('A fox, at night');
    await again(location.href);
    await expect.element(said()).toBeVisible();
    await expect.element(prompt()).toHaveValue('A fox, at night');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(sent).toEqual([id]);
    // The next one is another matter.
    await again('/create');
    await expect.element(drop()).not.toBeInTheDocument();
    await prompt().fill('A wolf');
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(sent).toEqual(expect.arrayContaining([id, null]));
  });

  test('it can be dropped, and stays dropped; the focus goes to the words', async () => {
    await drop().click();
    await expect.element(said()).not.toBeInTheDocument();
    await expect.element(prompt()).toHaveFocus();
    await again(location.href);
    await expect.element(prompt()).toHaveValue('A fox');
    await expect.element(drop()).not.toBeInTheDocument();
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(sent).toEqual([null]);
  });

  test('another beginning is similar to nothing', async () => {
    await prompt().fill('');
    await page.getByRole('button', { name: /lighthouse/ }).click();
    await expect.element(said()).not.toBeInTheDocument();
  });

  test('a generation that is tried again is similar to the same', async () => {
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(sent).toEqual([id]);
    const [first] = await shown.db.generations.toArray();
    await again(`/create?retry=${first?.id}`);
    await expect.element(said()).toBeVisible();
    await page.getByRole('button', { name: 'Generate' }).click();
    await expect.poll(sent).toEqual([id, id]);
  });

  test('one that is gone is said to be', async () => {
    await shown.db.videos.delete(id);
    await expect.element(page.getByText('Similar to a video that is not on this device')).toBeVisible();
    await again(`/create?similar=${newVideoId()}`);
    await expect.element(prompt()).toHaveValue('A fox');
  });
});
