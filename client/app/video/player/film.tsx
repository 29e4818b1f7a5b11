import { useLingui } from '@lingui/react/macro';
import { type Ref, useState } from 'react';
import type { VideoId } from '../../../../sync/ids.ts';
import { useServices } from '../../services.ts';
import styles from './player.module.css';
import { recall } from './player-memory.ts';

/** The moving picture itself. It begins by itself but for those who want nothing to move. */
export function Film(props: {
  readonly ref: Ref<HTMLVideoElement>;
  readonly id: VideoId;
  readonly source: string;
  readonly onToggle: (() => void) | undefined;
  readonly onFailure: (failure: 'not_loaded' | 'not_decoded' | null) => void;
  readonly onShown: () => void;
}) {
  const { ref, id, source, onToggle, onFailure, onShown } = props;
  const { t } = useLingui();
  const { played } = useServices();
  const [{ muted, loop }] = useState(recall);
  const [stills] = useState(() => matchMedia('(prefers-reduced-motion: reduce)').matches);
  return (
    <video
      ref={ref}
      className={styles.video}
      aria-label={t`Film`}
      src={source}
      poster={`/media/${id}/poster`}
      autoPlay={!stills}
      loop={loop}
      muted={muted}
      playsInline
      preload="auto"
      onPlay={() => played(id)}
      onClick={onToggle}
      onError={() => onFailure('not_loaded')}
      onLoadedData={({ currentTarget }) => {
        // A browser without a decoder for the picture plays the sound alone.
        const isSeen = currentTarget.videoWidth > 0;
        onFailure(isSeen ? null : 'not_decoded');
        if (isSeen) onShown();
      }}
    />
  );
}
