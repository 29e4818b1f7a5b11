import { Trans, useLingui } from '@lingui/react/macro';
import { memo, useState } from 'react';
import { Link } from 'wouter';
import type { VideoView } from '../../data/video-view.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Poster } from '../ui/poster.tsx';
import { NoPicture } from '../unplayable.tsx';
import { useObservable } from '../use-observable.ts';
import { useVideoName } from '../use-video-name.ts';
import { SAVE_WORDS } from '../words.ts';
import { Preview } from './preview.tsx';
import styles from './tile.module.css';

/** A video in the gallery: its poster, its name, and how safe it is, in a sign and a word. */
export const VideoTile = memo(function VideoTile(props: {
  readonly video: VideoView;
  readonly inTrash: boolean;
  readonly onMenu: (video: VideoView, element: HTMLElement) => void;
}) {
  const { video, inTrash, onMenu } = props;
  const { t, i18n } = useLingui();
  const format = useFormat();
  const { commands, online } = useServices();
  const name = useVideoName()(video);
  const state = i18n._(SAVE_WORDS[video.saveState]);
  const length = video.durationMs === null ? null : format.duration(video.durationMs);
  const kept = video.copy.kind === 'kept';
  const more = [kept && t`On this device`, video.favorite && t`Favourite`].filter(Boolean).join(', ');
  const playable = useObservable(online) || kept;
  const [hovered, setHovered] = useState(false);
  const src = `/media/${video.id}/poster`;

  return (
    <div className={styles.tile} data-testid="video-tile" data-video-id={video.id} data-save-state={video.saveState}>
      <Link
        href={`/video/${video.id}`}
        className={styles.link}
        aria-description={more}
        onPointerEnter={(event) => setHovered(event.pointerType === 'mouse')}
        onPointerLeave={() => setHovered(false)}
        onContextMenu={(event) => {
          // A mouse keeps the browser's own menu, with its new tab.
          if (inTrash || !isTouch(event.nativeEvent)) return;
          event.preventDefault();
          onMenu(video, event.currentTarget);
        }}
      >
        <span className={styles.frame}>
          <Poster
            key={src}
            src={src}
            thumbhash={video.thumbhash}
            whole={isTall(video)}
            fallback={<NoPicture video={video} />}
          />
          {hovered && playable && <Preview video={video} whole={isTall(video)} />}
          {video.favorite && <Icon name="heartFilled" size={18} className={styles.favorite} />}
        </span>
        <span className={styles.name}>{name}</span>
        <Comma />
        <span className={styles.state} data-state={video.saveState}>
          <Icon name={video.saveState} size={15} />
          {state}
          {length && <Comma />}
          {length && <span className={styles.fact}>{length}</span>}
          {kept && <Icon name="device" size={15} className={styles.fact} />}
        </span>
      </Link>
      {inTrash ? (
        <Button icon="restore" className={styles.wide} onClick={() => void commands.restore([video.id])}>
          <Trans>Restore</Trans>
        </Button>
      ) : (
        <IconButton
          icon="more"
          size={18}
          className={styles.more}
          label={t`More for ${name}`}
          aria-haspopup="menu"
          onClick={(event) => onMenu(video, event.currentTarget)}
        />
      )}
    </div>
  );
});

/** Separates what is read out as one name. */
function Comma() {
  return <span className="visually-hidden">, </span>;
}

/** Cropping to the tile would lose more than a third of such a picture. */
function isTall({ width, height }: VideoView): boolean {
  return width !== null && height !== null && width / height < 1.05;
}

function isTouch(event: Event): boolean {
  return event instanceof PointerEvent && event.pointerType === 'touch';
}
