import { Trans } from '@lingui/react/macro';
import type { ReactNode } from 'react';
import type { VideoView } from '../data/video-view.ts';
import { canPlay } from './can-play.ts';
import { cx } from './ui/cx.ts';
import { Icon } from './ui/icon.tsx';
import styles from './unplayable.module.css';

/** In place of the picture of a video that this browser has no decoder for; nothing where it has one. */
export function NoPicture({ video, small = false }: { readonly video: VideoView; readonly small?: boolean }) {
  if (canPlay(video.contentType)) return null;
  return (
    <span className={styles.picture}>
      {small ? <Icon name="filmOff" size={22} /> : <UnplayableSign codec={video.codec} />}
    </span>
  );
}

/** That this browser cannot play a video, and what it would have to be able to. */
export function UnplayableSign(props: {
  readonly codec: string | null;
  readonly large?: boolean;
  readonly children?: ReactNode;
}) {
  const { codec, large = false, children } = props;
  return (
    <span className={cx(styles.sign, large && styles.large)}>
      <Icon name="filmOff" size={large ? 40 : 28} />
      <span className={styles.words}>
        <Trans>Cannot play in this browser</Trans>
      </span>
      {codec && <span className={styles.codec}>{codec.toUpperCase()}</span>}
      {children}
    </span>
  );
}
