import { useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import { useSearchParams } from 'wouter';
import { useToast } from '../toasts.tsx';
import { Icon } from '../ui/icon.tsx';
import styles from './share-notice.module.css';

/** What the answer to a share says in its address: the service worker's, or the server's where none was there. */
type Share = 'kept' | 'empty' | 'failed' | 'missed';

/** Says what became of a share that opened the app, and takes it out of the address. What was kept is on its way. */
export function useShareNotice(): void {
  const words = useShareWords();
  const toast = useToast();
  const [params, setParams] = useSearchParams();
  const share = params.get('share');
  useEffect(() => {
    if (share === null) return;
    if (isShare(share) && share !== 'kept') toast({ text: words(share) });
    setParams(
      (before) => {
        before.delete('share');
        return before;
      },
      { replace: true },
    );
  }, [share, toast, words, setParams]);
}

/** The same for who is not signed in. */
export function ShareNotice() {
  const words = useShareWords();
  const [params] = useSearchParams();
  const share = params.get('share');
  return share !== null && isShare(share) ? (
    <p role="status" className={styles.notice}>
      <Icon name="import" size={18} />
      {words(share)}
    </p>
  ) : null;
}

function useShareWords(): (share: Share) => string {
  const { t } = useLingui();
  return (share) => {
    switch (share) {
      case 'kept':
        return t`What was shared is kept on this device. Sign in, and it is added to your library, or a film is made of it.`;
      case 'empty':
        return t`There was no video and no picture in what was shared. Share the file itself.`;
      case 'failed':
        return t`What was shared could not be kept: this device has no room for it, or its storage had a problem.`;
      case 'missed':
        return t`VidFab was not ready to take what was shared, and it was not stored. Share it once more now.`;
    }
  };
}

function isShare(value: string): value is Share {
  return ['kept', 'empty', 'failed', 'missed'].includes(value);
}
