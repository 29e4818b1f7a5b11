import { Plural, Trans } from '@lingui/react/macro';
import { STUCK_MS, type Waiting } from '../../data/oldest-pending.ts';
import { useFormat } from '../i18n/use-format.ts';
import { Icon } from '../ui/icon.tsx';
import styles from './stuck-warning.module.css';

/** Whether something has waited for the server for longer than a bad connection explains. */
export function isStuck({ since }: Waiting, nowMs: number): boolean {
  return since !== null && nowMs - since > STUCK_MS;
}

/** Says that something is stuck, whatever the connection claims to be. */
export function StuckWarning({ waiting, nowMs }: { readonly waiting: Waiting; readonly nowMs: number }) {
  const format = useFormat();
  if (waiting.since === null || !isStuck(waiting, nowMs)) return null;
  const since = format.dateTime(waiting.since);
  return (
    <div className={styles.warning}>
      <Icon name="pending" size={22} className={styles.icon} />
      <div>
        <p className={styles.title}>
          <Plural
            value={waiting.rows}
            one="# item is not saved on the server yet"
            other="# items are not saved on the server yet"
          />
        </p>
        <p className={styles.words}>
          <Trans>
            The oldest has been waiting since {since}. Everything is kept on this device and sent by itself. If this
            goes on, copy the log below for whoever helps you.
          </Trans>
        </p>
      </div>
    </div>
  );
}
