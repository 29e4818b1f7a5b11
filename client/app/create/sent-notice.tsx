import { useLingui } from '@lingui/react/macro';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { sentPrompts, useUnsentGenerations } from '../../data/send-queries.ts';
import { useServices } from '../services.ts';
import { useToast } from '../toasts.tsx';
import { useObservable } from '../use-observable.ts';
import { loadQueued, saveQueued } from './queued-memory.ts';
import { shortened } from './shortened.ts';

/** Says what was sent of all that had to wait for a network: now, or while the app was closed. */
export function SentNotice() {
  const { t } = useLingui();
  const { db, user, online } = useServices();
  const unsent = useUnsentGenerations(db);
  const isOnline = useObservable(online);
  const toast = useToast();
  const [, navigate] = useLocation();

  useEffect(() => {
    if (!unsent) return;
    const waited = loadQueued(user.id);
    const gone = waited.filter((id) => !unsent.includes(id));
    // What is sent at once is no news.
    saveQueued(user.id, isOnline ? waited.filter((id) => unsent.includes(id)) : unsent);
    if (gone.length === 0) return;
    void sentPrompts(db, gone)
      .then((prompts) => {
        const [prompt] = prompts;
        if (prompt === undefined) return;
        const text =
          prompts.length === 1
            ? t`Sent: “${shortened(prompt)}”`
            : t`${prompts.length} prompts that had waited were sent`;
        toast({ text, action: { label: t`Show`, run: () => navigate('/activity') } });
      })
      // What cannot be read just now is no news; Activity and the gallery have it.
      .catch(() => undefined);
  }, [unsent, isOnline, db, user.id, toast, navigate, t]);
  return null;
}
