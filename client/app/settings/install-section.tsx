import { Trans } from '@lingui/react/macro';
import { useShellServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './storage-section.module.css';

const VERSION = import.meta.env.VITE_VERSION ?? 'dev';

/** Installing, where it is possible, and how where only the browser's own menu can. */
export function InstallSection() {
  const shell = useShellServices();
  const possible = useObservable(shell.canInstall);
  const version = String(VERSION);
  return (
    <div className={styles.storage}>
      {isInstalled() ? (
        <p>
          <Trans>VidFab is installed on this device.</Trans>
        </p>
      ) : possible ? (
        <Button icon="install" onClick={() => void shell.install()}>
          <Trans>Install VidFab</Trans>
        </Button>
      ) : isApple() ? (
        <p>
          <Trans>To install VidFab here, open the share menu of Safari and choose “Add to Home Screen”.</Trans>
        </p>
      ) : (
        <p>
          <Trans>To install VidFab here, use the menu of your browser.</Trans>
        </p>
      )}
      <p className={styles.note}>
        <Trans>Version {version}</Trans>
      </p>
    </div>
  );
}

function isInstalled(): boolean {
  return matchMedia('(display-mode: standalone)').matches;
}

function isApple(): boolean {
  return (
    /iPhone|iPad/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
  );
}
