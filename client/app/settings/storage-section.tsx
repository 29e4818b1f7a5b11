import { Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useLibrarySummary } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Progress } from '../ui/progress.tsx';
import styles from './storage-section.module.css';

interface Estimate {
  readonly used: number;
  readonly quota: number;
  readonly persistent: boolean;
}

/** How much of this device is used, and whether the browser may clear it. */
export function StorageSection() {
  const { t } = useLingui();
  const format = useFormat();
  const { db } = useServices();
  const summary = useLibrarySummary(db);
  const estimate = useEstimate();
  if (!estimate) {
    return (
      <p className={styles.note}>
        <Trans>This browser does not say how much it stores.</Trans>
      </p>
    );
  }
  const [used, quota] = [format.bytes(estimate.used), format.bytes(estimate.quota)];
  const total = summary ? format.number(summary.total) : '…';
  return (
    <div className={styles.storage}>
      <p className={styles.figure}>
        <Trans>
          <strong>{used}</strong> of {quota}
        </Trans>
      </p>
      <Progress value={estimate.quota === 0 ? 0 : estimate.used / estimate.quota} label={t`Storage used`} />
      <p className={styles.note}>
        <Trans>Videos in your library: {total}</Trans>
      </p>
      <p className={styles.note}>
        {estimate.persistent ? (
          <Trans>The browser keeps this storage until you remove it.</Trans>
        ) : (
          <Trans>The browser may clear this storage when the device is full. Installing the app protects it.</Trans>
        )}
      </p>
    </div>
  );
}

function useEstimate(): Estimate | null {
  const [estimate, setEstimate] = useState<Estimate | null>(null);
  useEffect(() => {
    let wanted = true;
    void readEstimate().then((read) => wanted && setEstimate(read));
    return () => {
      wanted = false;
    };
  }, []);
  return estimate;
}

async function readEstimate(): Promise<Estimate | null> {
  // Absent outside a secure context.
  if (!('storage' in navigator) || !navigator.storage.estimate) return null;
  const [{ usage = 0, quota = 0 }, persistent] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return { used: usage, quota, persistent };
}
