import { useLingui } from '@lingui/react/macro';
import { useCallback } from 'react';
import type { VideoView } from '../data/video-view.ts';

/** What a video is called: by its person, else by its prompt. Neither is ever looked up as a message. */
export function useVideoName(): (video: Pick<VideoView, 'title' | 'prompt'>) => string {
  const { t } = useLingui();
  return useCallback((video) => video.title || video.prompt || t`Untitled video`, [t]);
}
