import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import type { Amount } from '../../data/policy-effect.ts';
import { useFormat } from '../i18n/use-format.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import styles from './storage-section.module.css';

/** Takes off this device whatever may go, and says before what that is. */
export function FreeSpace({ freeable }: { readonly freeable: Amount }) {
  const { t } = useLingui();
  const { freeSpace } = useServices();
  const [asking, setAsking] = useState(false);
  const size = useFormat().bytes(freeable.bytes);
  const close = () => setAsking(false);
  return (
    <div className={styles.action}>
      <p className={styles.note}>
        {freeable.videos === 0 ? (
          <Trans>Nothing here may go: it is the only copy, or you keep it offline.</Trans>
        ) : (
          <Plural
            value={freeable.videos}
            one={`# video may leave this device: the server has the very same. That frees ${size}.`}
            other={`# videos may leave this device: the server has the very same. That frees ${size}.`}
          />
        )}
      </p>
      <Button disabled={freeable.videos === 0} onClick={() => setAsking(true)}>
        <Trans>Free up space now</Trans>
      </Button>
      <Dialog
        open={asking}
        title={t`Free ${size} on this device?`}
        onClose={close}
        actions={
          <>
            <Button onClick={close}>
              <Trans>Cancel</Trans>
            </Button>
            <Button
              tone="primary"
              onClick={() => {
                void freeSpace();
                close();
              }}
            >
              <Trans>Free up space</Trans>
            </Button>
          </>
        }
      >
        <p>
          <Trans>
            The videos stay in your library and play from the server. They are not fetched again until you keep them
            offline or choose anew what this device keeps.
          </Trans>
        </p>
      </Dialog>
    </div>
  );
}
