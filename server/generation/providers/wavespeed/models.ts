import { imageToVideo, type ProviderModel, seconds, textToVideo } from '../model-table.ts';

const WIDE = ['16:9', '9:16', '4:3', '3:4', '1:1', '21:9'];
const SIZES: Readonly<Record<string, string>> = { '16:9': '1280*720', '9:16': '720*1280' };

/**
 * What the documentation offers for films from words. It is not always right: what WaveSpeed refuses
 * all the same comes back as an error that the person can fix.
 */
export const WAVESPEED_MODELS: readonly ProviderModel[] = [
  {
    capabilities: textToVideo('bytedance/seedance-2.5/text-to-video', 'Seedance 2.5', {
      aspectRatios: WIDE,
      durations: [5, ...seconds(4, 30).filter((length) => length !== 5)],
      resolutions: ['720p', '480p', '1080p', '4k'],
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ aspect_ratio: aspectRatio, resolution, duration }),
  },
  {
    capabilities: textToVideo('bytedance/seedance-2.0-fast/text-to-video', 'Seedance 2.0 Fast', {
      aspectRatios: WIDE,
      durations: [5, ...seconds(4, 15).filter((length) => length !== 5)],
      resolutions: ['720p', '480p'],
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ aspect_ratio: aspectRatio, resolution, duration }),
  },
  {
    capabilities: textToVideo('kwaivgi/kling-v3.0-std/text-to-video', 'Kling 3.0', {
      aspectRatios: ['16:9', '9:16', '1:1'],
      durations: [5, 10],
      resolutions: ['720p'],
      negativePrompt: true,
    }),
    input: ({ aspectRatio, duration }) => ({ aspect_ratio: aspectRatio, duration }),
  },
  {
    capabilities: textToVideo('alibaba/wan-2.6/text-to-video', 'Wan 2.6', {
      aspectRatios: ['16:9', '9:16'],
      durations: [5, 10, 15],
      resolutions: ['720p', '1080p'],
      seed: true,
      negativePrompt: true,
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ size: wanSize(aspectRatio, resolution), duration }),
  },
  {
    capabilities: textToVideo('wavespeed-ai/wan-2.1/t2v-720p-ultra-fast', 'Wan 2.1 Ultra Fast', {
      aspectRatios: ['16:9', '9:16'],
      durations: [5, ...seconds(6, 10)],
      resolutions: ['720p'],
      seed: true,
      negativePrompt: true,
    }),
    input: ({ aspectRatio, duration }) => ({ size: SIZES[aspectRatio], duration }),
  },
  {
    capabilities: textToVideo('google/veo3.1-fast/text-to-video', 'Veo 3.1 Fast', {
      aspectRatios: ['16:9', '9:16'],
      durations: [8, 4, 6],
      resolutions: ['720p', '1080p'],
      seed: true,
      negativePrompt: true,
    }),
    input: ({ aspectRatio, resolution, duration }) => ({ aspect_ratio: aspectRatio, resolution, duration }),
  },
  {
    capabilities: imageToVideo('bytedance/seedance-2.0-fast/image-to-video', 'Seedance 2.0 Fast, from a picture', {
      durations: [5, ...seconds(4, 15).filter((length) => length !== 5)],
      resolutions: ['720p', '480p'],
    }),
    input: ({ resolution, duration }) => ({ resolution, duration }),
  },
  {
    capabilities: imageToVideo('kwaivgi/kling-v3.0-std/image-to-video', 'Kling 3.0, from a picture', {
      durations: [5, 10],
      resolutions: ['720p'],
      negativePrompt: true,
    }),
    input: ({ duration }) => ({ duration }),
  },
];

function wanSize(aspectRatio: string, resolution: string): string {
  const [long, short] = resolution === '1080p' ? [1920, 1080] : [1280, 720];
  return aspectRatio === '9:16' ? `${short}*${long}` : `${long}*${short}`;
}
