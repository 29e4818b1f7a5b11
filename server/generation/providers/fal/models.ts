import { AUTO_RATIO } from '../../../../sync/model-params.ts';
import { imageToVideo, type ProviderModel, seconds, textToVideo } from '../model-table.ts';

/** What the models' pages offer for films from words; fal wants most numbers as text. */
export const FAL_MODELS: readonly ProviderModel[] = [
  {
    capabilities: textToVideo('fal-ai/veo3.1/fast', 'Veo 3.1 Fast', {
      aspectRatios: ['16:9', '9:16'],
      durations: [8, 4, 6],
      resolutions: ['720p', '1080p'],
      seed: true,
      negativePrompt: true,
    }),
    input: ({ aspectRatio, resolution, duration }) => ({
      aspect_ratio: aspectRatio,
      resolution,
      duration: `${duration}s`,
    }),
  },
  {
    capabilities: textToVideo('fal-ai/bytedance/seedance/v1/pro/text-to-video', 'Seedance 1 Pro', {
      aspectRatios: ['16:9', '21:9', '4:3', '1:1', '3:4', '9:16'],
      durations: [5, ...seconds(2, 12).filter((length) => length !== 5)],
      resolutions: ['1080p', '720p', '480p'],
      seed: true,
    }),
    input: ({ aspectRatio, resolution, duration }) => ({
      aspect_ratio: aspectRatio,
      resolution,
      duration: String(duration),
    }),
  },
  {
    capabilities: textToVideo('fal-ai/kling-video/v2.5-turbo/pro/text-to-video', 'Kling 2.5 Turbo', {
      aspectRatios: ['16:9', '9:16', '1:1'],
      durations: [5, 10],
      resolutions: ['1080p'],
      negativePrompt: true,
    }),
    input: ({ aspectRatio, duration }) => ({ aspect_ratio: aspectRatio, duration: String(duration) }),
  },
  {
    capabilities: imageToVideo('fal-ai/veo3.1/fast/image-to-video', 'Veo 3.1 Fast, from a picture', {
      aspectRatios: [AUTO_RATIO, '16:9', '9:16'],
      durations: [8, 4, 6],
      resolutions: ['720p', '1080p'],
    }),
    input: ({ aspectRatio, resolution, duration }) => ({
      aspect_ratio: aspectRatio,
      resolution,
      duration: `${duration}s`,
    }),
    imageName: 'image_url',
  },
  {
    capabilities: imageToVideo('fal-ai/kling-video/v2.5-turbo/pro/image-to-video', 'Kling 2.5 Turbo, from a picture', {
      durations: [5, 10],
      resolutions: ['1080p'],
      negativePrompt: true,
    }),
    input: ({ duration }) => ({ duration: String(duration) }),
    imageName: 'image_url',
  },
];
