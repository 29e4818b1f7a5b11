import { useLingui } from '@lingui/react/macro';
import { type RefObject, useSyncExternalStore } from 'react';
import { useFormat } from '../i18n/use-format.ts';
import { IconButton } from '../ui/button.tsx';
import { SeekBar } from './seek-bar.tsx';
import styles from './transport.module.css';
import { RATES, stepFrame, toggleFullscreen, toggleLoop, toggleMuted, togglePlay } from './use-player-keys.ts';

/** The controls of the player; the media element itself is the state they show. */
export function Transport(props: { readonly video: HTMLVideoElement; readonly frame: RefObject<HTMLElement | null> }) {
  const { video, frame } = props;
  const { t } = useLingui();
  const format = useFormat();
  const { paused, muted, loop, rate, time, duration } = useMedia(video);
  return (
    <div className={styles.transport}>
      <SeekBar video={video} />
      <div className={styles.row}>
        <IconButton
          icon={paused ? 'play' : 'pause'}
          size={22}
          label={paused ? t`Play` : t`Pause`}
          className={styles.play}
          onClick={() => togglePlay(video)}
        />
        <IconButton
          icon="previous"
          label={t`One frame back`}
          className={styles.wide}
          onClick={() => stepFrame(video, -1)}
        />
        <IconButton icon="next" label={t`One frame on`} className={styles.wide} onClick={() => stepFrame(video, 1)} />
        <span className={styles.time}>
          {format.duration(time * 1000)} / {format.duration(duration * 1000)}
        </span>
        <select
          className={styles.rate}
          aria-label={t`Speed`}
          value={rate}
          onChange={(event) => {
            video.playbackRate = Number(event.target.value);
          }}
        >
          {RATES.map((value) => (
            <option key={value} value={value}>
              {format.number(value)}×
            </option>
          ))}
        </select>
        <IconButton icon="loop" label={t`Loop`} aria-pressed={loop} onClick={() => toggleLoop(video)} />
        <IconButton
          icon={muted ? 'muted' : 'sound'}
          label={t`Mute`}
          aria-pressed={muted}
          onClick={() => toggleMuted(video)}
        />
        {document.pictureInPictureEnabled && (
          <IconButton
            icon="pip"
            label={t`Picture in picture`}
            className={styles.roomy}
            onClick={() => void togglePictureInPicture(video)}
          />
        )}
        <IconButton icon="fullscreen" label={t`Full screen`} onClick={() => toggleFullscreen(frame.current)} />
      </div>
    </div>
  );
}

const EVENTS = [
  'play',
  'pause',
  'volumechange',
  'ratechange',
  'loopchange',
  'timeupdate',
  'seeked',
  'durationchange',
] as const;

function useMedia(video: HTMLVideoElement) {
  const snapshot = useSyncExternalStore(
    (listener) => {
      for (const name of EVENTS) video.addEventListener(name, listener);
      return () => {
        for (const name of EVENTS) video.removeEventListener(name, listener);
      };
    },
    () =>
      [
        Number(video.paused),
        Number(video.muted),
        Number(video.loop),
        video.playbackRate,
        Math.floor(video.currentTime),
        Number.isFinite(video.duration) ? video.duration : 0,
      ].join(),
  );
  const [paused, muted, loop, rate = 1, time = 0, duration = 0] = snapshot.split(',').map(Number);
  return { paused: paused === 1, muted: muted === 1, loop: loop === 1, rate, time, duration };
}

async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  try {
    if (document.pictureInPictureElement) await document.exitPictureInPicture();
    else await video.requestPictureInPicture();
  } catch {
    // Refused by the browser: the button did nothing, and there is nothing to add to that.
  }
}
