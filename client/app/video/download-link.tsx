import { useLingui } from '@lingui/react/macro';
import type { MouseEvent } from 'react';
import type { VideoView } from '../../data/queries.ts';
import { saveFile } from '../../media/save-file.page.ts';
import { useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { useVideoName } from '../use-video-name.ts';
import { fileName } from './file-name.ts';
import styles from './video-actions.module.css';

/** Saves the file: this device's own where it has it. A browser asks the network for a download, past the worker. */
export function DownloadLink({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const { localFile } = useServices();
  const name = fileName(useVideoName()(video), video.contentType);

  const save = async () => {
    saveFile((await localFile(video.id)) ?? `/media/${video.id}?download=1`, name);
  };
  const onClick = (event: MouseEvent) => {
    if (video.copy.kind !== 'kept') return;
    event.preventDefault();
    void save();
  };
  return (
    <a
      href={`/media/${video.id}?download=1`}
      download={name}
      className={styles.link}
      aria-label={t`Download`}
      title={t`Download`}
      onClick={onClick}
    >
      <Icon name="download" />
    </a>
  );
}
