import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kindOf } from '../../../../tests/support/providers/each.ts';
import { type StandIn, startStandIn } from '../../../../tests/support/providers/stand-in.ts';
import { WAVESPEED } from '../../../../tests/support/providers/wavespeed.ts';
import type { Submission, VideoProvider } from '../../provider.ts';

const kind = kindOf(WAVESPEED);
let standIn: StandIn;
let provider: VideoProvider;
beforeEach(async () => {
  standIn = await startStandIn(kind.dialect);
  provider = kind.create(standIn.url);
});
afterEach(() => standIn[Symbol.asyncDispose]());

const submission: Submission = {
  id: 'one',
  key: 'key-1',
  prompt: 'A fox',
  model: 'alibaba/wan-2.6/text-to-video',
  params: {},
  webhookUrl: 'https://vidfab.example/one',
};
const prediction = { id: 'job-1', model: submission.model, status: 'created', outputs: [] };
const done = { ...prediction, status: 'completed', outputs: ['https://cdn.example/1.mp4'] };

test.each([
  ['wrapped', { code: 200, message: 'success', data: prediction }],
  ['wrapped, with a code of its own beside 201', { code: 200, data: prediction }],
  ['not wrapped', prediction],
])('a reply that is %s is read', async (how, body) => {
  standIn.answerNext('submit', { status: how.includes('201') ? 201 : 200, body });
  expect(await provider.submit(submission)).toMatchObject({ kind: 'submitted', requestId: 'job-1' });
  standIn.answerNext('status', { status: 200, body: 'data' in body ? { ...body, data: done } : done });
  expect(await provider.status({ id: 'job-1', url: null })).toMatchObject({ kind: 'succeeded' });
});

describe('HTTP 200 with an error code in the body', () => {
  test.each([
    [400, { kind: 'refused', error: { code: 'invalid', message: 'prompt is too long' } }],
    [401, { kind: 'refused', error: { code: 'provider_key' } }],
    [429, { kind: 'not_now' }],
  ])('%i is what it says', async (code, result) => {
    standIn.answerNext('submit', { status: 200, body: { code, message: 'prompt is too long' } });
    expect(await provider.submit(submission)).toMatchObject(result);
  });

  test.each([500, 503, 5001])('%i leaves it unclear, even with a job beside it', async (code) => {
    standIn.answerNext('submit', { status: 200, body: { code, message: 'internal', data: prediction } });
    await expect(provider.submit(submission)).rejects.toThrow();
  });

  test.each([429, 400])('%i beside HTTP 502 leaves it unclear', async (code) => {
    standIn.answerNext('submit', { status: 502, body: { code, message: 'busy' } });
    await expect(provider.submit(submission)).rejects.toThrow();
  });

  test('of a poll says nothing about the job', async () => {
    standIn.answerNext('status', {
      status: 200,
      body: { code: 500, message: 'internal', data: { id: 'job-1', status: 'failed' } },
    });
    await expect(provider.status({ id: 'job-1', url: null })).rejects.toThrow('internal');
  });
});

test.each([
  ['succeeded', 'succeeded'],
  ['COMPLETED', 'succeeded'],
  ['starting', 'queued'],
  ['timeout', 'failed'],
  ['cancelled', 'failed'],
])('the status %s means %s', async (status, meant) => {
  const outputs = meant === 'succeeded' ? done.outputs : [];
  standIn.answerNext('status', { status: 200, body: { data: { ...prediction, status, outputs } } });
  expect((await provider.status({ id: 'job-1', url: null })).kind).toBe(meant);
});

test('of a partial success what was made is kept, whatever it is called', async () => {
  const outputs = ['https://cdn.example/1.mp4', ''];
  for (const status of ['completed', 'failed']) {
    standIn.answerNext('status', {
      status: 200,
      body: { data: { ...prediction, status, outputs, has_nsfw_contents: [false, true] } },
    });
    expect(await provider.status({ id: 'job-1', url: null })).toMatchObject({
      kind: 'succeeded',
      outputs: [{ url: 'https://cdn.example/1.mp4' }],
    });
  }
});

describe('a submission that nobody heard the answer to', () => {
  const from = Date.now() - 1000;
  const find = () => provider.find?.({ submission, from, isTaken: async () => false, hasTwin: async () => false });
  const asked = { prompt: 'A  fox ', size: '1280*720', duration: 5, enable_prompt_expansion: false };
  const shown = (input: unknown) => ({
    status: 200,
    body: { code: 200, data: { items: [{ ...prediction, created_at: new Date().toISOString(), input }] } },
  });

  test('is absent where the whole list has none of the model', async () => {
    await provider.submit({ ...submission, model: 'google/veo3.1-fast/text-to-video' });
    expect(await find()).toEqual({ kind: 'absent' });
  });

  test('is absent where it has only what is older', async () => {
    standIn.answerNext('list', {
      status: 200,
      body: { code: 200, data: { items: [{ ...prediction, created_at: '2026-01-01T00:00:00Z' }] } },
    });
    expect(await find()).toEqual({ kind: 'absent' });
  });

  test('is not told where the list does not show what was asked for', async () => {
    standIn.answerNext('list', shown(undefined));
    expect(await find()).toMatchObject({ kind: 'cannot_tell' });
  });

  test('is looked for since it was sent, however long ago: a list that was not asked how far back it goes has a day', async () => {
    await provider.submit(submission);
    const job = [...standIn.jobs.values()][0];
    expect(await find()).toMatchObject({ kind: 'found', requestId: job?.id });
    const { created_after: after, created_before: before } = standIn.requests.at(-1)?.body ?? {};
    expect(Date.parse(String(after))).toBeLessThanOrEqual(from);
    expect(Date.parse(String(before))).toBeGreaterThanOrEqual(Date.now());
  });

  test('is found by what was asked for, where that is shown', async () => {
    standIn.answerNext('list', shown(asked));
    expect(await find()).toMatchObject({ kind: 'found', requestId: 'job-1' });
  });

  test('is not told where the words are the same and the rest is not', async () => {
    standIn.answerNext('list', shown({ ...asked, duration: 10 }));
    expect(await find()).toMatchObject({ kind: 'cannot_tell' });
  });

  test('is absent where only other words were asked for', async () => {
    standIn.answerNext('list', shown({ ...asked, prompt: 'A hare' }));
    expect(await find()).toEqual({ kind: 'absent' });
  });

  test('is not told where the list does not say when, or does not end', async () => {
    standIn.answerNext('list', { status: 200, body: { code: 200, data: { items: [prediction] } } });
    expect(await find()).toMatchObject({ kind: 'cannot_tell' });
    const other = { ...prediction, model: 'x/y', created_at: new Date().toISOString() };
    for (let page = 0; page < 9; page++) {
      standIn.answerNext('list', {
        status: 200,
        body: { code: 200, data: { items: Array.from({ length: 100 }, () => other) } },
      });
    }
    expect(await find()).toMatchObject({ kind: 'cannot_tell' });
  });
});

describe('the catalog', () => {
  const fast = () => provider.models.find(({ id }) => id === 'bytedance/seedance-2.0-fast/text-to-video');

  test('narrows and widens a model, and says what a film of each resolution costs', async () => {
    await provider.refreshModels?.();
    expect(fast()).toEqual({
      id: 'bytedance/seedance-2.0-fast/text-to-video',
      label: 'Seedance 2.0 Fast',
      aspectRatios: ['16:9', '9:16', '1:1', '3:2'],
      durations: [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
      resolutions: ['720p', '480p'],
      seed: true,
      negativePrompt: false,
      sourceImage: 'none',
      price: {
        currency: 'USD',
        rates: [
          { resolution: '720p', fixed: 0, perSecond: 0.1, isLeast: false },
          { resolution: '480p', fixed: 0, perSecond: 0.05, isLeast: false },
        ],
      },
    });
    // Nothing is made for it.
    expect(standIn.jobs.size).toBe(0);
  });

  test('is quoted with what would be sent', async () => {
    await provider.refreshModels?.();
    const { body } = standIn.requests.find(({ op }) => op === 'price') ?? {};
    expect(body).toMatchObject({ inputs: { resolution: '720p', duration: 4, aspect_ratio: '16:9' } });
  });

  test.each([
    ['an error', { status: 500, body: {} }],
    ['nothing, which is what could not be worked out', { status: 200, body: { code: 200, data: { price: 0 } } }],
    ['millionths', { status: 200, body: { code: 200, data: { price: 250_000 } } }],
    ['HTML', { status: 200, body: '<html>' }],
  ])('a quote of %s leaves the base price, as the least', async (_, reply) => {
    standIn.answerNext('price', reply);
    standIn.answerNext('price', reply);
    await provider.refreshModels?.();
    expect(fast()?.price?.rates).toEqual([{ resolution: null, fixed: 0.25, perSecond: 0, isLeast: true }]);
  });

  test('what it said before stays where it says nothing of it now', async () => {
    await provider.refreshModels?.();
    const before = provider.models;
    standIn.answerNext('models', { status: 200, body: { code: 200, data: [{ model_id: fast()?.id }] } });
    for (let n = 0; n < 2; n++) standIn.answerNext('price', { status: 503, body: '' });
    await provider.refreshModels?.();
    expect(provider.models).toEqual(before);
  });

  test('what it added goes to the provider; what it took away does too, for the provider to refuse', async () => {
    await provider.refreshModels?.();
    const model = fast()?.id ?? '';
    for (const params of [
      { aspectRatio: '3:2', duration: 16, seed: 7 },
      { aspectRatio: '21:9', duration: 4 },
    ]) {
      expect((await provider.submit({ ...submission, model, params })).kind).toBe('submitted');
    }
    const [first, second] = [...standIn.jobs.values()];
    expect(first?.input).toMatchObject({ aspect_ratio: '3:2', duration: 16, seed: 7 });
    expect(second?.input).toMatchObject({ aspect_ratio: '21:9', duration: 4 });
  });
});
