import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import { useMessages } from '../../i18n/use-messages.ts';
import { useTransferWords } from '../../i18n/use-transfer-words.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { MESSAGES } from '../messages.ts';
import { type Selection, useSelectedCount } from './selection.ts';
import styles from './selection-bar.module.css';
import { useBulkActs } from './use-bulk-acts.ts';

interface Props {
  readonly selection: Selection;
  /** How many videos the view has. */
  readonly total: number;
  readonly inTrash: boolean;
}

/** What can be done with the chosen videos; it comes with the first that is chosen. */
export function SelectionBar(props: Props) {
  const [own, transfers] = [useMessages(MESSAGES), useTransferWords()];
  return own && transfers && <Bar {...props} />;
}

function Bar({ selection, total, inTrash }: Props) {
  const { t } = useLingui();
  const count = useSelectedCount(selection);
  const acts = useBulkActs(selection.clear);
  const chosen = () => [...selection.ids()];

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // What is open above the gallery closes first.
      if (event.key === 'Escape' && !document.querySelector(':popover-open, dialog[open]')) selection.clear();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [selection]);

  return (
    <div role="toolbar" aria-label={t`Chosen videos`} className={styles.bar}>
      <IconButton icon="close" label={t`Choose none`} onClick={selection.clear} />
      <p className={styles.count}>
        <Plural value={count} one="# chosen" other="# chosen" />
      </p>
      {count < total && (
        <Button tone="quiet" aria-label={t`Choose all`} onClick={() => selection.addFirst(total)}>
          <Trans>All</Trans>
        </Button>
      )}
      <div className={styles.acts}>
        {inTrash ? (
          <Button icon="restore" aria-disabled={acts.isBusy || undefined} onClick={() => acts.restore(chosen())}>
            <Trans>Restore</Trans>
          </Button>
        ) : (
          <>
            <IconButton
              icon="heart"
              label={t`Add to favourites`}
              aria-disabled={acts.isBusy || undefined}
              onClick={() => acts.favorite(chosen())}
            />
            <IconButton
              icon="device"
              label={t`Keep offline`}
              aria-disabled={acts.isBusy || undefined}
              onClick={() => acts.keep(chosen())}
            />
            <IconButton
              icon="download"
              label={t`Download`}
              aria-disabled={acts.isBusy || undefined}
              onClick={() => acts.download(chosen())}
            />
            <IconButton
              icon="trash"
              label={t`Delete`}
              aria-disabled={acts.isBusy || undefined}
              onClick={() => acts.remove(chosen())}
            />
          </>
        )}
      </div>
    </div>
  );
}
