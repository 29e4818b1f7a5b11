import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef } from 'react';
import { useFormat } from '../i18n/use-format.ts';
import styles from './seek-bar.module.css';

/** Follows the picture frame by frame without rendering React: a short film has few timeupdates. */
export function SeekBar({ video }: { readonly video: HTMLVideoElement }) {
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
      bar.value = String(share);
      bar.style.setProperty('--share', `${share * 100}%`);
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
    const events = ['play', 'pause', 'seeking', 'seeked', 'durationchange'] as const;
    for (const name of events) video.addEventListener(name, restart);
    return () => {
      cancelAnimationFrame(frame);
      for (const name of events) video.removeEventListener(name, restart);
    };
  }, [video, format]);

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
        if (Number.isFinite(video.duration)) video.currentTime = Number(event.currentTarget.value) * video.duration;
      }}
    />
  );
}
