import { useEffect, useSyncExternalStore } from 'react';

/**
 * The page goes full screen, not the player: so the next film is there as well, and what the app has to say.
 * Styles hide all but the player then.
 */
export function useFullscreen(): boolean {
  useEffect(
    () => () => {
      if (document.fullscreenElement && !location.pathname.startsWith('/video/')) void document.exitFullscreen();
    },
    [],
  );
  return useSyncExternalStore(subscribe, isFullscreen);
}

export function toggleFullscreen(video: HTMLVideoElement): void {
  const page = document.documentElement;
  if (document.fullscreenElement) void document.exitFullscreen();
  else if (page.requestFullscreen) void page.requestFullscreen().catch(() => undefined);
  // An iPhone has it for films only, with a player of its own.
  else if ('webkitEnterFullscreen' in video && typeof video.webkitEnterFullscreen === 'function') {
    video.webkitEnterFullscreen();
  }
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener);
  return () => document.removeEventListener('fullscreenchange', listener);
}

function isFullscreen(): boolean {
  return document.fullscreenElement !== null;
}
