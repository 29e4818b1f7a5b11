import { expect, test } from 'vitest';
import { draftOf, fitToModel, paramsOf } from './draft.ts';

const film = {
  id: 'local/film',
  provider: 'local',
  label: 'Film',
  aspectRatios: ['16:9', '9:16'],
  durations: [3, 5],
  resolutions: ['360p'],
  seed: true,
  negativePrompt: false,
};
const other = { prompt: 'A fox', model: 'other/model', params: { aspectRatio: '21:9', duration: 5, seed: 7 } };

test('what the model cannot do becomes what it does first, the rest stays', () => {
  expect(fitToModel(draftOf(other), film)).toMatchObject({
    prompt: 'A fox',
    model: 'local/film',
    aspectRatio: '16:9',
    duration: 5,
    resolution: '360p',
    seed: '7',
  });
});

test('only what the model takes is sent', () => {
  const draft = { ...draftOf(other), negativePrompt: 'people' };
  expect(paramsOf(draft, film)).toEqual({ aspectRatio: '16:9', duration: 5, resolution: '360p', seed: 7 });
  expect(paramsOf({ ...draft, seed: '' }, film)).not.toHaveProperty('seed');
  expect(paramsOf(draft, { ...film, seed: false, negativePrompt: true })).toMatchObject({ negativePrompt: 'people' });
});
