import { Trans } from '@lingui/react/macro';
import { Link } from 'wouter';
import type { VideoView } from '../../data/video-view.ts';
import { Button } from '../ui/button.tsx';
import { Poster } from '../ui/poster.tsx';
import { NoPicture } from '../unplayable.tsx';
import { useStanding } from '../use-standing.ts';
import { useVideoName } from '../use-video-name.ts';
import styles from './line.module.css';

/** A video that is not safe yet, and why. */
export function VideoLine({ video, onRetry }: { readonly video: VideoView; readonly onRetry?: () => void }) {
  const standing = useStanding(video);
  const nameOf = useVideoName();
  const src = `/media/${video.id}/poster`;
  return (
    <li className={styles.line}>
      <Link href={`/video/${video.id}`} className={styles.link}>
        <span className={styles.picture}>
          <Poster key={src} src={src} thumbhash={video.thumbhash} fallback={<NoPicture video={video} small />} />
        </span>
        <span className={styles.words}>
          <span className={styles.name}>{nameOf(video)}</span>
          <span className={styles.cause} data-trouble={video.saveState === 'failed' || undefined}>
            {standing}
          </span>
        </span>
      </Link>
      {onRetry && (
        <Button onClick={onRetry}>
          <Trans>Retry</Trans>
        </Button>
      )}
    </li>
  );
}
