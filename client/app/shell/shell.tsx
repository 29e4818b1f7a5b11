import { Trans, useLingui } from '@lingui/react/macro';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { Imports } from '../import/imports.tsx';
import { useServices } from '../services.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { Mark } from '../ui/mark.tsx';
import { useObservable } from '../use-observable.ts';
import { InstallCard } from './install-card.tsx';
import { SessionBanner } from './session-banner.tsx';
import styles from './shell.module.css';
import { StatusChip } from './status-chip.tsx';
import { UpdateBanner } from './update-banner.tsx';

const StorageBanner = lazy(async () => ({ default: (await import('./storage-banner.tsx')).StorageBanner }));

/** What stands around every screen. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useLingui();
  const main = useRef<HTMLElement>(null);
  const [path] = useLocation();
  const shownPath = useRef(path);

  useEffect(() => {
    if (shownPath.current === path) return;
    shownPath.current = path;
    // A screen reader goes on at the new screen, not at the link that led here.
    main.current?.focus({ preventScroll: true });
    if (path !== '/') scrollTo(0, 0);
  }, [path]);

  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">
        <Trans>Skip to content</Trans>
      </a>
      <div className={styles.rail}>
        <header className={styles.top}>
          <Link href="/" className={styles.brand}>
            <Mark size={28} />
            <span>VidFab</span>
          </Link>
          <div className={styles.status}>
            <InstallCard />
            <StatusChip />
          </div>
        </header>
        <nav className={styles.nav} aria-label={t`Main`}>
          <NavLink href="/" icon="assets" label={t`My Assets`} />
          <NavLink href="/create" icon="create" label={t`Create`} accent />
          <NavLink href="/activity" icon="activity" label={t`Activity`} />
          <NavLink href="/settings" icon="settings" label={t`Settings`} />
        </nav>
      </div>
      <main ref={main} id="main" tabIndex={-1} className={styles.main}>
        <SessionBanner />
        <UpdateBanner />
        <StorageWarning />
        {children}
      </main>
      <Imports />
    </div>
  );
}

/** From 92 % on, and where something did not fit. */
function StorageWarning() {
  const storage = useObservable(useServices().storage);
  if (!storage || !(storage.isFull || storage.usage >= storage.quota * 0.92)) return null;
  return (
    <Suspense>
      <StorageBanner isFull={storage.isFull} />
    </Suspense>
  );
}

function NavLink(props: {
  readonly href: string;
  readonly icon: IconName;
  readonly label: string;
  readonly accent?: boolean;
}) {
  const [path] = useLocation();
  const current = props.href === '/' ? path === '/' || path.startsWith('/video') : path.startsWith(props.href);
  return (
    <Link
      href={props.href}
      className={styles.link}
      data-accent={props.accent || undefined}
      aria-current={current ? 'page' : undefined}
    >
      <span className={styles.linkIcon}>
        <Icon name={props.icon} size={22} />
      </span>
      <span>{props.label}</span>
    </Link>
  );
}
