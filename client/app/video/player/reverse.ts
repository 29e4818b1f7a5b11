/** Plays a film backwards, which no browser does: picture after picture is sought, as fast as they come. */
export interface Reverse {
  /** How many times as fast as it was filmed; 0 while it does not go backwards. */
  readonly rate: () => number;
  readonly start: (rate: number) => void;
  readonly stop: () => void;
}

const LEAST_MS = 1000 / 30;

export function createReverse(video: HTMLVideoElement, onChange: () => void): Reverse {
  let rate = 0;
  let begun = { time: 0, at: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  const tick = () => {
    const time = begun.time - ((performance.now() - begun.at) / 1000) * rate;
    if (time > 0) {
      video.currentTime = time;
      return;
    }
    if (!video.loop) {
      stop();
      video.currentTime = 0;
      return;
    }
    begun = { time: video.duration, at: performance.now() };
    video.currentTime = video.duration;
  };
  const onSeeked = () => {
    clearTimeout(timer);
    timer = setTimeout(tick, LEAST_MS);
  };
  const stop = () => {
    if (rate === 0) return;
    rate = 0;
    clearTimeout(timer);
    video.removeEventListener('seeked', onSeeked);
    video.removeEventListener('play', stop);
    onChange();
  };
  return {
    rate: () => rate,
    start: (next) => {
      stop();
      if (!Number.isFinite(video.duration)) return;
      video.pause();
      rate = next;
      begun = { time: video.currentTime || video.duration, at: performance.now() };
      video.addEventListener('seeked', onSeeked);
      video.addEventListener('play', stop);
      onChange();
      tick();
    },
    stop,
  };
}
