import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePicture } from '../../../tests/support/pictures.ts';
import { KINDS } from '../../../tests/support/providers/each.ts';
import { type StandIn, startStandIn } from '../../../tests/support/providers/stand-in.ts';
import type { JobReference, Submission, VideoProvider } from '../provider.ts';

const WEBHOOK = 'https://vidfab.example/api/webhooks/x/alice/one';
const HTML = '<!doctype html><title>502 Bad Gateway</title>';

describe.each(KINDS)('$dialect.name', ({ dialect, create, outputs }) => {
  let standIn: StandIn;
  let provider: VideoProvider;
  let submission: Submission;
  beforeEach(async () => {
    standIn = await startStandIn(dialect);
    provider = create(standIn.url);
    const model = provider.models[0]?.id ?? '';
    submission = { id: 'one', key: 'key-1', prompt: 'A fox', model, params: {}, webhookUrl: WEBHOOK };
  });
  afterEach(() => standIn[Symbol.asyncDispose]());

  async function submitted(): Promise<{ readonly reference: JobReference; readonly requestId: string }> {
    const result = await provider.submit(submission);
    if (result.kind !== 'submitted') throw new Error(JSON.stringify(result));
    // It is kept as JSON.
    return { ...result, reference: JSON.parse(JSON.stringify(result.reference)) };
  }

  async function running() {
    const { reference, requestId } = await submitted();
    const job = standIn.jobs.get(requestId);
    if (!job) throw new Error('the stand-in took nothing');
    return { reference, job };
  }

  describe('submit', () => {
    test('is one request, with the key, the prompt and where to tell', async () => {
      const { requestId } = await submitted();
      expect(standIn.requests).toHaveLength(1);
      expect(standIn.jobs.get(requestId)).toMatchObject({
        model: submission.model,
        input: { prompt: 'A fox' },
        webhookUrl: WEBHOOK,
      });
    });

    test('tells nothing of what a film is similar to', async () => {
      const of = { id: '01900000-0000-7000-8000-000000000001' };
      submission = { ...submission, params: { duration: provider.models[0]?.durations[0], similarTo: of } };
      await submitted();
      expect(standIn.requests).toHaveLength(1);
      expect(JSON.stringify(standIn.requests)).not.toMatch(/similar|01900000/i);
    });

    test('sends no address where nobody could be reached', async () => {
      submission = { ...submission, webhookUrl: null };
      const { job } = await running();
      expect(job.webhookUrl).toBe(null);
      expect(JSON.stringify(standIn.requests)).not.toContain('webhook');
    });

    test.each([
      [400, 'invalid', false],
      [401, 'provider_key', true],
      [402, 'provider_credit', true],
      [403, 'provider_key', true],
      [404, 'model_unknown', false],
      [422, 'invalid', false],
    ])('a %i is a refusal: %s, in words', async (status, code, retryable) => {
      standIn.answerNext('submit', {
        status,
        body: { detail: 'duration is too long', message: 'duration is too long' },
      });
      expect(await provider.submit(submission)).toEqual({
        kind: 'refused',
        error: { code, message: expect.stringMatching(/\w+ \w+/), retryable },
      });
    });

    test('what the person can fix names the field, and what it may be', async () => {
      standIn.answerNext('submit', dialect.invalid);
      expect(await provider.submit(submission)).toEqual({
        kind: 'refused',
        error: {
          code: 'invalid',
          message: expect.stringMatching(/^(invalid parameter: )?duration:? must be one of 5, 10$/),
          retryable: false,
        },
      });
    });

    test('what content rules forbid is called that', async () => {
      standIn.answerNext('submit', {
        status: 422,
        body: { detail: 'The prompt was flagged as sensitive', message: 'flagged' },
      });
      expect(await provider.submit(submission)).toMatchObject({
        kind: 'refused',
        error: { code: 'moderated', retryable: false },
      });
    });

    test.each([
      [{ 'retry-after': '30' }, 30_000],
      [{}, null],
    ])('a 429 with %j was not taken, and may be sent later', async (headers, retryAfterMs) => {
      standIn.answerNext('submit', { status: 429, headers, body: { detail: 'Too many requests' } });
      expect(await provider.submit(submission)).toEqual({ kind: 'not_now', message: expect.any(String), retryAfterMs });
    });

    test('a 429 until a date is one too', async () => {
      const until = new Date(Date.now() + 60_000).toUTCString();
      standIn.answerNext('submit', { status: 429, headers: { 'retry-after': until }, body: '' });
      const result = await provider.submit(submission);
      expect(result.kind === 'not_now' && result.retryAfterMs).toBeGreaterThan(50_000);
    });

    test.each([
      ['500', { status: 500, body: { detail: 'oops' } }],
      ['503 (the AI SDK re-posts on it)', { status: 503, headers: { 'retry-after': '1' }, body: HTML }],
      ['408', { status: 408, body: '' }],
      ['a redirect', { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' }],
      ['a captive portal’s 200', { status: 200, body: HTML }],
      ['truncated JSON', { status: 200, body: '{"data": {"id": "x' }],
      ['JSON without a job', { status: 200, body: { ok: true } }],
      ['garbage', { status: 200, body: '\u0000\u0001\ufffd{]' }],
    ])('%s leaves it unclear, and nothing is sent again', async (_, reply) => {
      standIn.answerNext('submit', reply);
      await expect(provider.submit(submission)).rejects.toThrow(/\w+/);
      expect(standIn.requests).toHaveLength(1);
    });

    test.each(['hang up', 'take and hang up'] as const)(
      'a connection that breaks (%s) leaves it unclear',
      async (how) => {
        standIn.answerNext('submit', how);
        await expect(provider.submit(submission)).rejects.toThrow();
        expect(standIn.requests).toHaveLength(1);
      },
    );

    test('a provider that no connection comes about to certainly did not take it', async () => {
      await standIn[Symbol.asyncDispose]();
      expect(await provider.submit(submission)).toMatchObject({ kind: 'not_now' });
    });

    test('what the model does not offer is refused before anything is sent', async () => {
      expect(await provider.submit({ ...submission, params: { duration: 3600 } })).toMatchObject({
        kind: 'refused',
        error: { code: 'invalid', retryable: false },
      });
      expect(await provider.submit({ ...submission, model: 'a/b' })).toMatchObject({
        error: { code: 'model_unknown' },
      });
      expect(standIn.requests).toEqual([]);
    });

    test('takes every model of the table with its defaults, and what each offers most of', async () => {
      const { source } = makePicture();
      for (const { id, durations, resolutions, aspectRatios, seed, negativePrompt, sourceImage } of provider.models) {
        const picture = { ...(sourceImage !== 'none' && { sourceImage: source }) };
        const most = {
          ...picture,
          duration: durations.at(-1),
          resolution: resolutions.at(-1),
          aspectRatio: aspectRatios.at(-1),
          ...(seed && { seed: 7 }),
          ...(negativePrompt && { negativePrompt: 'rain' }),
        };
        for (const params of [sourceImage === 'required' ? picture : {}, most]) {
          const taken = await provider.submit({ ...submission, model: id, params });
          expect(taken.kind).toBe('submitted');
        }
        const last = [...standIn.jobs.values()].at(-1);
        expect(last?.model).toBe(id);
        expect([last?.input.seed, last?.input.negative_prompt]).toEqual([
          seed ? 7 : undefined,
          negativePrompt ? 'rain' : undefined,
        ]);
        expect(Object.values(last?.input ?? {})).not.toContain(undefined);
      }
    });
  });

  describe('a picture', () => {
    const { source, bytes } = makePicture({ type: 'jpeg' });
    const take = () => {
      if (!provider.takeImage) throw new Error('it takes none');
      return provider.takeImage({ ...source, data: bytes });
    };

    test('is given once, and the film is asked for with it; nothing of it names its person', async () => {
      const taken = await take();
      if (taken.kind !== 'taken') throw new Error(JSON.stringify(taken));
      const model = provider.models.find(({ sourceImage }) => sourceImage !== 'none')?.id ?? '';
      await provider.submit({ ...submission, model, params: { sourceImage: source }, image: taken.image });
      const asked = standIn.requests.filter(({ op }) => op === 'submit');
      expect(Object.values(asked[0]?.body.input ?? asked[0]?.body ?? {})).toContain(taken.image);
      expect(asked).toHaveLength(1);
      const [upload] = standIn.requests.filter(({ op }) => op === 'upload');
      if (!dialect.uploaded) {
        expect(taken.image).toBe(`data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`);
        expect(upload).toBe(undefined);
        return;
      }
      expect(taken.image).toBe('https://files.example/1.jpg');
      const [file] = Object.values(upload?.files ?? {});
      expect([file?.type, file?.name]).toEqual(['image/jpeg', 'picture.jpeg']);
      expect(new Uint8Array((await file?.arrayBuffer()) ?? [])).toEqual(bytes);
    });

    test.runIf(dialect.uploaded)(
      'that has no answer, or one that is none, is not taken: nothing was asked for',
      async () => {
        for (const reply of ['hang up', { status: 200, body: HTML }, { status: 500, body: {} }] as const) {
          standIn.answerNext('upload', reply);
          await expect(take()).rejects.toThrow(/\w+/);
        }
        standIn.answerNext('upload', { status: 413, body: { detail: 'the file is too large', message: 'too large' } });
        expect(await take()).toMatchObject({ kind: 'refused', error: { code: 'invalid' } });
        standIn.answerNext('upload', { status: 429, headers: { 'retry-after': '9' }, body: {} });
        expect(await take()).toMatchObject({ kind: 'not_now', retryAfterMs: 9000 });
        expect(standIn.jobs.size).toBe(0);
      },
    );

    test('of one’s own is not looked for in a list: another one may stand under the same words', async () => {
      const model = provider.models.find(({ sourceImage }) => sourceImage !== 'none')?.id ?? '';
      const mine = { ...submission, model, params: { sourceImage: source }, webhookUrl: null };
      const { requestId } = Object(await provider.submit({ ...mine, image: 'https://files.example/1.jpg' }));
      for (const job of standIn.jobs.values()) job.state = 'succeeded';
      const never = async () => false;
      const found = await provider.find?.({
        submission: mine,
        from: Date.now() - 1000,
        isTaken: never,
        hasTwin: never,
      });
      expect([typeof requestId, found?.kind]).toEqual(['string', 'cannot_tell']);
    });
  });

  describe('status', () => {
    test('goes from queued to running to done', async () => {
      const { reference, job } = await running();
      expect(await provider.status(reference)).toEqual({ kind: 'queued' });
      job.state = 'running';
      expect(await provider.status(reference)).toMatchObject({ kind: 'running' });
      job.state = 'succeeded';
      job.outputs = outputs[0]?.[1]('https://cdn.example/1.mp4');
      expect(await provider.status(reference)).toMatchObject({
        kind: 'succeeded',
        outputs: [{ url: 'https://cdn.example/1.mp4' }],
      });
    });

    test.each(outputs)('finds one and several outputs in %s', async (_, shape) => {
      const { reference, job } = await running();
      job.state = 'succeeded';
      for (const urls of [
        ['https://cdn.example/1.mp4'],
        ['https://cdn.example/1.mp4', 'https://cdn.example/2.mp4?s=a&b'],
      ]) {
        job.outputs = shape(...urls);
        const status = await provider.status(reference);
        expect(status.kind === 'succeeded' && status.outputs.map(({ url }) => url)).toEqual(urls);
      }
    });

    test('a word that nobody knows runs on', async () => {
      const { reference, job } = await running();
      job.state = 'a new word';
      expect(await provider.status(reference)).toMatchObject({ kind: 'running' });
    });

    test.each([
      ['failed', 'provider_failed', true],
      ['moderated', 'moderated', false],
      ['expired', 'expired', true],
    ] as const)('one that %s says so: %s', async (state, code, retryable) => {
      const { reference, job } = await running();
      job.state = state;
      expect(await provider.status(reference)).toEqual({
        kind: 'failed',
        error: { code, message: expect.stringMatching(/\w+ \w+/), retryable },
      });
    });

    test('one that failed by what was asked for says which field', async () => {
      const { reference, job } = await running();
      job.state = 'invalid';
      expect(await provider.status(reference)).toMatchObject({
        kind: 'failed',
        error: { message: expect.stringMatching(/duration:? must be one of 5, 10/) },
      });
    });

    test('done with nothing made is a failure, not a wait', async () => {
      const { reference, job } = await running();
      job.state = 'succeeded';
      job.outputs = [];
      expect(await provider.status(reference)).toMatchObject({ kind: 'failed' });
    });

    test('a job that the provider does not know is no failure yet', async () => {
      const { reference } = await running();
      standIn.answerNext('status', dialect.unknown);
      expect(await provider.status(reference)).toEqual({ kind: 'unknown' });
    });

    test.each([
      ['429', { status: 429, headers: { 'retry-after': '12' }, body: '' }, 12_000],
      ['a bare 429', { status: 429, body: '' }, null],
      ['401', { status: 401, body: '' }, null],
      ['500', { status: 500, body: {} }, null],
      ['503', { status: 503, body: HTML }, null],
      ['a captive portal’s 200', { status: 200, body: HTML }, null],
      ['truncated JSON', { status: 200, body: '{"id": "x", "sta' }, null],
      ['JSON without a job', { status: 200, body: { ok: true } }, null],
      ['garbage', { status: 200, body: '\u0000\u0001\ufffd{]' }, null],
    ] as const)('%s says nothing about the job', async (_, reply, retryAfterMs) => {
      const { reference } = await running();
      standIn.answerNext('status', reply);
      await expect(provider.status(reference)).rejects.toMatchObject({ name: 'NoAnswerError', retryAfterMs });
    });

    test('a broken connection says nothing about the job', async () => {
      const { reference } = await running();
      standIn.answerNext('status', 'hang up');
      await expect(provider.status(reference)).rejects.toThrow();
    });
  });

  test('cancelling is asked for, and what is said to it does not matter where it was heard', async () => {
    const { reference, job } = await running();
    await provider.cancel(reference);
    expect(job.isCancelled).toBe(true);
    standIn.answerNext('cancel', { status: 404, body: HTML });
    await provider.cancel(reference);
    for (const reply of ['hang up', { status: 503, body: HTML }, { status: 429, body: {} }] as const) {
      standIn.answerNext('cancel', reply);
      await expect(provider.cancel(reference)).rejects.toThrow(/\w+/);
    }
  });

  test('the key goes nowhere but to the provider', async () => {
    await using elsewhere = await startStandIn(dialect);
    const { reference, job } = await running();
    const lured = JSON.parse(JSON.stringify(reference).replaceAll(standIn.url, elsewhere.url));
    job.state = 'running';
    expect(await provider.status(lured)).toMatchObject({ kind: 'running' });
    expect(elsewhere.requests).toEqual([]);
  });

  test('the key is tried without a charge', async () => {
    expect(await provider.checkKey?.()).toMatchObject({ ok: true });
    standIn.answerNext('key', { status: 401, body: { detail: 'Unauthenticated' } });
    expect(await provider.checkKey?.()).toMatchObject({ ok: false, message: expect.stringContaining('401') });
    expect(standIn.jobs.size).toBe(0);
  });

  describe('the catalog of its models', () => {
    const HEARD = ['models', 'price'] as const;

    test.each([
      ['a 401', { status: 401, body: { detail: 'Unauthenticated' } }],
      ['a 429', { status: 429, headers: { 'retry-after': '60' }, body: '' }],
      ['a 500', { status: 500, body: { detail: 'oops' } }],
      ['HTML', { status: 200, body: HTML }],
      ['JSON of something else', { status: 200, body: { code: 200, data: 'soon', models: 7, prices: null } }],
      ['a line that breaks', 'hang up'],
    ] as const)('%s instead of it leaves all as it is, and the provider says so', async (_, reply) => {
      const before = structuredClone(provider.models);
      for (const op of HEARD.flatMap((heard) => before.map(() => heard))) standIn.answerNext(op, reply);
      await expect(provider.refreshModels?.()).rejects.toThrow(/catalog/);
      expect(provider.models).toEqual(before);
    });

    test('takes no model away and adds none, charges nothing, and what it offers the provider takes', async () => {
      const { source } = makePicture();
      const before = provider.models.map(({ id }) => id);
      await provider.refreshModels?.();
      expect(provider.models.map(({ id }) => id)).toEqual(before);
      expect(standIn.jobs.size).toBe(0);
      for (const model of provider.models) {
        const { id, durations, resolutions, aspectRatios, seed, negativePrompt, sourceImage } = model;
        for (const duration of durations) {
          const params = {
            duration,
            resolution: resolutions.at(-1),
            aspectRatio: aspectRatios.at(-1),
            ...(seed && { seed: 7 }),
            ...(negativePrompt && { negativePrompt: 'rain' }),
            ...(sourceImage !== 'none' && { sourceImage: source }),
          };
          const image = sourceImage === 'none' ? {} : { image: 'https://files.example/1.jpg' };
          expect((await provider.submit({ ...submission, model: id, params, ...image })).kind).toBe('submitted');
        }
      }
    });
  });

  describe('find', () => {
    const from = Date.now() - 1000;
    const search = (isTaken = async (_: string) => false, hasTwin = async () => false) => {
      if (!provider.find) throw new Error('it cannot be searched');
      return provider.find({ submission, from, isTaken, hasTwin });
    };

    test('never takes another’s job for this one', async () => {
      await provider.submit({ ...submission, prompt: 'Another film', webhookUrl: `${WEBHOOK}-2` });
      for (const job of standIn.jobs.values()) job.state = 'succeeded';
      expect((await search()).kind).not.toBe('found');
    });

    test('never takes one that another generation has', async () => {
      const { job } = await running();
      job.state = 'succeeded';
      expect((await search(async (id) => id === job.id)).kind).not.toBe('found');
    });

    test('takes one that only looks like it where no other it could be of looks so, and no twin waits', async () => {
      // No webhook: where a list shows it, that names the generation.
      submission = { ...submission, webhookUrl: null };
      const { job } = await running();
      job.state = 'succeeded';
      const never = async () => false;
      expect(await search(never)).toMatchObject({ kind: 'found', requestId: job.id });
      expect(await search(never, async () => true)).toMatchObject({ kind: 'cannot_tell' });
      await provider.submit(submission);
      for (const each of standIn.jobs.values()) each.state = 'succeeded';
      expect(await search(never)).toMatchObject({ kind: 'cannot_tell' });
      expect(await search(async (id) => id !== job.id)).toMatchObject({ kind: 'found', requestId: job.id });
    });

    test.each([
      ['HTML', { status: 200, body: HTML }],
      ['a 500', { status: 500, body: {} }],
    ])('%s instead of a list is no list', async (_, reply) => {
      standIn.answerNext('list', reply);
      await expect(search()).rejects.toThrow();
    });
  });
});
