import { Trans, useLingui } from '@lingui/react/macro';
import type { VideoId } from '../../../sync/ids.ts';
import { useVideo } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import { IconButton } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { Poster } from '../ui/poster.tsx';
import { useVideoName } from '../use-video-name.ts';
import styles from './similar-note.module.css';

/** What the form was filled from, and that the new film will say so. */
export function SimilarNote({ id, onDrop }: { readonly id: VideoId; readonly onDrop: () => void }) {
  const { t } = useLingui();
  const { db } = useServices();
  const nameOf = useVideoName();
  const video = useVideo(db, id);
  const name = video && nameOf(video);
  return (
    <div className={styles.note}>
      <span className={styles.frame}>
        {video && (
          <Poster
            src={`/media/${video.id}/poster`}
            thumbhash={video.thumbhash}
            fallback={<Icon name="film" size={18} />}
          />
        )}
      </span>
      {/* It keeps its room while it is read. */}
      <p className={styles.words}>
        {name && <Trans>Similar to {name}</Trans>}
        {video === null && <Trans>Similar to a video that is not on this device</Trans>}
      </p>
      <IconButton
        icon="close"
        label={t`Not similar to it any more`}
        onClick={({ currentTarget }) => {
          onDrop();
          // This button goes with the note.
          currentTarget.form?.querySelector('textarea')?.focus();
        }}
      />
    </div>
  );
}
