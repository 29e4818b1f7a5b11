import type { CSSProperties, InputHTMLAttributes, Ref } from 'react';
import { cx } from './cx.ts';
import styles from './range.module.css';

interface RangeProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'type'> {
  readonly label: string;
  /** 0 to 1: how much of the track is filled. Who moves it without rendering sets `--share` on the element. */
  readonly share?: number;
  /** Under a moving picture, where time runs from left to right whatever the script. */
  readonly onMedia?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
}

/** A place between two ends. */
export function Range({ label, share = 0, onMedia = false, className, ...input }: RangeProps) {
  const style: CSSProperties & Record<'--share', string> = { '--share': `${share * 100}%` };
  return (
    <input
      type="range"
      aria-label={label}
      className={cx(styles.range, className)}
      data-on-media={onMedia || undefined}
      style={style}
      {...input}
    />
  );
}
