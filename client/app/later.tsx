import { useEffect } from 'react';
import { MESSAGES } from './create/messages.ts';
import { ReadyNotice } from './create/ready-notice.tsx';
import { SentNotice } from './create/sent-notice.tsx';
import { useMessages } from './i18n/use-messages.ts';
import { keepFocus } from './keep-focus.ts';

/** What every screen has and can do without in its first second. */
export function Later() {
  useEffect(keepFocus, []);
  return (
    useMessages(MESSAGES) && (
      <>
        <SentNotice />
        <ReadyNotice />
      </>
    )
  );
}
