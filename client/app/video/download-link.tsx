import { useLingui } from '@lingui/react/macro';
import type { VideoView } from '../../data/video-view.ts';
import { Icon } from '../ui/icon.tsx';
import { useDownload } from './use-download.ts';
import styles from './video-actions.module.css';

export function DownloadLink({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const { href, ...rest } = useDownload(video);
  return (
    <a href={href} {...rest} className={styles.link} aria-label={t`Download`} title={t`Download`}>
      <Icon name="download" />
    </a>
  );
}
