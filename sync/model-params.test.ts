import { describe, expect, test } from 'vitest';
import { makePicture } from '../tests/support/pictures.ts';
import { MAX_SEED, readModelParams } from './model-params.ts';

const film = {
  aspectRatios: ['16:9', '9:16'],
  durations: [3, 5],
  resolutions: ['360p'],
  seed: true,
  negativePrompt: false,
  sourceImage: 'none',
} as const;
const bare = {
  aspectRatios: ['1:1'],
  durations: [5],
  resolutions: ['720p'],
  seed: false,
  negativePrompt: true,
  sourceImage: 'required',
} as const;

test('what is left open becomes what the model does first', () => {
  const expected = {
    aspectRatio: '16:9',
    duration: 3,
    resolution: '360p',
    seed: null,
    negativePrompt: null,
    sourceImage: null,
  };
  expect(readModelParams(film, {})).toEqual({ kind: 'ok', params: expected });
  expect(readModelParams(film, { aspectRatio: null, seed: null, negativePrompt: ' ' })).toEqual({
    kind: 'ok',
    params: expected,
  });
});

test('what is given is taken', () => {
  const { source: sourceImage } = makePicture();
  expect(readModelParams(bare, { negativePrompt: ' people ', sourceImage })).toMatchObject({
    params: { negativePrompt: 'people', sourceImage },
  });
  expect(readModelParams({ ...film, sourceImage: 'optional' }, {})).toMatchObject({ params: { sourceImage: null } });
  expect(readModelParams(film, { aspectRatio: '9:16', duration: 5, seed: 7 })).toMatchObject({
    kind: 'ok',
    params: { aspectRatio: '9:16', duration: 5, seed: 7 },
  });
});

describe('each parameter that is wrong is named, all at once', () => {
  test.each([
    [film, { duration: 4 }, 'duration', 'not_one_of'],
    [film, { duration: '3' }, 'duration', 'not_one_of'],
    [film, { aspectRatio: '2:1' }, 'aspectRatio', 'not_one_of'],
    [film, { seed: -1 }, 'seed', 'too_small'],
    [film, { seed: 1.5 }, 'seed', 'not_whole'],
    [film, { seed: '7' }, 'seed', 'not_whole'],
    [film, { seed: MAX_SEED + 1 }, 'seed', 'too_large'],
    [film, { negativePrompt: 'people' }, 'negativePrompt', 'not_taken'],
    [{ ...bare, sourceImage: 'none' }, { negativePrompt: 7 }, 'negativePrompt', 'not_text'],
    [{ ...bare, sourceImage: 'none' }, { negativePrompt: 'x'.repeat(2_001) }, 'negativePrompt', 'too_long'],
    [{ ...bare, sourceImage: 'none' }, { seed: 7 }, 'seed', 'not_taken'],
    // Else a film would be paid for that leaves the picture out.
    [film, { sourceImage: makePicture().source }, 'sourceImage', 'not_taken'],
    [bare, { sourceImage: 'data:,' }, 'sourceImage', 'no_picture'],
    [bare, { sourceImage: { ...makePicture().source, bytes: 0 } }, 'sourceImage', 'no_picture'],
    [bare, {}, 'sourceImage', 'missing'],
  ] as const)('%#: %j', (model, params, param, kind) => {
    expect(readModelParams(model, params)).toMatchObject({ kind: 'invalid', problems: [{ param, problem: { kind } }] });
  });

  test('two at once', () => {
    const read = readModelParams(film, { duration: 4, resolution: '4k' });
    expect(read.kind === 'invalid' && read.problems.map(({ param }) => param)).toEqual(['duration', 'resolution']);
  });
});
