import { createFrameClock } from './frame-clock.ts';
import { createReverse } from './reverse.ts';
import { createScrub, type Scrub } from './scrub.ts';

export const RATES = [0.25, 0.5, 1, 1.5, 2];
/** What `J` and `L` go through. */
const FASTER: Readonly<Record<number, number>> = { 1: 1.5, 1.5: 2, 2: 2 };

/** Told by a media element of what has no event of its own: looping, playing backwards, the frame that is shown. */
export const CONTROLS_CHANGE = 'controlschange';

/** What a control did, for a word on the picture; `time` in seconds. */
export type Notice =
  | { readonly kind: 'playing' | 'paused' | 'muted' | 'sound' | 'loop' | 'once' | 'start' | 'end' }
  | { readonly kind: 'speed' | 'forward' | 'backward'; readonly rate: number }
  | { readonly kind: 'time'; readonly time: number }
  | { readonly kind: 'frame'; readonly frame: number; readonly frames: number };

export interface Controls {
  readonly toggle: () => void;
  readonly pause: () => void;
  /** Plays that way; asked again, faster. */
  readonly shuttle: (direction: 1 | -1) => void;
  readonly seekBy: (seconds: number) => void;
  /** @param share of the whole, 0 to 1 */
  readonly seekTo: (share: number) => void;
  readonly scrub: Scrub;
  /** Of the whole, 0 to 1, while the seek bar is drawn. */
  readonly scrubTo: (share: number) => void;
  readonly step: (direction: 1 | -1) => Promise<void>;
  readonly setRate: (rate: number) => void;
  readonly stepRate: (step: 1 | -1) => void;
  readonly toggleMuted: () => void;
  readonly toggleLoop: () => void;
  readonly togglePictureInPicture: () => void;
  readonly reverseRate: () => number;
  readonly frame: () => { readonly frame: number; readonly frames: number } | null;
  /** Where the frame that is shown begins, in seconds. */
  readonly shownAt: () => number;
  readonly stop: () => void;
}

/** All that can be done to a film; the media element itself is the state. */
export function createControls(video: HTMLVideoElement, say: (notice: Notice) => void): Controls {
  const changed = () => void video.dispatchEvent(new Event(CONTROLS_CHANGE));
  const frames = createFrameClock(video, changed);
  const reverse = createReverse(video, changed);
  const scrub = createScrub(video);
  const isGoing = () => !video.paused || reverse.rate() > 0;

  const play = () => {
    reverse.stop();
    // Refused without a press before it, or given up for another film: the button still says Play.
    void video.play().catch(() => undefined);
  };
  const pause = () => {
    reverse.stop();
    video.pause();
  };
  const seek = (time: number) => {
    if (!Number.isFinite(video.duration)) return;
    reverse.stop();
    const to = Math.min(video.duration, Math.max(0, time));
    video.currentTime = to;
    if (to === 0) say({ kind: 'start' });
    else say(to === video.duration ? { kind: 'end' } : { kind: 'time', time: to });
  };
  const setRate = (rate: number) => {
    video.playbackRate = rate;
    say({ kind: 'speed', rate });
  };

  return {
    toggle: () => {
      say({ kind: isGoing() ? 'paused' : 'playing' });
      if (isGoing()) pause();
      else play();
    },
    pause,
    shuttle: (direction) => {
      if (direction === -1) {
        const rate = FASTER[reverse.rate()] ?? 1;
        reverse.start(rate);
        return say({ kind: 'backward', rate });
      }
      const rate = video.paused ? 1 : (FASTER[video.playbackRate] ?? 1);
      video.playbackRate = rate;
      say({ kind: 'forward', rate });
      if (video.paused) play();
    },
    seekBy: (seconds) => seek(video.currentTime + seconds),
    seekTo: (share) => seek(share * video.duration),
    scrub,
    scrubTo: (share) => {
      reverse.stop();
      if (Number.isFinite(video.duration)) scrub.to(share * video.duration);
    },
    step: async (direction) => {
      reverse.stop();
      await frames.step(direction);
      const shown = frames.read();
      if (shown) say({ kind: 'frame', ...shown });
    },
    setRate,
    stepRate: (step) => {
      const at = RATES.indexOf(video.playbackRate);
      setRate(RATES[Math.min(RATES.length - 1, Math.max(0, (at === -1 ? 2 : at) + step))] ?? 1);
    },
    toggleMuted: () => {
      video.muted = !video.muted;
      say({ kind: video.muted ? 'muted' : 'sound' });
    },
    toggleLoop: () => {
      video.loop = !video.loop;
      say({ kind: video.loop ? 'loop' : 'once' });
      changed();
    },
    togglePictureInPicture: () => void togglePictureInPicture(video),
    reverseRate: reverse.rate,
    frame: frames.read,
    shownAt: frames.shownAt,
    stop: () => {
      reverse.stop();
      scrub.stop();
      frames.stop();
    },
  };
}

async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } catch {
    // Refused by the browser: nothing happened, and there is nothing to add to that.
  }
}
