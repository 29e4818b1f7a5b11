import { Trans } from '@lingui/react/macro';
import { lazy, Suspense, useState } from 'react';
import { ImportButton } from '../import/import-button.tsx';
import { Button } from '../ui/button.tsx';
import styles from './library-section.module.css';

const ExportDialog = lazy(async () => ({ default: (await import('../export/export-dialog.tsx')).ExportDialog }));

/** Taking the library elsewhere, and bringing one here. */
export function LibrarySection() {
  // Null until it was opened once; then it stays, and gives the focus back when it is closed.
  const [exporting, setExporting] = useState<boolean | null>(null);
  return (
    <div className={styles.library}>
      <p className={styles.note}>
        <Trans>
          Your videos are yours: take them with you as one file, or bring a library here that was exported before.
        </Trans>
      </p>
      <div className={styles.actions}>
        <Button icon="download" onClick={() => setExporting(true)}>
          <Trans>Export…</Trans>
        </Button>
        <ImportButton />
      </div>
      {exporting !== null && (
        <Suspense>
          <ExportDialog open={exporting} onClose={() => setExporting(false)} />
        </Suspense>
      )}
    </div>
  );
}
