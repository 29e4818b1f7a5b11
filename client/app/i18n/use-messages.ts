import type { AllMessages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useLayoutEffect, useState } from 'react';

/** Adds the messages of a screen that come with it and not with the app's; false until they are there. */
export function useMessages(messages: AllMessages): boolean {
  const { i18n } = useLingui();
  const [ready, setReady] = useState(false);
  useLayoutEffect(() => {
    // Loading is a change of which this component hears as well.
    if (ready) return;
    i18n.load(messages);
    setReady(true);
  }, [i18n, messages, ready]);
  return ready;
}
