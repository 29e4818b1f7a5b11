import { Trans } from '@lingui/react/macro';
import { useShellServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './install-card.module.css';

/** Where there is room for it; on a phone the gallery and Settings offer it. */
export function InstallCard() {
  const shell = useShellServices();
  const possible = useObservable(shell.canInstall);
  if (!possible) return null;
  return (
    <div className={styles.card}>
      <p>
        <Trans>Install VidFab: it opens like any app and keeps your videos offline.</Trans>
      </p>
      <Button icon="install" onClick={() => void shell.install()}>
        <Trans>Install</Trans>
      </Button>
    </div>
  );
}
