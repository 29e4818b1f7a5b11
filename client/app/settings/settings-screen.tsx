import { Trans, useLingui } from '@lingui/react/macro';
import { type ReactNode, Suspense, useState } from 'react';
import { useMessages } from '../i18n/use-messages.ts';
import { LOCALES, THEMES, type Theme } from '../preferences.ts';
import { usePreferences } from '../preferences-context.ts';
import { useServices } from '../services.ts';
import { Choices } from '../ui/choices.tsx';
import { useObservable } from '../use-observable.ts';
import { useTitle } from '../use-title.ts';
import { AccountSection } from './account-section.tsx';
import * as en from './i18n/settings.en.po';
import * as zh from './i18n/settings.zh-CN.po';
import { InstallSection } from './install-section.tsx';
import { LibrarySection } from './library-section.tsx';
import { NotificationsSection } from './notifications-section.tsx';
import styles from './settings-screen.module.css';
import { StorageSection } from './storage-section.tsx';

export function SettingsScreen() {
  return useMessages(MESSAGES) && <Settings />;
}

/** In every language, so that the next one is there when it is chosen. */
const MESSAGES = { en: en.messages, 'zh-CN': zh.messages };

function Settings() {
  const { t } = useLingui();
  const services = useServices();
  const [notifications] = useState(services.notifications);
  const preferences = usePreferences();
  const theme = useObservable(preferences.theme);
  const locale = useObservable(preferences.locale);
  const themeWords: Readonly<Record<Theme, string>> = { system: t`System`, dark: t`Dark`, light: t`Light` };
  useTitle(t`Settings`);
  return (
    <div className={styles.screen}>
      <h1 className={styles.heading}>
        <Trans>Settings</Trans>
      </h1>
      <Section title={t`Account`}>
        <AccountSection />
      </Section>
      <Section title={t`Appearance`}>
        <Choices
          legend={t`Theme`}
          value={theme}
          choices={THEMES.map((value) => ({ value, label: themeWords[value] }))}
          onChange={preferences.setTheme}
        />
        <Choices legend={t`Language`} value={locale} choices={LOCALES} onChange={preferences.setLocale} />
      </Section>
      <Section title={t`Storage on this device`}>
        <StorageSection />
      </Section>
      <Section title={t`Your library`}>
        <LibrarySection />
      </Section>
      <Section title={t`Notifications`}>
        <Suspense>
          <NotificationsSection loaded={notifications} />
        </Suspense>
      </Section>
      <Section title={t`App`}>
        <InstallSection />
      </Section>
    </div>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h2>{title}</h2>
      <div className={styles.card}>{children}</div>
    </section>
  );
}
