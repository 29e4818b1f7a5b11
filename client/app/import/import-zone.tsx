import { Trans } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { type GivenFile, useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { givenFiles, hasFiles, onlyPicture } from './given-files.ts';
import styles from './import-zone.module.css';

declare global {
  interface Window {
    /** Chromium's, in an installed app; absent elsewhere. */
    readonly launchQueue?: {
      readonly setConsumer: (consumer: (launch: { readonly files: readonly FileSystemFileHandle[] }) => void) => void;
    };
  }
}

/** Takes files that are dropped anywhere on the app or pasted into it, and shows that it would: films to import, or a picture to make one of. */
export function ImportZone() {
  const { importFiles, pictures } = useServices();
  const [, navigate] = useLocation();
  const [over, setOver] = useState(false);

  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    // Entering a child comes before leaving its parent.
    let depth = 0;
    const leave = () => {
      depth = 0;
      setOver(false);
    };
    const take = (files: readonly GivenFile[]) => {
      const picture = onlyPicture(files);
      if (picture === null) return importFiles(files);
      void pictures.give(picture);
      // A form that is open keeps what it was opened for.
      if (location.pathname !== '/create') navigate('/create');
    };
    const onDrag = (type: 'dragenter' | 'dragover' | 'dragleave' | 'drop', act: (event: DragEvent) => void) =>
      addEventListener(
        type,
        (event) => {
          if (!hasFiles(event.dataTransfer)) return;
          // Else the browser leaves the app to show the file.
          event.preventDefault();
          act(event);
        },
        { signal },
      );
    onDrag('dragenter', () => {
      depth += 1;
      setOver(true);
    });
    onDrag('dragover', ({ dataTransfer }) => {
      if (dataTransfer) dataTransfer.dropEffect = 'copy';
    });
    onDrag('dragleave', () => {
      depth -= 1;
      if (depth <= 0) leave();
    });
    onDrag('drop', ({ dataTransfer }) => {
      leave();
      take(givenFiles(dataTransfer));
    });
    addEventListener(
      'paste',
      (event) => {
        const files = givenFiles(event.clipboardData);
        if (files.length === 0) return;
        event.preventDefault();
        take(files);
      },
      { signal },
    );
    // Opened by the system with files of a kind that the manifest names.
    window.launchQueue?.setConsumer(({ files }) => {
      void Promise.all(files.map((handle) => handle.getFile())).then(
        (opened) => take(opened.map((file) => ({ name: file.name, file }))),
        () => undefined,
      );
    });
    return () => ended.abort();
  }, [importFiles, pictures, navigate]);

  return over ? (
    <div className={styles.zone} data-testid="drop-zone">
      <div className={styles.words}>
        <Icon name="import" size={32} />
        <p className={styles.title}>
          <Trans>Drop videos to import them</Trans>
        </p>
        <p>
          <Trans>They are kept on this device at once, offline too. Drop a picture to start a film with it.</Trans>
        </p>
      </div>
    </div>
  ) : null;
}
