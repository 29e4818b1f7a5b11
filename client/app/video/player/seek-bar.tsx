import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { useFormat } from '../../i18n/use-format.ts';
import type { Controls } from './controls.ts';
import styles from './seek-bar.module.css';

const EVENTS = ['play', 'pause', 'seeking', 'seeked', 'durationchange', 'progress'] as const;

/** Follows the picture frame by frame without rendering React: a short film has few timeupdates. */
export function SeekBar({ video, controls }: { readonly video: HTMLVideoElement; readonly controls: Controls }) {
  const { t } = useLingui();
  const format = useFormat();
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    let frame = 0;
    const show = () => {
      const bar = input.current;
      if (!bar) return;
      const length = Number.isFinite(video.duration) ? video.duration : 0;
      const share = length === 0 ? 0 : video.currentTime / length;
      // Under a finger the bar leads, and the film follows.
      if (!controls.scrub.isHeld()) bar.value = String(share);
      bar.style.setProperty('--share', `${Number(bar.value) * 100}%`);
      bar.style.setProperty('--loaded', `${length === 0 ? 0 : (loadedUntil(video) / length) * 100}%`);
      bar.setAttribute(
        'aria-valuetext',
        `${format.duration(video.currentTime * 1000)} / ${format.duration(length * 1000)}`,
      );
    };
    const follow = () => {
      show();
      if (!video.paused) frame = requestAnimationFrame(follow);
    };
    const restart = () => {
      cancelAnimationFrame(frame);
      follow();
    };
    restart();
    for (const name of EVENTS) video.addEventListener(name, restart);
    return () => {
      cancelAnimationFrame(frame);
      for (const name of EVENTS) video.removeEventListener(name, restart);
    };
  }, [video, controls, format]);

  return (
    <input
      ref={input}
      type="range"
      className={styles.seek}
      aria-label={t`Position`}
      min={0}
      max={1}
      step={0.001}
      defaultValue={0}
      onInput={(event) => {
        const { value, style } = event.currentTarget;
        style.setProperty('--share', `${Number(value) * 100}%`);
        controls.scrubTo(Number(value));
      }}
      onPointerDown={controls.scrub.hold}
      onPointerUp={controls.scrub.letGo}
      onPointerCancel={controls.scrub.letGo}
    />
  );
}

/** How far it can be played from here without a wait, in seconds. */
function loadedUntil({ buffered, currentTime }: HTMLVideoElement): number {
  for (let range = 0; range < buffered.length; range++) {
    if (buffered.start(range) <= currentTime + 0.1 && currentTime <= buffered.end(range)) return buffered.end(range);
  }
  return currentTime;
}
