import { Trans } from '@lingui/react/macro';
import { Link, useLocation } from 'wouter';
import { useServices } from '../services.ts';
import { buttonClass } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './banner.module.css';

/** The server no longer knows who this is; everything here works on. */
export function SessionBanner() {
  const { sessionExpired } = useServices();
  const [path] = useLocation();
  const expired = useObservable(sessionExpired);
  if (!expired) return null;
  return (
    <div role="alert" className={styles.banner}>
      <Icon name="failed" size={20} className={styles.icon} />
      <p>
        <Trans>Your session has ended. Your work goes on being kept here, and is sent once you sign in again.</Trans>
      </p>
      <Link href={`/sign-in?next=${encodeURIComponent(path)}`} className={buttonClass('plain')}>
        <Trans>Sign in</Trans>
      </Link>
    </div>
  );
}
