import { Trans, useLingui } from '@lingui/react/macro';
import { Link, useLocation } from 'wouter';
import type { VideoView } from '../../data/video-view.ts';
import { useServices } from '../services.ts';
import { Button, buttonClass, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useDelete } from '../use-delete.ts';
import { DownloadLink } from './download-link.tsx';
import { useShare } from './use-share.ts';
import styles from './video-actions.module.css';

export function VideoActions({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const { commands } = useServices();
  const [, navigate] = useLocation();
  const remove = useDelete();
  const share = useShare(video);
  if (video.deletedAt !== null) {
    return (
      <div className={styles.trashed}>
        <p>
          <Trans>This video is in the trash. It is removed for good after 30 days.</Trans>
        </p>
        <Button tone="primary" icon="restore" onClick={() => void commands.restore([video.id])}>
          <Trans>Restore</Trans>
        </Button>
      </div>
    );
  }
  return (
    <div className={styles.actions}>
      <IconButton
        icon={video.favorite ? 'heartFilled' : 'heart'}
        label={t`Favourite`}
        aria-pressed={video.favorite}
        onClick={() => void commands.setFavorite([video.id], !video.favorite)}
      />
      <DownloadLink video={video} />
      {share && <IconButton icon="share" label={t`Share`} onClick={() => void share()} />}
      <IconButton
        icon="trash"
        label={t`Delete`}
        onClick={() => {
          void remove(video.id);
          navigate('/');
        }}
      />
      {video.prompt && (
        <Link href={`/create?similar=${video.id}`} className={buttonClass('plain', styles.similar)}>
          <Icon name="similar" size={18} />
          <span>
            <Trans>Create similar</Trans>
          </span>
        </Link>
      )}
    </div>
  );
}
