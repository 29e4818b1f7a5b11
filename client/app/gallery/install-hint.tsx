import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useShellServices } from '../services.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './install-hint.module.css';

const DISMISSED_KEY = 'vidfab-install-dismissed';

/** Offered on a phone, together with what is worth keeping, until it is declined. */
export function InstallHint() {
  const { t } = useLingui();
  const shell = useShellServices();
  const possible = useObservable(shell.canInstall);
  // Browsers say so late: what somebody is looking at by then stays where it is.
  const [wasPossible] = useState(shell.canInstall.get);
  const [dismissed, setDismissed] = useState(() => localStorage.getItem(DISMISSED_KEY) !== null);
  if (!possible || !wasPossible || dismissed) return null;

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
