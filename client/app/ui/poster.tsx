import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { thumbHashToDataURL } from 'thumbhash';
import { cx } from './cx.ts';
import styles from './poster.module.css';

const RETRIES = 6;

/**
 * A picture that fills its box: the blurred thumb at once, then the poster over it. The poster of a
 * new video may come after its row, so a missing one is asked for again for a while.
 */
export function Poster(props: {
  readonly src: string;
  readonly thumbhash: string | null;
  /** Whole picture with blurred sides, rather than cropped. */
  readonly whole?: boolean;
  /** What stands where no picture came. */
  readonly fallback?: ReactNode;
}) {
  const { src, thumbhash, whole = false, fallback } = props;
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<'loading' | 'shown' | 'missing'>('loading');
  const thumb = useMemo(() => thumbUrl(thumbhash), [thumbhash]);

  useEffect(() => {
    if (state !== 'missing' || attempt >= RETRIES) return;
    const timer = setTimeout(
      () => {
        setAttempt(attempt + 1);
        setState('loading');
      },
      1000 * 2 ** attempt,
    );
    return () => clearTimeout(timer);
  }, [state, attempt]);

  return (
    <div className={styles.poster} style={thumb ? { backgroundImage: `url(${thumb})` } : undefined}>
      {!thumb && state !== 'shown' && (state === 'missing' || attempt > 0) && fallback}
      {state !== 'missing' && (
        <img
          key={attempt}
          src={src}
          alt=""
          className={cx(styles.image, whole && styles.whole)}
          data-shown={state === 'shown' || undefined}
          decoding="async"
          draggable={false}
          onLoad={() => setState('shown')}
          onError={() => setState('missing')}
        />
      )}
    </div>
  );
}

/** Null for a hash that is missing or broken: rows come from anywhere. */
export function thumbUrl(base64: string | null): string | null {
  if (!base64) return null;
  try {
    return thumbHashToDataURL(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
  } catch {
    return null;
  }
}
