import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { kindOf } from '../../../../tests/support/providers/each.ts';
import { FAL } from '../../../../tests/support/providers/fal.ts';
import { type StandIn, startStandIn } from '../../../../tests/support/providers/stand-in.ts';
import type { JobReference, Submission, VideoProvider } from '../../provider.ts';

const kind = kindOf(FAL);
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
  model: 'fal-ai/veo3.1/fast',
  params: {},
  webhookUrl: null,
};

async function completed(): Promise<JobReference> {
  const result = await provider.submit(submission);
  if (result.kind !== 'submitted') throw new Error(result.kind);
  const job = standIn.jobs.get(result.requestId);
  if (job) Object.assign(job, { state: 'succeeded', outputs: { video: { url: 'https://cdn.example/1.mp4' } } });
  return result.reference;
}

describe('the result, where alone a failure shows', () => {
  test.each([
    [
      'what the person can fix',
      422,
      { detail: [{ loc: ['body', 'prompt'], msg: 'is too long' }] },
      'invalid',
      'prompt: is too long',
    ],
    ['the model’s own failure', 500, { detail: 'CUDA out of memory' }, 'provider_failed', 'CUDA out of memory'],
    ['what is gone', 404, { detail: 'gone' }, 'expired', expect.any(String)],
    ['nothing made', 200, { seed: 7 }, 'provider_failed', expect.stringContaining('no video')],
  ])('%s', async (_, status, body, code, message) => {
    const reference = await completed();
    standIn.answerNext('result', { status, body });
    expect(await provider.status(reference)).toMatchObject({ kind: 'failed', error: { code, message } });
  });

  test.each([
    [429, ''],
    [401, { detail: 'Unauthenticated' }],
    [502, '<html>'],
    [503, {}],
    [200, '{"video": {"url": "htt'],
  ])('%i %j says nothing about it', async (status, body) => {
    const reference = await completed();
    standIn.answerNext('result', { status, body });
    await expect(provider.status(reference)).rejects.toThrow();
    expect(await provider.status(reference)).toMatchObject({ kind: 'succeeded' });
  });

  test('an error beside COMPLETED is one', async () => {
    const reference = await completed();
    standIn.answerNext('status', {
      status: 200,
      body: { status: 'COMPLETED', error: 'Timed out', error_type: 'runner_timeout' },
    });
    expect(await provider.status(reference)).toMatchObject({ kind: 'failed', error: { message: 'Timed out' } });
  });
});

test('what has ended and asked for the same is found; that it is not listed proves nothing', async () => {
  const search = { submission, from: Date.now() - 1000, isTaken: async () => false, hasTwin: async () => false };
  expect(await provider.find?.(search)).toMatchObject({ kind: 'cannot_tell' });
  await completed();
  const [id] = standIn.jobs.keys();
  const found = await provider.find?.(search);
  expect(found).toMatchObject({ kind: 'found', requestId: id });
  expect(found?.kind === 'found' && (await provider.status(found.reference))).toMatchObject({ kind: 'succeeded' });
});

describe('the platform', () => {
  const rates = () => provider.models.map(({ price }) => price?.rates ?? null);

  test('says what a model takes, and what each costs where that is by the film or its seconds', async () => {
    await provider.refreshModels?.();
    expect(provider.models[0]).toMatchObject({
      aspectRatios: ['16:9', '9:16'],
      durations: [8, 4, 6],
      resolutions: ['720p', '1080p', '4k'],
      seed: true,
      negativePrompt: false,
    });
    expect(rates()).toEqual([
      // Of several resolutions one price is the least.
      [{ resolution: null, fixed: 0, perSecond: 0.15, isLeast: true }],
      // Nobody can say how many tokens a film has.
      null,
      [{ resolution: null, fixed: 0.35, perSecond: 0, isLeast: true }],
      // Nothing is said of those that begin with a picture.
      null,
      null,
    ]);
  });

  test.each(['models', 'price'] as const)('that does not say (%s) leaves the other half', async (op) => {
    standIn.answerNext(op, { status: 503, body: '<html>' });
    await provider.refreshModels?.();
    expect([provider.models[0]?.resolutions.length, provider.models[0]?.price !== undefined]).toEqual(
      op === 'models' ? [2, true] : [3, false],
    );
  });
});

test('the list is read to its end', async () => {
  await completed();
  const list = kind.dialect.list([...standIn.jobs.values()], {
    ...(standIn.requests[0] ?? { method: '', path: '', headers: {}, body: {}, files: {} }),
    query: new URLSearchParams({ endpoint_id: submission.model, expand: 'payloads' }),
  });
  standIn.answerNext('list', { status: 200, body: { items: [], next_cursor: 'Mg==', has_more: true } });
  standIn.answerNext('list', list ?? { status: 500, body: '' });
  const search = { submission, from: Date.now() - 1000, isTaken: async () => false, hasTwin: async () => false };
  expect(await provider.find?.(search)).toMatchObject({ kind: 'found' });
  expect(standIn.requests.at(-1)?.query.get('cursor')).toBe('Mg==');
});
