import { expect, test } from 'vitest';
import { draftOf, fitToModel, paramsOf, priceOf } from './draft.ts';

const film = {
  id: 'local/film',
  provider: 'local',
  label: 'Film',
  aspectRatios: ['16:9', '9:16'],
  durations: [3, 5],
  resolutions: ['360p'],
  seed: true,
  negativePrompt: false,
  sourceImage: 'none',
} as const;
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
  const params = { aspectRatio: '16:9', duration: 5, resolution: '360p' };
  expect(paramsOf(draft, film)).toEqual({ kind: 'ok', params: { ...params, seed: 7 } });
  expect(paramsOf({ ...draft, seed: '' }, film)).toEqual({ kind: 'ok', params });
  const wordy = { ...film, seed: false, negativePrompt: true };
  expect(paramsOf(draft, wordy)).toEqual({ kind: 'ok', params: { ...params, negativePrompt: 'people' } });
});

test('what the server would refuse is said before it is sent', () => {
  expect(paramsOf({ ...draftOf(other), seed: '9999999999' }, film)).toMatchObject({
    kind: 'invalid',
    problems: [{ param: 'seed', problem: { kind: 'too_large' } }],
  });
  const draft = { ...draftOf(other), seed: '9999999999', negativePrompt: 'x'.repeat(2_001) };
  expect(paramsOf(draft, { ...film, seed: false, negativePrompt: true })).toMatchObject({
    kind: 'invalid',
    problems: [{ param: 'negativePrompt', problem: { kind: 'too_long' } }],
  });
});

test('a price by the second counts the seconds of the film; where it is not known there is none', () => {
  const draft = draftOf(other);
  expect(priceOf(draft, film)).toBeNull();
  expect(priceOf(draft, { ...film, price: { usd: 0.5, per: 'video' } })).toBe(0.5);
  expect(priceOf(draft, { ...film, price: { usd: 0.5, per: 'second' } })).toBe(2.5);
  expect(priceOf({ ...draft, duration: 99 }, { ...film, price: { usd: 0.5, per: 'second' } })).toBe(1.5);
});
