import type { Messages } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';

const CATALOGS: Readonly<Record<string, () => Promise<{ readonly messages: Messages }>>> = {
  en: () => import('./en/transfers.po'),
  'zh-CN': () => import('./zh-CN/transfers.po'),
};

/** Loads the words of imports and exports, which the first screen does without; false until they are there. */
export function useTransferWords(): boolean {
  const { i18n } = useLingui();
  const { locale } = i18n;
  const [loaded, setLoaded] = useState<string | null>(null);
  useEffect(() => {
    // What is loaded makes a new `i18n`, which is no reason to load again.
    if (loaded === locale) return;
    let wanted = true;
    void CATALOGS[locale]?.().then(({ messages }) => {
      if (!wanted) return;
      i18n.load(locale, messages);
      setLoaded(locale);
    });
    return () => {
      wanted = false;
    };
  }, [i18n, locale, loaded]);
  return loaded === locale;
}
