import { useEffect } from 'react';
import type { VideoView } from '../../../data/video-view.ts';
import { useVideoName } from '../../use-video-name.ts';
import type { Neighbours } from '../use-neighbours.ts';
import type { Controls } from './controls.ts';

/** Names what plays on the lock screen, and lets the keys of a keyboard or headset work it. */
export function useMediaSession(options: {
  readonly video: VideoView;
  readonly element: HTMLVideoElement | null;
  readonly controls: Controls | null;
  readonly neighbours: Neighbours;
  readonly onAlong: (direction: 'previous' | 'next') => void;
}): void {
  const { video, element, controls, neighbours, onAlong } = options;
  const title = useVideoName()(video);
  const [hasPrevious, hasNext] = [neighbours.previous !== null, neighbours.next !== null];

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

  useEffect(() => {
    if (!element || !('mediaSession' in navigator)) return;
    const tell = () => {
      const { duration, playbackRate, currentTime } = element;
      if (!Number.isFinite(duration) || duration === 0) return;
      navigator.mediaSession.setPositionState({ duration, playbackRate, position: Math.min(duration, currentTime) });
    };
    const events = ['durationchange', 'ratechange', 'seeked', 'play', 'pause'];
    for (const name of events) element.addEventListener(name, tell);
    return () => {
      for (const name of events) element.removeEventListener(name, tell);
      navigator.mediaSession.setPositionState();
    };
  }, [element]);

  useEffect(() => {
    if (!element || !controls || !('mediaSession' in navigator)) return;
    const handlers: readonly (readonly [MediaSessionAction, MediaSessionActionHandler | null])[] = [
      ['play', () => void element.play().catch(() => undefined)],
      ['pause', controls.pause],
      ['seekbackward', ({ seekOffset }) => controls.seekBy(-(seekOffset ?? 1))],
      ['seekforward', ({ seekOffset }) => controls.seekBy(seekOffset ?? 1)],
      ['seekto', ({ seekTime }) => controls.seekTo((seekTime ?? 0) / element.duration)],
      ['previoustrack', hasPrevious ? () => onAlong('previous') : null],
      ['nexttrack', hasNext ? () => onAlong('next') : null],
    ];
    for (const [action, handler] of handlers) handle(action, handler);
    return () => {
      for (const [action] of handlers) handle(action, null);
    };
  }, [element, controls, hasPrevious, hasNext, onAlong]);
}

function handle(action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler);
  } catch {
    // Browsers throw for actions that they do not know.
  }
}
