import { Trans } from '@lingui/react/macro';
import { lazy, Suspense, useState } from 'react';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import styles from './account-section.module.css';
import { PasswordDialog } from './password-dialog.tsx';
import { SignOutDialog } from './sign-out-dialog.tsx';

const SessionsDialog = lazy(async () => ({ default: (await import('./sessions-dialog.tsx')).SessionsDialog }));
const DeleteAccountDialog = lazy(async () => ({
  default: (await import('./delete-account-dialog.tsx')).DeleteAccountDialog,
}));
const ExportDialog = lazy(async () => ({ default: (await import('../export/export-dialog.tsx')).ExportDialog }));

type Asked = 'sign-out' | 'password' | 'sessions' | 'delete' | 'export';

export function AccountSection() {
  const { user } = useServices();
  const [asking, setAsking] = useState<Asked | null>(null);
  // What was opened once stays, and gives the focus back when it is closed.
  const [loaded, setLoaded] = useState<ReadonlySet<Asked>>(new Set());

  const ask = (what: Asked) => {
    setLoaded((known) => new Set([...known, what]));
    setAsking(what);
  };
  // A dialog also says that it is closed after another took its place.
  const close = (what: Asked) => () => setAsking((asked) => (asked === what ? null : asked));
  return (
    <div className={styles.account}>
      <span className={styles.initial} aria-hidden="true">
        {[...user.name.trim()][0]?.toUpperCase()}
      </span>
      <div className={styles.who}>
        <p className={styles.name}>{user.name}</p>
        <p className={styles.email}>{user.email}</p>
      </div>
      <Button onClick={() => ask('sign-out')}>
        <Trans>Sign out</Trans>
      </Button>
      <div className={styles.more}>
        <Button onClick={() => ask('password')}>
          <Trans>Change password…</Trans>
        </Button>
        <Button onClick={() => ask('sessions')}>
          <Trans>Where you are signed in…</Trans>
        </Button>
        <Button tone="danger" onClick={() => ask('delete')}>
          <Trans>Delete account…</Trans>
        </Button>
      </div>
      <SignOutDialog open={asking === 'sign-out'} onClose={close('sign-out')} />
      <PasswordDialog open={asking === 'password'} onClose={close('password')} />
      <Suspense>
        {loaded.has('sessions') && <SessionsDialog open={asking === 'sessions'} onClose={close('sessions')} />}
      </Suspense>
      <Suspense>
        {loaded.has('delete') && (
          <DeleteAccountDialog
            open={asking === 'delete'}
            onClose={close('delete')}
            onExport={() => ask('export')}
            onTrouble={() => ask('delete')}
          />
        )}
      </Suspense>
      <Suspense>
        {loaded.has('export') && <ExportDialog open={asking === 'export'} onClose={close('export')} />}
      </Suspense>
    </div>
  );
}
