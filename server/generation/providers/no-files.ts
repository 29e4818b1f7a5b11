import type { VideoProvider } from '../provider.ts';

/** Of a provider whose outputs anybody can fetch by their URLs. */
export const NO_FILES: Pick<VideoProvider, 'openOutput' | 'poster'> = {
  openOutput: async () => null,
  poster: async () => null,
};
