import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect, useState } from 'react';
import { useKept } from '../../data/keep-queries.ts';
import { useLibrarySummary } from '../../data/queries.ts';
import { useFormat } from '../i18n/use-format.ts';
import { type StorageView, useServices } from '../services.ts';
import { Icon } from '../ui/icon.tsx';
import { Progress } from '../ui/progress.tsx';
import { useObservable } from '../use-observable.ts';
import { FreeSpace } from './free-space.tsx';
import { KeepPolicy } from './keep-policy.tsx';
import { NetworkPolicy } from './network-policy.tsx';
import styles from './storage-section.module.css';

/** What is kept on this device, how much room that takes, and what a person wants of it. */
export function StorageSection() {
  const { db, storage } = useServices();
  const view = useKept(db);
  const estimate = useEstimate(useObservable(storage));
  return (
    <>
      <div className={styles.storage}>
        {estimate ? <Used {...estimate} /> : estimate === null && <Untold />}
        <Library />
        {view && <Kept {...view.kept} />}
        {estimate && <Promised persistent={estimate.persistent} />}
      </div>
      {view && (
        <>
          <KeepPolicy newest={view.newest} />
          <NetworkPolicy />
          {view.kept.videos > 0 && <FreeSpace freeable={view.freeable} />}
        </>
      )}
    </>
  );
}

function Used({ usage, quota, isFull }: StorageView) {
  const { t } = useLingui();
  const format = useFormat();
  const share = quota === 0 ? 0 : usage / quota;
  const [used, all, free] = [usage, quota, Math.max(0, quota - usage)].map(format.bytes);
  return (
    <>
      <p className={styles.figure}>
        <Trans>
          <strong>{used}</strong> of {all}
        </Trans>
      </p>
      <Progress value={share} label={t`Storage used`} />
      <p className={styles.note}>
        <Trans>{free} free for this app</Trans>
      </p>
      <Warning share={isFull ? 1 : share} />
    </>
  );
}

/** From 80 % on; from 92 % on nothing comes here by itself. */
function Warning({ share }: { readonly share: number }) {
  if (share < 0.8) return null;
  return (
    <p className={styles.warning} data-tight={share >= 0.92 || undefined}>
      <Icon name="failed" size={18} />
      {share >= 0.92 ? (
        <Trans>
          Almost full. New videos are not kept here until there is room; they play from the server, and nothing is lost.
        </Trans>
      ) : (
        <Trans>More than 80 % is used. Videos played longest ago make room when it becomes short.</Trans>
      )}
    </p>
  );
}

function Library() {
  const summary = useLibrarySummary(useServices().db);
  const format = useFormat();
  const total = summary ? format.number(summary.total) : '…';
  return (
    <p className={styles.note}>
      <Trans>Videos in your library: {total}</Trans>
    </p>
  );
}

function Kept({ videos, bytes }: { readonly videos: number; readonly bytes: number }) {
  const size = useFormat().bytes(bytes);
  return (
    <p className={styles.note}>
      <Plural value={videos} one={`# video is kept here, ${size}`} other={`# videos are kept here, ${size}`} />
    </p>
  );
}

function Promised({ persistent }: { readonly persistent: boolean }) {
  return (
    <p className={styles.note}>
      {persistent ? (
        <Trans>The browser keeps this storage until you remove it.</Trans>
      ) : (
        <Trans>The browser may clear this storage when the device is full. Installing the app protects it.</Trans>
      )}
    </p>
  );
}

function Untold() {
  return (
    <p className={styles.note}>
      <Trans>This browser does not say how much it stores.</Trans>
    </p>
  );
}

type Estimate = StorageView & { readonly persistent: boolean };

/** Null where the browser does not say, undefined until it has. */
function useEstimate(seen: StorageView | null): Estimate | null | undefined {
  const [estimate, setEstimate] = useState<Estimate | null | undefined>();
  useEffect(() => {
    let wanted = true;
    void readEstimate(seen).then((read) => wanted && setEstimate(read));
    return () => {
      wanted = false;
    };
  }, [seen]);
  return estimate;
}

async function readEstimate(seen: StorageView | null): Promise<Estimate | null> {
  // Absent outside a secure context.
  if (!('storage' in navigator) || !navigator.storage.estimate) return null;
  const [{ usage = 0, quota = 0 }, persistent] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
  ]);
  return { ...(seen ?? { usage, quota, isFull: false }), persistent };
}
