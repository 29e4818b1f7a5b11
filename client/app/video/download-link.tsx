import { useLingui } from '@lingui/react/macro';
import type { MouseEvent } from 'react';
import type { VideoView } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { useVideoName } from '../use-video-name.ts';
import { fileName } from './file-name.ts';
import styles from './video-actions.module.css';

/** How long a browser may take until it has begun to read what it was told to save. */
const KEPT_MS = 60_000;

/** Saves the file: this device's own where it has it. A browser asks the network for a download, past the worker. */
export function DownloadLink({ video }: { readonly video: VideoView }) {
  const { t } = useLingui();
  const { localFile } = useServices();
  const name = fileName(useVideoName()(video), video.contentType);

  const save = async () => {
    const file = await localFile(video.id);
    const link = document.createElement('a');
    link.href = file ? URL.createObjectURL(file) : `/media/${video.id}?download=1`;
    link.download = name;
    link.click();
    if (file) setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
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
