import { Trans, useLingui } from '@lingui/react/macro';
import { Link } from 'wouter';
import { buttonClass } from '../ui/button.tsx';
import { Icon, type IconName } from '../ui/icon.tsx';
import type { Neighbours } from './use-neighbours.ts';
import styles from './video-head.module.css';

/** The way back and along. */
export function VideoHead({ neighbours }: { readonly neighbours: Neighbours }) {
  const { t } = useLingui();
  return (
    <div className={styles.head}>
      <Link href="/" className={buttonClass('quiet', styles.back)}>
        <Icon name="back" />
        <span>
          <Trans>Back to gallery</Trans>
        </span>
      </Link>
      <div className={styles.along}>
        <Step to={neighbours.previous} icon="previous" label={t`Previous video`} />
        <Step to={neighbours.next} icon="next" label={t`Next video`} />
      </div>
    </div>
  );
}

function Step(props: { readonly to: string | null; readonly icon: IconName; readonly label: string }) {
  if (props.to === null) {
    return (
      <span className={styles.step} data-none="">
        <Icon name={props.icon} />
      </span>
    );
  }
  return (
    <Link href={`/video/${props.to}`} replace className={styles.step} aria-label={props.label} title={props.label}>
      <Icon name={props.icon} />
    </Link>
  );
}
