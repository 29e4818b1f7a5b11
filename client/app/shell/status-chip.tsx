import { useLingui } from '@lingui/react/macro';
import { Fragment, useRef } from 'react';
import { Link } from 'wouter';
import { useLibrarySummary } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useObservable } from '../use-observable.ts';
import styles from './status-chip.module.css';

interface Status {
  readonly tone: 'calm' | 'waiting' | 'trouble';
  readonly icon: IconName;
  readonly words: readonly string[];
}

/** The whole of saving in a few words; it leads to the details. */
export function StatusChip() {
  const status = useStatus();
  return (
    <div role="status" className={styles.region}>
      {status && (
        <Link href="/activity" className={styles.chip} data-tone={status.tone}>
          <Icon name={status.icon} size={16} />
          <span>
            {status.words.map((word, index) => (
              <Fragment key={word}>
                {index > 0 && <span className={styles.dot}> · </span>}
                <span className={styles.word}>{word}</span>
              </Fragment>
            ))}
          </span>
        </Link>
      )}
    </div>
  );
}

function useStatus(): Status | null {
  const { t } = useLingui();
  const services = useServices();
  const summary = useLibrarySummary(services.db);
  const activity = useObservable(services.activity);
  const online = useObservable(services.online);
  const expired = useObservable(services.sessionExpired);
  const waiting = (summary?.pending ?? 0) + (summary?.unsent ?? 0);
  const total = useBatch(waiting);
  if (!summary) return null;

  const pending = waiting > 0 ? [t`${waiting} pending`] : [];
  const failed = summary.failed > 0 ? [t`${summary.failed} failed`] : [];
  if (activity.kind === 'storage_failed') return { tone: 'trouble', icon: 'failed', words: [t`Storage problem`] };
  if (expired || activity.kind === 'signed_out') {
    return { tone: 'trouble', icon: 'failed', words: [t`Signed out`, ...pending] };
  }
  if (!online) return { tone: 'waiting', icon: 'offline', words: [t`Offline`, ...pending, ...failed] };
  if (waiting > 0 && activity.kind === 'syncing') {
    const at = total - waiting + 1;
    return { tone: 'waiting', icon: 'syncing', words: [t`Syncing ${at} of ${total}`, ...failed] };
  }
  if (failed.length > 0) return { tone: 'trouble', icon: 'failed', words: [...failed, ...pending] };
  if (waiting > 0) return { tone: 'waiting', icon: 'pending', words: pending };
  return { tone: 'calm', icon: 'synced', words: [t`All saved`] };
}

/** How many there were at most since nothing waited: the "of 7". */
function useBatch(waiting: number): number {
  const most = useRef(0);
  most.current = waiting === 0 ? 0 : Math.max(most.current, waiting);
  return most.current;
}
