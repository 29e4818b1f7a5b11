import * as v from 'valibot';
import { expect, test } from 'vitest';
import { VideoIdSchema } from '../../../sync/ids.ts';
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

test('what it is similar to goes with it, and comes back with a generation that is tried again', () => {
  const id = v.parse(VideoIdSchema, '01900000-0000-7000-8000-000000000001');
  const sent = paramsOf({ ...draftOf(other), similarTo: id }, film);
  expect(sent).toMatchObject({ kind: 'ok', params: { seed: 7, similarTo: { id } } });
  if (sent.kind !== 'ok') return;
  expect(draftOf({ ...other, params: sent.params }).similarTo).toBe(id);
  expect(paramsOf(draftOf(other), film)).not.toHaveProperty('params.similarTo');
  for (const similarTo of [null, 'x', { id: 'x' }]) {
    expect(draftOf({ ...other, params: { similarTo } }).similarTo).toBe(null);
  }
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

test('a price counts the seconds and the resolution of the film; where it is not known there is none', () => {
  const draft = draftOf(other);
  expect(priceOf(draft, film)).toBeNull();
  const rate = { resolution: '360p', fixed: 0.5, perSecond: 0.25, isLeast: false };
  const priced = { ...film, price: { currency: 'EUR', rates: [rate] } };
  expect(priceOf(draft, priced)).toEqual({ amount: 1.75, currency: 'EUR', isLeast: false });
  // What the model cannot do is what it does first.
  expect(priceOf({ ...draft, duration: 99, resolution: '4k' }, priced)).toMatchObject({ amount: 1.25 });
  const others = { ...rate, resolution: null, fixed: 9, perSecond: 0, isLeast: true };
  const sharp = { ...priced, resolutions: ['1080p', '360p'], price: { currency: 'EUR', rates: [others, rate] } };
  expect(priceOf({ ...draft, resolution: '360p' }, sharp)).toMatchObject({ amount: 1.75, isLeast: false });
  expect(priceOf({ ...draft, resolution: '1080p' }, sharp)).toMatchObject({ amount: 9, isLeast: true });
  expect(priceOf({ ...draft, resolution: '360p' }, { ...priced, resolutions: ['720p'] })).toBeNull();
});
