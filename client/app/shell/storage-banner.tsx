import { Trans } from '@lingui/react/macro';
import { Link, useLocation } from 'wouter';
import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './banner.module.css';

/** There is next to no room left on this device; what is here stays, and nothing is lost. */
export function StorageBanner({ isFull }: { readonly isFull: boolean }) {
  const [path] = useLocation();
  return (
    <div role="alert" className={styles.banner}>
      <Icon name="failed" size={20} className={styles.icon} />
      <p>
        {isFull ? (
          <Trans>This device is full. What does not fit plays from the server; nothing is lost.</Trans>
        ) : (
          <Trans>This device is almost full. New videos play from the server until there is room.</Trans>
        )}
      </p>
      {path !== '/settings' && (
        <Link href="/settings" className={buttonClass('plain')}>
          <Trans>Storage</Trans>
        </Link>
      )}
    </div>
  );
}
