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
import { useIsSelected, useIsSelecting, useSelection } from './selection/selection.ts';
import styles from './tile.module.css';

/** A video in the gallery: its poster, its name, and how safe it is, in a sign and a word. */
export const VideoTile = memo(function VideoTile(props: {
  readonly video: VideoView;
  /** Counted over the whole listing. */
  readonly place: number;
  readonly inTrash: boolean;
  readonly onMenu: (video: VideoView, element: HTMLElement) => void;
}) {
  const { video, place, inTrash, onMenu } = props;
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
  const selection = useSelection();
  const isSelecting = useIsSelecting(selection);
  const isSelected = useIsSelected(video.id);
  const choose = (isRange: boolean) => {
    if (isRange) selection.extendTo(place);
    else selection.toggle(video.id, place);
  };

  return (
    <div
      className={styles.tile}
      data-testid="video-tile"
      data-video-id={video.id}
      data-save-state={video.saveState}
      data-place={place}
      data-selected={isSelected || undefined}
      data-selecting={isSelecting || undefined}
    >
      <Link
        href={`/video/${video.id}`}
        className={styles.link}
        aria-description={more}
        // A mouse that rests, or a finger.
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
        onClick={(event) => {
          if (!isSelecting && !event.shiftKey) return;
          event.preventDefault();
          choose(event.shiftKey);
        }}
        onKeyDown={(event) => {
          if (event.key !== ' ') return;
          event.preventDefault();
          choose(event.shiftKey);
        }}
        onContextMenu={(event) => {
          // A mouse keeps the browser's own menu, with its new tab.
          if (inTrash || isMouse(event.nativeEvent)) return;
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
      <label className={styles.check}>
        <input
          type="checkbox"
          aria-label={t`Choose ${name}`}
          checked={isSelected}
          onClick={(event) => event.shiftKey && selection.extendTo(place)}
          onChange={(event) =>
            !(event.nativeEvent instanceof MouseEvent && event.nativeEvent.shiftKey) && choose(false)
          }
        />
      </label>
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

function isMouse(event: Event): boolean {
  return event instanceof PointerEvent && event.pointerType === 'mouse';
}
