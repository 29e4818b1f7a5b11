import { Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { VideoId } from '../../../sync/ids.ts';
import type { ExportScope } from '../../../sync/library-file.ts';
import { useVideos } from '../../data/queries.ts';
import { useTransferWords } from '../i18n/use-transfer-words.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Choices } from '../ui/choices.tsx';
import { Dialog } from '../ui/dialog.tsx';
import styles from './export-dialog.module.css';
import { chooseTarget } from './save-target.ts';
import { VideoChecklist } from './video-checklist.tsx';

interface Props {
  readonly open: boolean;
  readonly onClose: () => void;
}

/** What is to be exported, then where to. */
export function ExportDialog(props: Props) {
  return useTransferWords() && <Question {...props} />;
}

function Question({ open, onClose }: Props) {
  const { t } = useLingui();
  const { db, exportLibrary } = useServices();
  const [kind, setKind] = useState<ExportScope['kind']>('all');
  const [chosen, setChosen] = useState<ReadonlySet<VideoId>>(new Set());
  const favorites = useVideos(db, { filter: 'favorites', limit: 1 });
  const isNothing = kind === 'chosen' ? chosen.size === 0 : kind === 'favorites' && favorites?.length === 0;

  const begin = async () => {
    const name = `VidFab ${new Date().toISOString().slice(0, 10)}.zip`;
    const target = await chooseTarget(name);
    if (target.kind === 'canceled') return;
    exportLibrary({ scope: kind === 'chosen' ? { kind, ids: [...chosen] } : { kind }, name, target: target.handle });
    onClose();
  };
  return (
    <Dialog
      open={open}
      title={t`Export videos`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Cancel</Trans>
          </Button>
          <Button tone="primary" icon="download" disabled={isNothing} onClick={() => void begin()}>
            <Trans>Save archive</Trans>
          </Button>
        </>
      }
    >
      <p className={styles.note}>
        <Trans>
          One ZIP file with the videos as they are, and their titles, prompts and marks in a library.json. Import it
          into any account to have the same library there.
        </Trans>
      </p>
      <Choices
        legend={t`Which videos`}
        value={kind}
        choices={[
          { value: 'all', label: t`Everything, with the trash` },
          { value: 'favorites', label: t`Favourites` },
          { value: 'chosen', label: t`Chosen ones` },
        ]}
        onChange={setKind}
      />
      {kind === 'favorites' && isNothing && (
        <p className={styles.note}>
          <Trans>You have no favourites yet.</Trans>
        </p>
      )}
      {kind === 'chosen' && <VideoChecklist chosen={chosen} onChange={setChosen} />}
    </Dialog>
  );
}
