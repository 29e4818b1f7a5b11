import { useSyncExternalStore } from 'react';
import { CONTROLS_CHANGE, type Controls } from './controls.ts';

const EVENTS = [
  'play',
  'pause',
  'volumechange',
  'ratechange',
  'timeupdate',
  'seeking',
  'seeked',
  'durationchange',
  'enterpictureinpicture',
  'leavepictureinpicture',
  CONTROLS_CHANGE,
];

/** What the transport shows of a film. */
export interface MediaState {
  readonly paused: boolean;
  readonly muted: boolean;
  readonly loop: boolean;
  readonly rate: number;
  /** Seconds; whole ones while it plays. */
  readonly time: number;
  readonly duration: number;
  /** 0 but while it goes backwards. */
  readonly reverse: number;
  /** Counted from 1; 0 while it plays, and where it is not known. */
  readonly frame: number;
  readonly pictureInPicture: boolean;
}

export function useMediaState(video: HTMLVideoElement, controls: Controls): MediaState {
  const snapshot = useSyncExternalStore(
    (listener) => {
      for (const name of EVENTS) video.addEventListener(name, listener);
      return () => {
        for (const name of EVENTS) video.removeEventListener(name, listener);
      };
    },
    () => read(video, controls),
  );
  const [paused, muted, loop, pip, rate = 1, time = 0, duration = 0, reverse = 0, frame = 0] = snapshot
    .split(',')
    .map(Number);
  return {
    paused: paused === 1,
    muted: muted === 1,
    loop: loop === 1,
    pictureInPicture: pip === 1,
    rate,
    time,
    duration,
    reverse,
    frame,
  };
}

/** In a string, so that React sees what is the same. */
function read(video: HTMLVideoElement, controls: Controls): string {
  const reverse = controls.reverseRate();
  const isStill = video.paused && reverse === 0;
  const time = isStill ? Math.round(controls.shownAt() * 100) / 100 : Math.floor(video.currentTime);
  return [
    Number(video.paused),
    Number(video.muted),
    Number(video.loop),
    Number(document.pictureInPictureElement === video),
    video.playbackRate,
    time,
    Number.isFinite(video.duration) ? video.duration : 0,
    reverse,
    isStill ? (controls.frame()?.frame ?? 0) : 0,
  ].join();
}
