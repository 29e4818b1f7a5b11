import { useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { useServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { useVideoName } from '../use-video-name.ts';
import { fileName } from './file-name.ts';

/** Hands the file itself to another app; null where this browser cannot. */
export function useShare(video: VideoView): (() => Promise<void>) | null {
  const { t } = useLingui();
  const nameOf = useVideoName();
  const { playable } = useServices();
  const toast = useToast();
  if (!('share' in navigator)) return null;
  const title = nameOf(video);

  return async () => {
    const source = await playable(video.id);
    try {
      const blob = await (await fetch(source.url)).blob();
      const type = blob.type || 'video/mp4';
      const file = new File([blob], fileName(title, type), { type });
      await navigator.share({ title, files: [file] });
    } catch (error) {
      // Closing the share sheet is an answer, not a failure.
      const closed = error instanceof DOMException && error.name === 'AbortError';
      if (!closed) toast({ text: t`This video cannot be shared from here. Download it instead.` });
    } finally {
      source.release();
    }
  };
}
