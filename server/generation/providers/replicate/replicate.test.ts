import { afterEach, beforeEach, expect, test } from 'vitest';
import { kindOf } from '../../../../tests/support/providers/each.ts';
import { REPLICATE } from '../../../../tests/support/providers/replicate.ts';
import { type StandIn, startStandIn } from '../../../../tests/support/providers/stand-in.ts';
import type { Submission, VideoProvider } from '../../provider.ts';

const kind = kindOf(REPLICATE);
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
  model: 'google/veo-3.1-fast',
  params: {},
  webhookUrl: 'https://vidfab.example/one',
};
const find = (given = submission) =>
  provider.find?.({
    submission: given,
    from: Date.now() - 1000,
    isTaken: async () => false,
    hasTwin: async () => false,
  });

test('only the end of a job is to be told', async () => {
  await provider.submit(submission);
  expect(standIn.requests[0]?.body).toMatchObject({ webhook_events_filter: ['completed'] });
});

test('a submission that nobody heard the answer to is found by its webhook, among ones that look the same', async () => {
  await provider.submit({ ...submission, webhookUrl: 'https://vidfab.example/two' });
  await provider.submit(submission);
  await provider.submit({ ...submission, webhookUrl: 'https://vidfab.example/three' });
  const ours = [...standIn.jobs.values()].find(({ webhookUrl }) => webhookUrl === submission.webhookUrl);
  expect(await find()).toMatchObject({ kind: 'found', requestId: ours?.id });
});

test('one is found by what was asked for where there are no webhooks', async () => {
  const alone = { ...submission, webhookUrl: null };
  await provider.submit({ ...alone, prompt: 'A hare' });
  expect(await find(alone)).toEqual({ kind: 'absent' });
  await provider.submit(alone);
  expect(await find(alone)).toMatchObject({ kind: 'found' });
});

test('one is absent only when every page was read', async () => {
  for (let n = 0; n < 150; n++) await provider.submit({ ...submission, webhookUrl: `https://vidfab.example/${n}` });
  expect(await find()).toMatchObject({ kind: 'absent' });
  expect(standIn.requests.filter(({ op }) => op === 'list')).toHaveLength(2);
});

test('of one whose data is removed nobody can tell what it was', async () => {
  await provider.submit({ ...submission, webhookUrl: null });
  for (const job of standIn.jobs.values()) job.state = 'expired';
  expect(await find({ ...submission, webhookUrl: null })).toMatchObject({ kind: 'cannot_tell' });
});

test('the model’s own page says what it takes, and nothing says what it costs', async () => {
  const [, ...others] = provider.models;
  await provider.refreshModels?.();
  expect(provider.models[0]).toMatchObject({
    durations: [8, 4],
    resolutions: ['720p', '1080p'],
    seed: false,
    negativePrompt: true,
  });
  expect(provider.models[0]).not.toHaveProperty('price');
  // It does not know the others.
  expect(provider.models.slice(1)).toEqual(others);
});
