import { Trans } from '@lingui/react/macro';
import { useState } from 'react';
import { LocaleProvider } from './i18n/locale-provider.tsx';
import { createPreferences } from './preferences.ts';
import { Button } from './ui/button.tsx';
import { Empty } from './ui/empty.tsx';
import { useObservable } from './use-observable.ts';

/** Stands in for the app where this device's storage does not open, or not yet. */
export function StartTrouble({ kind }: { readonly kind: 'blocked' | 'failed' }) {
  const [preferences] = useState(createPreferences);
  return (
    <LocaleProvider locale={useObservable(preferences.locale)}>
      <main>
        <Empty
          alone
          icon="failed"
          title={kind === 'blocked' ? <Trans>Close the other tabs</Trans> : <Trans>Storage did not open</Trans>}
          action={
            <Button tone="primary" onClick={() => location.reload()}>
              <Trans>Reload</Trans>
            </Button>
          }
        >
          {kind === 'blocked' ? (
            <Trans>Another tab still uses an older version. This one goes on once it is closed.</Trans>
          ) : (
            <Trans>The browser could not open what is kept on this device. Reload, or make room and try again.</Trans>
          )}
        </Empty>
      </main>
    </LocaleProvider>
  );
}
