import { useEffect, useState } from 'react';

/** Shorter waits are not worth a word. */
const WAIT_MS = 500;

export interface Playing {
  readonly isPaused: boolean;
  /** It should play and cannot go on: the bytes are not here yet. */
  readonly isWaiting: boolean;
}

/** Whether a film plays, or waits to. */
export function usePlaying(video: HTMLVideoElement | null): Playing {
  const [playing, setPlaying] = useState<Playing>({ isPaused: true, isWaiting: false });
  useEffect(() => {
    if (!video) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      setPlaying({ isPaused: video.paused, isWaiting: false });
    };
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => setPlaying({ isPaused: video.paused, isWaiting: true }), WAIT_MS);
    };
    const steady = ['play', 'pause', 'playing', 'canplay', 'seeked', 'error', 'timeupdate'];
    const waits = ['waiting', 'seeking', 'loadstart'];
    look();
    for (const name of steady) video.addEventListener(name, look);
    for (const name of waits) video.addEventListener(name, wait);
    return () => {
      clearTimeout(timer);
      for (const name of steady) video.removeEventListener(name, look);
      for (const name of waits) video.removeEventListener(name, wait);
    };
  }, [video]);
  return playing;
}
