import { type ProviderModel, seconds, textToVideo } from '../model-table.ts';

/** What the models' pages offer for films from words. */
export const REPLICATE_MODELS: readonly ProviderModel[] = [
  {
    capabilities: textToVideo('google/veo-3.1-fast', 'Veo 3.1 Fast', {
      aspectRatios: ['16:9', '9:16'],
      durations: [8, 4, 6],
      resolutions: ['720p', '1080p'],
      seed: true,
      negativePrompt: true,
      sourceImage: 'optional',
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ aspect_ratio: aspectRatio, resolution, duration }),
  },
  {
    capabilities: textToVideo('bytedance/seedance-1-pro', 'Seedance 1 Pro', {
      aspectRatios: ['16:9', '4:3', '1:1', '3:4', '9:16', '21:9'],
      durations: [5, ...seconds(2, 12).filter((length) => length !== 5)],
      resolutions: ['1080p', '720p', '480p'],
      seed: true,
      sourceImage: 'optional',
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ aspect_ratio: aspectRatio, resolution, duration }),
  },
  {
    capabilities: textToVideo('kwaivgi/kling-v2.5-turbo-pro', 'Kling 2.5 Turbo', {
      aspectRatios: ['16:9', '9:16', '1:1'],
      durations: [5, 10],
      resolutions: ['1080p'],
      negativePrompt: true,
    }),
    input: ({ aspectRatio, duration }) => ({ aspect_ratio: aspectRatio, duration }),
  },
];
