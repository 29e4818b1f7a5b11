import { Trans } from '@lingui/react/macro';
import { useFormat } from '../i18n/use-format.ts';
import { type SyncActivity, useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import { useOnline } from '../use-online.ts';
import styles from './sync-state.module.css';

/** What the sync is doing at this moment, in a sentence; never calm while something is stuck. */
export function SyncState({ stuck }: { readonly stuck: boolean }) {
  const { activity, online } = useServices();
  const now = useObservable(activity);
  const isOnline = useObservable(online);
  const hasNetwork = useOnline();
  const { time } = useFormat();
  // Without any network the next try is no news.
  const state: SyncActivity = now.kind === 'waiting' && !hasNetwork ? { kind: 'idle' } : now;
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
          <Icon name="failed" /> <StorageTrouble {...state} />
        </p>
      );
    case 'idle':
      if (!isOnline) {
        return (
          <p className={styles.state} data-tone="waiting">
            <Icon name="offline" /> <Trans>Offline. Everything is kept here and sent later.</Trans>
          </p>
        );
      }
      return stuck ? (
        <p className={styles.state} data-tone="waiting">
          <Icon name="pending" /> <Trans>Connected, but not everything is saved</Trans>
        </p>
      ) : (
        <p className={styles.state} data-tone="calm">
          <Icon name="synced" /> <Trans>Connected</Trans>
        </p>
      );
  }
}

/** What is wrong with this device's storage, and what helps; nothing of it is a failed send. */
function StorageTrouble({ reason, message }: Extract<SyncActivity, { readonly kind: 'storage_failed' }>) {
  if (reason === 'quota') {
    return <Trans>This device is full. Nothing more can be kept until there is room; what is here stays.</Trans>;
  }
  if (reason === 'closed') {
    return <Trans>The browser closed the storage of this app. It is tried again; reloading helps as well.</Trans>;
  }
  return <Trans>This device could not save: {message}</Trans>;
}
