import { useEffect } from 'react';
import type { VideoView } from '../../data/video-view.ts';
import { useVideoName } from '../use-video-name.ts';

/** Names what plays on the lock screen and for the keys of a keyboard or headset. */
export function useMediaSession(video: VideoView, element: HTMLVideoElement | null): void {
  const title = useVideoName()(video);
  useEffect(() => {
    if (!element || !('mediaSession' in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title,
      artist: 'VidFab',
      artwork: [{ src: `/media/${video.id}/poster`, type: 'image/webp' }],
    });
    return () => {
      navigator.mediaSession.metadata = null;
    };
  }, [element, title, video.id]);
}
