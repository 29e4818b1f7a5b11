import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJobsWorld, type JobsWorld } from '../../tests/support/jobs-world.ts';
import { makePicture } from '../../tests/support/pictures.ts';
import { createJobLoop } from '../generation/jobs.ts';
import { createLocalProvider } from './local-provider.ts';
import { createRenderer, type Renderer, type RenderJob, type RenderState } from './render/renderer.ts';

const id = '01a20a45-28cd-7a45-b87d-65f4a5106370';
const key = '3d3cf2c8-5b3c-5e3a-9a73-4f0fb9b1e6f0';
const submission = { id, key, prompt: 'A fox', model: 'local/film', params: {}, webhookUrl: null };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vidfab-renders-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function recorder(state: RenderState = { kind: 'unknown' }) {
  const started: RenderJob[] = [];
  const renderer: Renderer = {
    start: (job) => void started.push(job),
    state: async () => state,
    keepPicture: async (name) => `/pictures/${name}`,
    cancel: () => undefined,
    close: async () => undefined,
  };
  return { started, provider: createLocalProvider({ directory, renderer }) };
}

describe('what is rendered', () => {
  test.each([
    ['16:9', '360p', 640, 360],
    ['9:16', '360p', 360, 640],
    ['1:1', '480p', 480, 480],
    ['4:3', '360p', 480, 360],
    ['3:4', '480p', 480, 640],
    ['21:9', '360p', 840, 360],
    ['16:9', '480p', 854, 480],
  ])('%s in %s', async (aspectRatio, resolution, width, height) => {
    const { started, provider } = recorder();
    await provider.submit({ ...submission, params: { aspectRatio, resolution, duration: 5, seed: 7 } });
    expect(started).toEqual([{ id: key, prompt: 'A fox', seed: 7, width, height, durationMs: 5000, fps: 24 }]);
  });

  test('two people’s generations of one id are two films', async () => {
    const { started, provider } = recorder();
    await provider.submit(submission);
    await provider.submit({ ...submission, key: key.replace('3d', '4e') });
    expect(new Set(started.map((job) => job.id)).size).toBe(2);
  });

  test('what should not be seen goes with the job', async () => {
    const { started, provider } = recorder();
    const params = { aspectRatio: '4:5', negativePrompt: 'rain' };
    await provider.submit({ ...submission, model: 'local/sketch', params });
    expect(started).toMatchObject([{ without: 'rain', width: 240, height: 300, durationMs: 2000 }]);
  });

  test('what it does not offer is refused, in words', async () => {
    const { started, provider } = recorder();
    expect(await provider.submit({ ...submission, params: { duration: 60 } })).toEqual({
      kind: 'refused',
      error: { code: 'invalid', message: 'params.duration must be one of 3, 5, 8', retryable: false },
    });
    expect(await provider.submit({ ...submission, model: 'sora' })).toMatchObject({ kind: 'refused' });
    expect(started).toEqual([]);
  });
});

describe('of a picture', () => {
  const { source, bytes } = makePicture({ width: 90, height: 160 });
  const motion = { ...submission, model: 'local/motion', params: { sourceImage: source, resolution: '360p' } };

  test('the film has its ratio, unless another one is asked for, and none is too narrow', async () => {
    const { started, provider } = recorder();
    const taken = await provider.takeImage?.({ ...source, data: bytes });
    expect(taken).toEqual({ kind: 'taken', image: `/pictures/${source.sha256}` });
    await provider.submit({ ...motion, image: '/a.png' });
    await provider.submit({ ...motion, params: { ...motion.params, aspectRatio: '1:1' } });
    const strip = { ...source, width: 64, height: 8000 };
    await provider.submit({ ...motion, params: { ...motion.params, sourceImage: strip } });
    expect(started.map(({ width, height, picture }) => [width, height, picture])).toEqual([
      [360, 640, '/a.png'],
      [360, 360, undefined],
      [360, 840, undefined],
    ]);
  });

  test('without one there is none', async () => {
    const { provider } = recorder();
    expect(await provider.submit({ ...submission, model: 'local/motion' })).toMatchObject({
      kind: 'refused',
      error: { message: 'params.sourceImage is needed by this model' },
    });
  });

  test('the film shows it, and moves', { timeout: 60_000 }, async () => {
    await using renderer = Object.assign(createRenderer({ directory, concurrency: 1 }), {
      [Symbol.asyncDispose]: async () => undefined,
    });
    const provider = createLocalProvider({ directory, renderer });
    const taken = await provider.takeImage?.({ ...source, data: bytes });
    const image = taken?.kind === 'taken' ? taken.image : undefined;
    const submitted = await provider.submit({ ...motion, params: { ...motion.params, duration: 3 }, image });
    const reference = submitted.kind === 'submitted' ? submitted.reference : null;
    await expect.poll(async () => (await provider.status(reference)).kind, { timeout: 50_000 }).toBe('succeeded');
    await renderer.close();
    const poster = await loadImage(Buffer.from((await provider.poster(`local:${key}/0`)) ?? []));
    const canvas = createCanvas(poster.width, poster.height);
    canvas.getContext('2d').drawImage(poster, 0, 0);
    const colourAt = (x: number) =>
      canvas.getContext('2d').getImageData(Math.round(poster.width * x), Math.round(poster.height / 4), 1, 1).data;
    const [left, right] = [colourAt(0.1), colourAt(0.9)];
    expect(Number(left[0]) - Number(left[2])).toBeGreaterThan(80);
    expect(Number(right[2]) - Number(right[0])).toBeGreaterThan(80);
  });
});

test('a film that was lost in the middle is started again, the same one', async () => {
  const { started, provider } = recorder();
  const submitted = await provider.submit(submission);
  if (submitted.kind !== 'submitted') throw new Error('refused');
  const stored: unknown = JSON.parse(JSON.stringify(submitted.reference));
  expect(await provider.status(stored)).toEqual({ kind: 'queued' });
  expect(started[1]).toEqual(started[0]);
});

test.each([
  'local:../../etc/passwd/0',
  `local:${key}/1`,
  `local:${key}/0`,
  'file:///etc/passwd',
  'https://a.example/x',
])('%s opens nothing', async (url) => {
  const { provider } = recorder();
  expect([await provider.openOutput(url), await provider.poster(url)]).toEqual([null, null]);
});

describe('real films', { timeout: 90_000 }, () => {
  let world: JobsWorld;
  beforeEach(async () => {
    world = await createJobsWorld();
  });
  afterEach(() => world[Symbol.asyncDispose]());

  test('two at a time, the others wait; a restart in the middle goes on', async () => {
    const params = { aspectRatio: '1:1', duration: 3, resolution: '360p' };
    const local = { model: 'local/film', provider: 'local', params };
    const ids = [
      await world.pushGeneration(local),
      await world.pushGeneration(local),
      await world.pushGeneration(local),
    ];
    await world.sql('UPDATE generation SET next_at = 0');
    const open = () => {
      const renderer = createRenderer({ directory, concurrency: 2 });
      const provider = createLocalProvider({ directory, renderer });
      return { renderer, loop: createJobLoop({ ...world.deps, provider, clock: Date.now }) };
    };
    const first = open();
    first.loop.wake();
    const underWay = () => ids.filter((running) => first.loop.progressOf(running) !== null).length;
    await expect.poll(underWay, { timeout: 30_000 }).toBe(2);
    await first.loop.stop();
    await first.renderer.close();

    const second = open();
    second.loop.wake();
    let most = 0;
    await expect
      .poll(
        async () => {
          const jobs = await world.sql(`SELECT reference ->> '$.id' AS id FROM generation WHERE reference IS NOT NULL`);
          const states = await Promise.all(jobs.map((job) => second.renderer.state(String(job.id))));
          most = Math.max(most, states.filter(({ kind }) => kind === 'rendering').length);
          return (await world.videos()).filter((row) => row.media_state === 'stored').length;
        },
        { timeout: 80_000, interval: 100 },
      )
      .toBe(3);
    expect(most).toBe(2);
    for (const finished of ids) expect((await world.generation(finished)).server.status).toBe('succeeded');
    const rows = await world.videos();
    expect(rows.every((row) => row.poster_at !== null && row.width === 360 && row.codec === 'avc')).toBe(true);
    await second.loop.stop();
    await second.renderer.close();
  });
});
