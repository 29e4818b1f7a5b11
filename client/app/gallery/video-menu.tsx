import { Trans } from '@lingui/react/macro';
import { useLocation } from 'wouter';
import type { VideoView } from '../../data/video-view.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Menu, type MenuAnchor, MenuItem } from '../ui/menu.tsx';
import { useDelete } from '../use-delete.ts';
import { useVideoName } from '../use-video-name.ts';
import styles from './video-menu.module.css';

/** What can be done with a video without opening it. */
export function VideoMenu(props: {
  readonly video: VideoView;
  readonly anchor: MenuAnchor;
  /** Begins a selection with it. */
  readonly onChoose: () => void;
  readonly onClose: () => void;
}) {
  const { video, anchor, onChoose, onClose } = props;
  const nameOf = useVideoName();
  const format = useFormat();
  const services = useServices();
  const [, navigate] = useLocation();
  const remove = useDelete();
  return (
    <Menu label={nameOf(video)} anchor={anchor} onClose={onClose}>
      <MenuItem
        icon={video.favorite ? 'heartFilled' : 'heart'}
        onSelect={() => void services.commands.setFavorite([video.id], !video.favorite)}
      >
        {video.favorite ? <Trans>Remove from favourites</Trans> : <Trans>Add to favourites</Trans>}
      </MenuItem>
      {video.saveState === 'failed' && (
        <MenuItem icon="syncing" onSelect={() => void services.commands.retry([video.id])}>
          <Trans>Retry</Trans>
        </MenuItem>
      )}
      {video.prompt && (
        <MenuItem icon="similar" onSelect={() => navigate(`/create?similar=${video.id}`)}>
          <Trans>Create similar</Trans>
        </MenuItem>
      )}
      {video.copy.kind === 'kept' ? (
        video.mayRemove && (
          <MenuItem icon="device" onSelect={() => void services.removeOfflineCopy(video.id)}>
            <Trans>Remove offline copy</Trans>
          </MenuItem>
        )
      ) : (
        <MenuItem icon="device" onSelect={() => void services.keepOffline(video.id)}>
          <Trans>Keep offline</Trans>
          {video.bytes !== null && <span className={styles.size}>{format.bytes(video.bytes)}</span>}
        </MenuItem>
      )}
      <MenuItem icon="check" onSelect={onChoose}>
        <Trans>Choose several</Trans>
      </MenuItem>
      <MenuItem icon="trash" danger onSelect={() => void remove(video.id)}>
        <Trans>Delete</Trans>
      </MenuItem>
    </Menu>
  );
}
