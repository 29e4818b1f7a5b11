import type { MouseEvent } from 'react';
import type { VideoView } from '../../data/video-view.ts';
import { saveFile } from '../../media/save-file.page.ts';
import { useServices } from '../services.ts';
import { useVideoName } from '../use-video-name.ts';
import { fileName } from './file-name.ts';

/** What a link needs to save the file: this device's own where it has it. A browser asks the network for a download, past the worker. */
export function useDownload(video: VideoView) {
  const { localFile } = useServices();
  const name = fileName(useVideoName()(video), video.contentType);
  const href = `/media/${video.id}?download=1`;

  const save = async () => {
    saveFile((await localFile(video.id)) ?? href, name);
  };
  const onClick = (event: MouseEvent) => {
    if (video.copy.kind !== 'kept') return;
    event.preventDefault();
    void save();
  };
  return { href, download: name, onClick };
}
