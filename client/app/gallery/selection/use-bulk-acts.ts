import { useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { VideoId } from '../../../../sync/ids.ts';
import { ranged } from '../../../data/gallery/filter.ts';
import { chooseTarget } from '../../export/save-target.ts';
import { useServices } from '../../services.ts';
import { useToast } from '../../toasts.tsx';

/** A transaction of more would keep what syncs and what is shown waiting. */
const BATCH = 250;

export interface BulkActs {
  readonly isBusy: boolean;
  readonly favorite: (ids: readonly VideoId[]) => void;
  readonly keep: (ids: readonly VideoId[]) => void;
  readonly download: (ids: readonly VideoId[]) => void;
  readonly remove: (ids: readonly VideoId[]) => void;
  readonly restore: (ids: readonly VideoId[]) => void;
}

/** What can be done with many videos; each says what it did, and most can be taken back. */
export function useBulkActs(onDone: () => void): BulkActs {
  const { t } = useLingui();
  const { db, commands, keepOffline, exportLibrary } = useServices();
  const toast = useToast();
  const [isBusy, setBusy] = useState(false);

  // A control that is disabled would lose the focus: it takes no second press instead.
  const begin = (work: () => Promise<void>) => {
    if (isBusy) return;
    setBusy(true);
    // Trouble with the storage is told of by the shell; what was done stays done.
    void work()
      .catch(() => undefined)
      .finally(() => setBusy(false));
  };
  const undo = (run: () => Promise<void>) => ({ label: t`Undo`, run: () => void run() });

  return {
    isBusy,
    favorite: (ids) =>
      begin(async () => {
        const already = new Set(await ranged(db, 'favorites').primaryKeys());
        const added = ids.filter((id) => !already.has(id));
        const set = (value: boolean) => inBatches(added, (batch) => commands.setFavorite(batch, value));
        await set(true);
        const count = ids.length;
        toast({ text: t`${count} in your favourites`, action: undo(() => set(false)) });
        onDone();
      }),
    keep: (ids) =>
      begin(async () => {
        for (const id of ids) await keepOffline(id);
        toast({ text: t`They are kept on this device as they arrive` });
        onDone();
      }),
    download: (ids) =>
      begin(async () => {
        const name = `VidFab ${new Date().toISOString().slice(0, 10)}.zip`;
        const target = await chooseTarget(name);
        // Who thought better of the file still has all of them chosen.
        if (target.kind === 'canceled') return;
        exportLibrary({ scope: { kind: 'chosen', ids: [...ids] }, name, target: target.handle });
        onDone();
      }),
    remove: (ids) =>
      begin(async () => {
        await inBatches(ids, commands.moveToTrash);
        const count = ids.length;
        toast({ text: t`${count} moved to the trash`, action: undo(() => inBatches(ids, commands.restore)) });
        onDone();
      }),
    restore: (ids) =>
      begin(async () => {
        await inBatches(ids, commands.restore);
        const count = ids.length;
        toast({ text: t`${count} restored`, action: undo(() => inBatches(ids, commands.moveToTrash)) });
        onDone();
      }),
  };
}

async function inBatches<T>(items: readonly T[], work: (batch: readonly T[]) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += BATCH) await work(items.slice(at, at + BATCH));
}
