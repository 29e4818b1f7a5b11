import { describe, expect, test } from 'vitest';
import type { ModelPrice } from '../provider.ts';
import { createLiveModels } from './live-models.ts';
import { type ProviderModel, textToVideo } from './model-table.ts';
import { rateBetween } from './prices.ts';
import { readRequestSchema } from './request-schema.ts';

const MODEL: ProviderModel = {
  capabilities: textToVideo('m', 'M', {
    aspectRatios: ['16:9', '9:16'],
    durations: [5, 10],
    resolutions: ['720p', '1080p'],
    seed: true,
  }),
  input: ({ aspectRatio, resolution, duration }) => ({
    aspect_ratio: aspectRatio,
    resolution,
    duration: `${duration}s`,
  }),
};
/** The provider is told one size for both. */
const BY_SIZE: ProviderModel = {
  ...MODEL,
  input: ({ aspectRatio, resolution, duration }) => ({ size: `${aspectRatio} ${resolution}`, duration }),
};
const prompt = { type: 'string' };
const price: ModelPrice = { currency: 'USD', rates: [{ resolution: null, fixed: 1, perSecond: 0, isLeast: false }] };

function heard(properties: unknown, model = MODEL) {
  const models = createLiveModels([model]);
  models.learn(new Map([['m', { schema: readRequestSchema({ properties }), price: null }]]));
  return models.offered()[0];
}

describe('a schema narrows the table', () => {
  test('to the values that it lists, in the table’s order', () => {
    expect(heard({ prompt, aspect_ratio: { enum: ['9:16'] }, duration: { enum: ['10s', '5s'] } })).toMatchObject({
      aspectRatios: ['9:16'],
      durations: [5, 10],
      resolutions: ['720p', '1080p'],
    });
  });

  test('by what each choice is told as, whatever it goes with', () => {
    const size = { enum: ['16:9 720p', '9:16 720p'] };
    expect(heard({ prompt, size }, BY_SIZE)).toMatchObject({ aspectRatios: ['16:9', '9:16'], resolutions: ['720p'] });
  });

  test('to the numbers within its bounds', () => {
    expect(heard({ prompt, duration: { type: 'integer', minimum: 8 } }, BY_SIZE)).toMatchObject({ durations: [10] });
  });

  test('where it takes no seed, and not where it is no schema of a film', () => {
    expect(heard({ prompt, seed: { type: 'integer' } })).toMatchObject({ seed: true });
    expect(heard({ prompt })).toMatchObject({ seed: false });
    expect(heard({ image: {} })).toEqual(MODEL.capabilities);
  });

  test('not at all where nothing would be left: it is of another request', () => {
    expect(heard({ prompt, resolution: { enum: ['huge'] } })).toEqual(MODEL.capabilities);
  });
});

describe('a schema widens the table', () => {
  test('by values that the provider is told as they are', () => {
    const wide = heard({
      prompt,
      aspect_ratio: { enum: ['16:9', '9:16', '1:1', 'auto'] },
      resolution: { enum: ['720p', '1080p', '4k', 'huge'] },
      duration: { enum: ['5s', '10s', '15s', '-1s', 'auto'] },
      negative_prompt: prompt,
    });
    expect(wide).toMatchObject({
      aspectRatios: ['16:9', '9:16', '1:1'],
      resolutions: ['720p', '1080p', '4k'],
      durations: [5, 10, 15],
      negativePrompt: true,
    });
  });

  test('never by what the table could not say', () => {
    const listed = {
      aspect_ratio: { enum: ['1:1'] },
      resolution: { enum: ['4k'] },
      size: { enum: ['1:1 4k', '16:9 720p'] },
    };
    expect(heard({ prompt, ...listed }, BY_SIZE)).toMatchObject({ aspectRatios: ['16:9'], resolutions: ['720p'] });
  });

  test('by a range only where it has an end that a film may have', () => {
    expect(heard({ prompt, duration: { minimum: 4, maximum: 6 } }, BY_SIZE)).toMatchObject({ durations: [5, 4, 6] });
    for (const duration of [{ minimum: 1 }, { minimum: 1, maximum: 100_000 }]) {
      expect(heard({ prompt, duration }, BY_SIZE)).toMatchObject({ durations: [5, 10] });
    }
  });
});

test.each([
  [{ enum: ['16:9'] }, false],
  [{ anyOf: [{ enum: ['16:9'] }, { type: 'null' }] }, false],
  [{ anyOf: [{ enum: ['16:9'] }, { type: 'string' }] }, true],
  [{ allOf: [{ $ref: '#/components/schemas/ratio' }], default: '16:9' }, false],
  [{ $ref: '#/components/schemas/loop' }, true],
  [{ type: 'string' }, true],
  [null, true],
  [[], true],
  [{ enum: 'all of them' }, true],
])('of %j another value is taken: %s', (aspect, isTaken) => {
  const definitions = { ratio: { enum: ['16:9'] }, loop: { $ref: '#/components/schemas/loop' } };
  const models = createLiveModels([MODEL]);
  const schema = readRequestSchema({ properties: { prompt, aspect_ratio: aspect } }, definitions);
  models.learn(new Map([['m', { schema, price: null }]]));
  expect(models.offered()[0]?.aspectRatios).toEqual(isTaken ? ['16:9', '9:16'] : ['16:9']);
});

test('a price stays until another is told; what is sent on is all that either has', () => {
  const models = createLiveModels([MODEL]);
  models.learn(new Map([['m', { schema: null, price }]]));
  const schema = readRequestSchema({ properties: { prompt, duration: { enum: ['5s', '15s'] } } });
  models.learn(new Map([['m', { schema, price: null }]]));
  expect(models.offered()).toEqual([{ ...MODEL.capabilities, durations: [5, 15], seed: false, price }]);
  expect(models.sendable()[0]?.capabilities).toMatchObject({ durations: [5, 15, 10], seed: true });
  models.learn(new Map([['another', { schema, price }]]));
  expect(models.offered()).toHaveLength(1);
});

test.each([
  [{ duration: 5, amount: 0.5 }, { duration: 10, amount: 1 }, 0, 0.1],
  [{ duration: 5, amount: 0.4 }, { duration: 15, amount: 0.6 }, 0.3, 0.02],
  [{ duration: 5, amount: 0.4 }, { duration: 5, amount: 0.4 }, 0.4, 0],
  [{ duration: 4, amount: 0.7 }, { duration: 8, amount: 0.5 }, 0.7, 0],
])('between %j and %j the rate is %d and %d a second', (short, long, fixed, perSecond) => {
  expect(rateBetween('720p', short, long)).toEqual({ resolution: '720p', fixed, perSecond, isLeast: false });
});
