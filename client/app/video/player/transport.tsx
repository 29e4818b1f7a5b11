import { Trans, useLingui } from '@lingui/react/macro';
import { useFormat } from '../../i18n/use-format.ts';
import { IconButton } from '../../ui/button.tsx';
import { type Controls, RATES } from './controls.ts';
import { SeekBar } from './seek-bar.tsx';
import styles from './transport.module.css';
import { toggleFullscreen, useFullscreen } from './use-fullscreen.ts';
import { type MediaState, useMediaState } from './use-media-state.ts';

/** The controls of the player; the media element itself is the state they show. */
export function Transport(props: {
  readonly video: HTMLVideoElement;
  readonly controls: Controls;
  readonly onHelp: () => void;
}) {
  const { video, controls, onHelp } = props;
  const { t } = useLingui();
  const state = useMediaState(video, controls);
  const { muted, loop, pictureInPicture } = state;
  const isFullscreen = useFullscreen();
  const isStill = state.paused && state.reverse === 0;
  return (
    <fieldset aria-label={t`Controls`} className={styles.transport}>
      <SeekBar video={video} controls={controls} />
      <Times state={state} />
      <div className={styles.row}>
        <div className={styles.group}>
          <IconButton icon="frameBack" label={t`One frame back`} onClick={() => void controls.step(-1)} />
          <IconButton
            icon={isStill ? 'play' : 'pause'}
            size={24}
            label={isStill ? t`Play` : t`Pause`}
            className={styles.play}
            onClick={controls.toggle}
          />
          <IconButton icon="frameOn" label={t`One frame on`} onClick={() => void controls.step(1)} />
        </div>
        <div className={styles.group}>
          <Speed state={state} controls={controls} />
          <IconButton icon="loop" label={t`Loop`} aria-pressed={loop} onClick={controls.toggleLoop} />
          <IconButton
            icon={muted ? 'muted' : 'sound'}
            label={t`Mute`}
            aria-pressed={muted}
            onClick={controls.toggleMuted}
          />
          {document.pictureInPictureEnabled && (
            <IconButton
              icon="pip"
              label={t`Picture in picture`}
              aria-pressed={pictureInPicture}
              onClick={controls.togglePictureInPicture}
            />
          )}
          <IconButton
            icon={isFullscreen ? 'windowed' : 'fullscreen'}
            label={t`Full screen`}
            aria-pressed={isFullscreen}
            onClick={() => toggleFullscreen(video)}
          />
          <IconButton icon="keyboard" label={t`Keys of the player`} className={styles.keys} onClick={onHelp} />
        </div>
      </div>
    </fieldset>
  );
}

function Times({ state }: { readonly state: MediaState }) {
  const format = useFormat();
  const { time, duration, paused, reverse, frame } = state;
  const isStill = paused && reverse === 0;
  return (
    <p className={styles.times}>
      <span>{isStill ? precise(time) : format.duration(time * 1000)}</span>
      {frame > 0 && (
        <span className={styles.frame}>
          <Trans>Frame {frame}</Trans>
        </span>
      )}
      <span className={styles.whole}>{isStill ? precise(duration) : format.duration(duration * 1000)}</span>
    </p>
  );
}

/** `0:02.46`: of a film that stands still, a second is too much. */
function precise(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(Math.floor((seconds - minutes * 60) * 100) / 100).toFixed(2).padStart(5, '0')}`;
}

function Speed({ state, controls }: { readonly state: MediaState; readonly controls: Controls }) {
  const { t } = useLingui();
  const format = useFormat();
  return (
    <select
      className={styles.rate}
      aria-label={t`Speed`}
      title={t`Speed`}
      value={state.rate}
      onChange={(event) => controls.setRate(Number(event.target.value))}
    >
      {RATES.map((value) => (
        <option key={value} value={value}>
          {format.number(value)}×
        </option>
      ))}
    </select>
  );
}
