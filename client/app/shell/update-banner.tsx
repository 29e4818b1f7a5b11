import { Trans } from '@lingui/react/macro';
import { useServices, useShellServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './banner.module.css';

/** This app is too old to be told of changes; what is made with it is saved all the same. [PULL-7] */
export function UpdateBanner() {
  const tooOld = useObservable(useServices().tooOld);
  const { findUpdate } = useShellServices();
  if (!tooOld) return null;
  return (
    <div role="alert" className={styles.banner}>
      <Icon name="failed" size={20} className={styles.icon} />
      <p>
        <Trans>This version is too old to show what you do on other devices. What you make here is still saved.</Trans>
      </p>
      <Button onClick={findUpdate}>
        <Trans>Update</Trans>
      </Button>
    </div>
  );
}
