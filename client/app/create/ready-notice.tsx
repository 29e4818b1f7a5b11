import { useLingui } from '@lingui/react/macro';
import { useEffect, useRef, useState } from 'react';
import { madePrompts, useOpenIds } from '../../data/send-queries.ts';
import { useServices } from '../services.ts';
import { shortened } from './shortened.ts';

/** Says aloud that a video is ready: that it comes is seen, and not heard. [WCAG 4.1.3] */
export function ReadyNotice() {
  const { t } = useLingui();
  const { db } = useServices();
  const open = useOpenIds(db);
  const waited = useRef<typeof open>(undefined);
  const [said, setSaid] = useState('');

  useEffect(() => {
    if (!open) return;
    const gone = (waited.current ?? []).filter((id) => !open.includes(id));
    waited.current = open;
    if (gone.length === 0) return;
    void madePrompts(db, gone).then(
      ([prompt]) => prompt !== undefined && setSaid(t`Ready: “${shortened(prompt)}”`),
      () => undefined,
    );
  }, [open, db, t]);
  return (
    <p role="status" className="visually-hidden">
      {said}
    </p>
  );
}
