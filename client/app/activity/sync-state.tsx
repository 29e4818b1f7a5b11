import { Trans } from '@lingui/react/macro';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './sync-state.module.css';

/** What the sync is doing at this moment, in a sentence. */
export function SyncState() {
  const { activity, online } = useServices();
  const state = useObservable(activity);
  const isOnline = useObservable(online);
  const { time } = useFormat();
  switch (state.kind) {
    case 'syncing':
      return (
        <p className={styles.state} data-tone="waiting">
          <Icon name="syncing" /> <Trans>Talking to the server</Trans>
        </p>
      );
    case 'waiting': {
      const at = time(state.nextAt);
      return (
        <p className={styles.state} data-tone="waiting">
          <Icon name="offline" /> <Trans>The server was not reached. Next try at {at}.</Trans>
        </p>
      );
    }
    case 'signed_out':
      return (
        <p className={styles.state} data-tone="trouble">
          <Icon name="failed" /> <Trans>Sign in again to go on syncing</Trans>
        </p>
      );
    case 'storage_failed':
      return (
        <p className={styles.state} data-tone="trouble">
          <Icon name="failed" /> <Trans>This device could not save: {state.message}</Trans>
        </p>
      );
    case 'idle':
      return isOnline ? (
        <p className={styles.state} data-tone="calm">
          <Icon name="synced" /> <Trans>Connected</Trans>
        </p>
      ) : (
        <p className={styles.state} data-tone="waiting">
          <Icon name="offline" /> <Trans>Offline. Everything is kept here and sent later.</Trans>
        </p>
      );
  }
}
