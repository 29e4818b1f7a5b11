import { Trans, useLingui } from '@lingui/react/macro';
import { useRef } from 'react';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';

/** Opens the file picker for videos of one's own. */
export function ImportButton() {
  const { t } = useLingui();
  const { importFiles } = useServices();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button icon="import" onClick={() => input.current?.click()}>
        <Trans>Import</Trans>
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={t`Choose videos to import`}
        // A picker greys out what it does not list, and does not know every container by its type. A .zip is an exported library.
        accept="video/*,.mkv,.mov,.m4v,.ts,.mts,.m2ts,.zip"
        onChange={({ currentTarget }) => {
          importFiles([...(currentTarget.files ?? [])].map((file) => ({ name: file.name, file })));
          // The same file can be chosen again.
          currentTarget.value = '';
        }}
      />
    </>
  );
}
