/** Which frame of a film is shown. No browser tells the rate of a film or counts its frames, so both are learnt from what is shown. */
export interface FrameClock {
  /** Pauses, and shows the next frame or the one before. A step asked for while one is under way is left out. */
  readonly step: (direction: 1 | -1) => Promise<void>;
  /** Counted from 1; null before two frames were seen that follow each other. */
  readonly read: () => { readonly frame: number; readonly frames: number } | null;
  /** Where the frame that is shown begins, in seconds. */
  readonly shownAt: () => number;
  readonly stop: () => void;
}

/** Short enough for any film; a longer frame takes a few more looks, once. */
const SHORTEST_S = 1 / 60;
const MOST_LOOKS = 16;
const FRAME_WAIT_MS = 120;
const SEEK_WAIT_MS = 3_000;

export function createFrameClock(video: HTMLVideoElement, onChange: () => void): FrameClock {
  let shown: number | null = null;
  let length: number | null = null;
  let isStepping = false;
  let presented = 0;
  let handle = 0;
  let heard: (() => void) | null = null;
  const tells = 'requestVideoFrameCallback' in HTMLVideoElement.prototype;

  const learn = (since: number) => {
    if (since > 1 / 250) length = Math.min(length ?? since, since);
  };
  const onFrame = (_: number, { mediaTime, presentedFrames }: VideoFrameCallbackMetadata) => {
    const follows = presentedFrames === presented + 1 && !video.paused && !video.seeking;
    if (follows && shown !== null && mediaTime - shown < 0.5) learn(mediaTime - shown);
    [shown, presented] = [mediaTime, presentedFrames];
    heard?.();
    if (video.paused) onChange();
    handle = video.requestVideoFrameCallback(onFrame);
  };
  if (tells) handle = video.requestVideoFrameCallback(onFrame);

  /** Resolves when the picture of that time is on the screen; false where that took too long. */
  const show = (time: number) =>
    new Promise<boolean>((resolve) => {
      let isSought = false;
      let hasCome = false;
      const end = (isShown: boolean) => {
        clearTimeout(timer);
        video.removeEventListener('seeked', onSeeked);
        heard = null;
        resolve(isShown);
      };
      const onSeeked = () => {
        isSought = true;
        clearTimeout(timer);
        if (hasCome) return end(true);
        timer = setTimeout(end, FRAME_WAIT_MS, true);
      };
      let timer = setTimeout(end, SEEK_WAIT_MS, false);
      heard = () => {
        hasCome = true;
        if (isSought) end(true);
      };
      video.addEventListener('seeked', onSeeked);
      video.currentTime = time;
    });

  const step = async (direction: 1 | -1) => {
    // Of a film that plays, a frame may still be on its way to the screen.
    if (!video.paused) {
      video.pause();
      await show(video.currentTime);
    }
    const from = shown ?? video.currentTime;
    const last = Math.max(0, video.duration - 0.001);
    for (let look = 0; look < MOST_LOOKS; look++) {
      // The middle of a frame: where it ends and the next one begins is rounded.
      const reach = (direction === 1 ? 1.5 + look : -0.5 - look) * (length ?? SHORTEST_S);
      const aim = Math.min(last, Math.max(0, from + reach));
      if (!(await show(aim))) return;
      if (shown !== null && shown !== from) return learn(Math.abs(shown - from));
      if (aim === 0 || aim === last) return;
    }
  };

  return {
    step: async (direction) => {
      if (isStepping || !Number.isFinite(video.duration)) return;
      if (!tells) {
        video.pause();
        video.currentTime = Math.max(0, video.currentTime + direction / 24);
        return;
      }
      isStepping = true;
      try {
        await step(direction);
      } finally {
        isStepping = false;
      }
    },
    read: () => {
      if (length === null || shown === null || !Number.isFinite(video.duration)) return null;
      const frames = Math.max(1, Math.round(video.duration / length));
      return { frame: Math.min(frames, Math.round(shown / length) + 1), frames };
    },
    shownAt: () => shown ?? video.currentTime,
    stop: () => {
      if (tells) video.cancelVideoFrameCallback(handle);
    },
  };
}
