import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import * as v from 'valibot';
import { AUTO_RATIO } from '../../sync/model-params.ts';
import { type GenerationParams, MAX_SEED, readParams } from '../generation/capabilities.ts';
import type { JobReference, JobStatus, ModelCapabilities, Submission, VideoProvider } from '../generation/provider.ts';
import { createRenderer, type Renderer, type RenderJob } from './render/renderer.ts';

const FREE = {
  currency: 'USD',
  rates: [{ resolution: null, fixed: 0, perSecond: 0, isLeast: false }],
};
const FILM: ModelCapabilities = {
  id: 'local/film',
  label: 'VidFab Film',
  aspectRatios: ['16:9', '9:16', '1:1', '4:3', '3:4', '21:9'],
  durations: [3, 5, 8],
  resolutions: ['360p', '480p'],
  seed: true,
  negativePrompt: false,
  sourceImage: 'none',
  price: FREE,
};
/** A camera that goes slowly through a picture. */
const MOTION: ModelCapabilities = {
  ...FILM,
  id: 'local/motion',
  label: 'VidFab Motion, from a picture',
  aspectRatios: [AUTO_RATIO, ...FILM.aspectRatios],
  sourceImage: 'required',
};
/** Small and soon done, for trying a scene out. */
const SKETCH: ModelCapabilities = {
  id: 'local/sketch',
  label: 'VidFab Sketch',
  aspectRatios: ['1:1', '4:5', '16:9'],
  durations: [2, 4],
  resolutions: ['240p'],
  seed: false,
  negativePrompt: true,
  sourceImage: 'none',
  price: FREE,
};
const MODELS = [FILM, MOTION, SKETCH];
const FPS = 24;

/**
 * Renders on this machine, for nothing, two films at a time. The same submission always gives the
 * same film, so one that was lost in the middle is simply started again.
 * @param options.directory where films are kept
 */
export function createLocalProvider(options: {
  readonly directory: string;
  readonly renderer?: Renderer;
}): VideoProvider {
  const { directory } = options;
  const renderer = options.renderer ?? createRenderer({ directory, concurrency: 2 });

  return {
    name: 'local',
    models: MODELS,
    resubmitIsFree: true,
    pollEveryMs: 250,
    slowestPollMs: 1_000,
    deadlineMs: () => 24 * 60 * 60_000,
    outputLifetimeMs: null,
    find: null,
    readWebhook: null,
    refreshModels: null,
    checkKey: null,

    // Under what it holds, so that it is kept once however often it is given.
    takeImage: async ({ sha256, data }) => ({
      kind: 'taken',
      image: await renderer.keepPicture(sha256, data),
    }),

    async submit(submission) {
      const model = MODELS.find(({ id }) => id === submission.model);
      if (!model) return refused(`There is no model ${submission.model} here`);
      const read = readParams(model, submission.params);
      if (read.kind === 'invalid')
        return refused(read.details.map(({ path, message }) => `${path} ${message}`).join(', '));
      const job = toJob(submission, read.params);
      renderer.start(job);
      return { kind: 'submitted', reference: job, requestId: submission.id };
    },

    async status(reference): Promise<JobStatus> {
      const job = v.parse(JobSchema, reference);
      const state = await renderer.state(job.id);
      switch (state.kind) {
        case 'unknown':
          // Lost with the process that ran it.
          renderer.start(job);
          return { kind: 'queued' };
        case 'waiting':
          return { kind: 'queued' };
        case 'rendering':
          return { kind: 'running', progress: state.progress };
        case 'failed':
          return { kind: 'failed', error: { code: 'render_failed', message: state.message, retryable: true } };
        case 'done': {
          const { width, height, durationMs, thumbhash } = state.film;
          const output = { url: `local:${job.id}/0`, contentType: 'video/mp4', width, height, durationMs, thumbhash };
          return { kind: 'succeeded', outputs: [output] };
        }
      }
    },

    async cancel(reference: JobReference) {
      renderer.cancel(v.parse(JobSchema, reference).id);
    },

    async openOutput(url) {
      const path = pathOf(url, 'mp4');
      const found = path === null ? null : await stat(path).catch(() => null);
      if (path === null || found === null) return null;
      return {
        size: found.size,
        contentType: 'video/mp4',
        read: (range) => Readable.toWeb(createReadStream(path, { ...range, highWaterMark: 256 * 1024 })),
      };
    },

    async poster(url) {
      const path = pathOf(url, 'webp');
      if (path === null) return null;
      return readFile(path).then(
        (bytes) => new Uint8Array(bytes),
        () => null,
      );
    },
  };

  function pathOf(url: string, extension: string): string | null {
    const id = v.safeParse(KeySchema, /^local:([^/]+)\/0$/.exec(url)?.[1]);
    return id.success ? join(directory, `${id.output}.${extension}`) : null;
  }
}

function refused(message: string) {
  return { kind: 'refused', error: { code: 'invalid', message, retryable: false } } as const;
}

const KeySchema = v.pipe(v.string(), v.uuid());
const JobSchema: v.GenericSchema<unknown, RenderJob> = v.object({
  id: KeySchema,
  prompt: v.string(),
  without: v.optional(v.string()),
  picture: v.optional(v.string()),
  seed: v.number(),
  width: v.number(),
  height: v.number(),
  durationMs: v.number(),
  fps: v.number(),
});

function toJob({ key, prompt, image }: Submission, params: GenerationParams): RenderJob {
  const { aspectRatio, resolution, duration, seed, negativePrompt } = params;
  const [across = 1, down = 1] = ratioOf(aspectRatio, params.sourceImage);
  const short = Number.parseInt(resolution, 10);
  const long = (short * Math.max(across, down)) / Math.min(across, down);
  const [width, height] = across >= down ? [long, short] : [short, long];
  return {
    id: key,
    prompt,
    ...(negativePrompt !== null && { without: negativePrompt }),
    ...(image !== undefined && { picture: image }),
    seed: seed ?? Number.parseInt(key.slice(-8), 16) & MAX_SEED,
    width: even(width),
    height: even(height),
    durationMs: duration * 1000,
    fps: FPS,
  };
}

/** No narrower than the narrowest on offer. */
function ratioOf(aspectRatio: string, picture: GenerationParams['sourceImage']): readonly number[] {
  if (aspectRatio !== AUTO_RATIO) return aspectRatio.split(':').map(Number);
  const ratio = picture === null ? 16 / 9 : picture.width / picture.height;
  return [Math.min(21 / 9, Math.max(9 / 21, ratio)), 1];
}

/** H.264 has no odd sizes. */
function even(size: number): number {
  return 2 * Math.round(size / 2);
}
