import { Plural, Trans, useLingui } from '@lingui/react/macro';
import { useState } from 'react';
import { useLibrarySummary } from '../../data/queries.ts';
import { useServices } from '../services.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';

/** Says what is not on the server yet, before anyone leaves. */
export function SignOutDialog({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { t } = useLingui();
  const { db, signOut } = useServices();
  const summary = useLibrarySummary(db);
  const [busy, setBusy] = useState(false);
  const videos = (summary?.pending ?? 0) + (summary?.failed ?? 0);
  const generations = summary?.unsent ?? 0;

  const leave = async () => {
    setBusy(true);
    await signOut();
  };
  return (
    <Dialog
      open={open}
      title={t`Sign out of VidFab?`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>
            <Trans>Stay</Trans>
          </Button>
          <Button tone={videos > 0 ? 'danger' : 'primary'} busy={busy} disabled={busy} onClick={() => void leave()}>
            {videos > 0 ? <Trans>Sign out anyway</Trans> : <Trans>Sign out</Trans>}
          </Button>
        </>
      }
    >
      {videos > 0 && (
        <p>
          <Plural
            value={videos}
            one="# video is not saved to the server yet. It stays on this device for you and is sent when you sign in again."
            other="# videos are not saved to the server yet. They stay on this device for you and are sent when you sign in again."
          />
        </p>
      )}
      {generations > 0 && (
        <p>
          <Plural
            value={generations}
            one="# prompt has not been sent yet. It waits here for you as well."
            other="# prompts have not been sent yet. They wait here for you as well."
          />
        </p>
      )}
      {videos + generations === 0 && (
        <p>
          <Trans>Everything is saved on the server. Your videos are here again when you sign in.</Trans>
        </p>
      )}
    </Dialog>
  );
}
