import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import styles from './account-section.module.css';
import { SignOutDialog } from './sign-out-dialog.tsx';

export function AccountSection() {
  const { user } = useServices();
  const [asking, setAsking] = useState(false);
  return (
    <div className={styles.account}>
      <span className={styles.initial} aria-hidden="true">
        {[...user.name.trim()][0]?.toUpperCase()}
      </span>
      <div className={styles.who}>
        <p className={styles.name}>{user.name}</p>
        <p className={styles.email}>{user.email}</p>
      </div>
      <Button onClick={() => setAsking(true)}>
        <Trans>Sign out</Trans>
      </Button>
      <SignOutDialog open={asking} onClose={() => setAsking(false)} />
    </div>
  );
}
