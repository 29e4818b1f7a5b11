/** Draws the film along under a finger: it stands still meanwhile, and picture after picture is shown whole. */
export interface Scrub {
  readonly isHeld: () => boolean;
  readonly hold: () => void;
  readonly to: (seconds: number) => void;
  /** It plays on, if it did. */
  readonly letGo: () => void;
  readonly stop: () => void;
}

export function createScrub(video: HTMLVideoElement): Scrub {
  let held: { readonly played: boolean } | null = null;
  let wanted: number | null = null;
  const next = () => {
    if (wanted === null) return;
    video.currentTime = wanted;
    wanted = null;
  };
  video.addEventListener('seeked', next);
  return {
    isHeld: () => held !== null,
    hold: () => {
      if (held) return;
      held = { played: !video.paused };
      video.pause();
    },
    to: (seconds) => {
      wanted = seconds;
      // A seek that is given up for the next one shows nothing.
      if (!video.seeking) next();
    },
    letGo: () => {
      const played = held?.played === true;
      held = null;
      if (played) void video.play().catch(() => undefined);
    },
    stop: () => video.removeEventListener('seeked', next),
  };
}
