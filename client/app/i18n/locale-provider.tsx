import { type Messages, setupI18n } from '@lingui/core';
import { I18nProvider } from '@lingui/react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Locale } from '../preferences.ts';

const CATALOGS: Readonly<Record<Locale, () => Promise<{ readonly messages: Messages }>>> = {
  en: () => import('./en.po'),
  'zh-CN': () => import('./zh-CN.po'),
};

/** Shows nothing until the first catalog is there, and keeps the old language up while another loads. */
export function LocaleProvider({ locale, children }: { readonly locale: Locale; readonly children: ReactNode }) {
  const [i18n] = useState(() => setupI18n());
  const [active, setActive] = useState<Locale | null>(null);

  useEffect(() => {
    let wanted = true;
    void CATALOGS[locale]().then(({ messages }) => {
      if (!wanted) return;
      i18n.load(locale, messages);
      i18n.activate(locale);
      document.documentElement.lang = locale;
      setActive(locale);
    });
    return () => {
      wanted = false;
    };
  }, [i18n, locale]);

  return active && <I18nProvider i18n={i18n}>{children}</I18nProvider>;
}
