import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useAccountServices, useServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { Button } from '../ui/button.tsx';
import styles from './account-section.module.css';
import { PasswordDialog } from './password-dialog.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';

export function AccountSection() {
  const { t } = useLingui();
  const { user } = useServices();
  const { signOutElsewhere } = useAccountServices();
  const toast = useToast();
  const [asking, setAsking] = useState<'sign-out' | 'password' | null>(null);
  const [busy, setBusy] = useState(false);

  const endOthers = async () => {
    setBusy(true);
    const { kind } = await signOutElsewhere();
    setBusy(false);
    toast({
      text:
        kind === 'ok'
          ? t`Every other device is signed out. What was not sent from there waits on it.`
          : t`The server was not reached. Check the connection and try again.`,
    });
  };
  return (
    <div className={styles.account}>
      <span className={styles.initial} aria-hidden="true">
        {[...user.name.trim()][0]?.toUpperCase()}
      </span>
      <div className={styles.who}>
        <p className={styles.name}>{user.name}</p>
        <p className={styles.email}>{user.email}</p>
      </div>
      <Button onClick={() => setAsking('sign-out')}>
        <Trans>Sign out</Trans>
      </Button>
      <div className={styles.more}>
        <Button onClick={() => setAsking('password')}>
          <Trans>Change password…</Trans>
        </Button>
        <Button busy={busy} disabled={busy} onClick={() => void endOthers()}>
          <Trans>End every other session</Trans>
        </Button>
      </div>
      <SignOutDialog open={asking === 'sign-out'} onClose={() => setAsking(null)} />
      <PasswordDialog open={asking === 'password'} onClose={() => setAsking(null)} />
    </div>
  );
}
