import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useLibrarySummary } from '../../data/queries.ts';
import { useServices, useShellServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './install-hint.module.css';

const DISMISSED_KEY = 'vidfab-install-dismissed';

/** Offered on a phone once there is something worth keeping, until it is declined. */
export function InstallHint() {
  const { t } = useLingui();
  const { db } = useServices();
  const shell = useShellServices();
  const possible = useObservable(shell.canInstall);
  const summary = useLibrarySummary(db);
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(DISMISSED_KEY) !== null);
  if (!possible || dismissed || !summary?.total) return null;

  const dismiss = () => {
    localStorage.setItem(DISMISSED_KEY, '1');
    setDismissed(true);
  };
  return (
    <aside className={styles.hint}>
      <p>
        <Trans>Put VidFab on your home screen: it opens without a network.</Trans>
      </p>
      <Button icon="install" onClick={() => void shell.install()}>
        <Trans>Install</Trans>
      </Button>
      <IconButton icon="close" size={18} label={t`Not now`} onClick={dismiss} />
    </aside>
  );
}
