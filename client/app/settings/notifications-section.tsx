import { Trans, useLingui } from '@lingui/react/macro';
import { use, useEffect, useRef } from 'react';
import type { Notifications, NotificationsState } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './storage-section.module.css';

export function NotificationsSection({ loaded }: { readonly loaded: Promise<Notifications | null> }) {
  const notifications = use(loaded);
  return notifications && <Asking notifications={notifications} />;
}

/** Asking to be told, and taking it back. The browser's own question comes only upon the press. */
function Asking({ notifications }: { readonly notifications: Notifications }) {
  const { t, i18n } = useLingui();
  const state = useObservable(notifications.state);
  const status = useRef<HTMLParagraphElement>(null);
  const wasBusy = useRef(false);
  const hasButton = state.kind === 'on' || state.kind === 'off' || state.kind === 'busy';
  const words = { succeeded: t`Your video is ready`, failed: t`Your video could not be made` };

  useEffect(() => {
    const look = () => void notifications.look();
    look();
    // The browser's settings are where a refusal is taken back.
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [notifications]);
  // A press that ends without a button leaves its focus with what is said instead.
  useEffect(() => {
    if (wasBusy.current && !hasButton) status.current?.focus();
    wasBusy.current = state.kind === 'busy';
  }, [state, hasButton]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the words change with the language alone
  useEffect(() => void notifications.speak(words), [notifications, i18n.locale]);

  return (
    <div className={styles.action}>
      <p className={styles.note}>
        <Trans>
          VidFab can tell you on this device when a video is ready or could not be made, also while it is closed. What
          is sent is encrypted and holds no prompt.
        </Trans>
      </p>
      {hasButton && (
        <Button
          busy={state.kind === 'busy'}
          // Not disabled, which would take the focus away.
          aria-disabled={state.kind === 'busy' || undefined}
          onClick={() => {
            if (state.kind === 'on') void notifications.turnOff();
            if (state.kind === 'off') void notifications.turnOn(words);
          }}
        >
          {state.kind === 'on' ? <Trans>Turn notifications off</Trans> : <Trans>Turn notifications on</Trans>}
        </Button>
      )}
      <p ref={status} className={styles.note} role="status" tabIndex={-1}>
        <Standing state={state} />
      </p>
    </div>
  );
}

function Standing({ state }: { readonly state: NotificationsState }) {
  switch (state.kind) {
    case 'on':
      return <Trans>Notifications are on for this device.</Trans>;
    case 'denied':
      return <Trans>Your browser blocks notifications of VidFab. Allow them in its settings for this site.</Trans>;
    case 'unsupported':
      return state.by === 'server' ? (
        <Trans>This server sends no notifications.</Trans>
      ) : (
        <Trans>
          This browser cannot receive notifications here. On an iPhone or iPad, add VidFab to the Home Screen first.
        </Trans>
      );
    case 'off':
      if (state.trouble === 'server') return <Trans>The server was not reached. Nothing was changed.</Trans>;
      if (state.trouble === 'push_service')
        return <Trans>The push service of this browser was not reached. Try again later.</Trans>;
      if (state.trouble === 'device')
        return <Trans>It could not be written down on this device. Nothing was changed; try it once more.</Trans>;
      return null;
    default:
      return null;
  }
}
