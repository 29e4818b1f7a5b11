import { useEffect, useState } from 'react';
import { type Controls, createControls, type Notice } from './controls.ts';
import { recall, remember } from './player-memory.ts';

/** Null until the element is there. */
export function useControls(video: HTMLVideoElement | null, say: (notice: Notice) => void): Controls | null {
  const [controls, setControls] = useState<Controls | null>(null);
  useEffect(() => {
    if (!video) return;
    const { rate } = recall();
    // What is loaded begins at the default.
    video.defaultPlaybackRate = rate;
    video.playbackRate = rate;
    const created = createControls(video, say);
    const forget = remember(video);
    setControls(created);
    return () => {
      forget();
      created.stop();
      setControls(null);
    };
  }, [video, say]);
  return controls;
}
