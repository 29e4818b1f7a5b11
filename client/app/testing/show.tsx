import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import * as v from 'valibot';
import { UserIdSchema } from '../../../sync/ids.ts';
import type { UserDatabase } from '../../data/database.ts';
import { openUserDatabase } from '../../data/session.ts';
import { fakeShell, fakeUser } from '../dev/fake-services.ts';
import { readSituation } from '../dev/situation.ts';
import { LocaleProvider } from '../i18n/locale-provider.tsx';
import { ShellServicesContext, type UserServices, UserServicesContext } from '../services.ts';
import { ToastProvider } from '../toasts.tsx';
import '../ui/base.css';

export interface Shown {
  readonly services: UserServices;
  readonly db: UserDatabase;
  readonly hide: () => void;
}

/** Renders a part of the app over a real database of its own; the services around it are the demo's but for those given. */
export async function show(node: ReactNode, given: Partial<UserServices> = {}): Promise<Shown> {
  const situation = readSituation();
  const db = given.db ?? (await openUserDatabase(v.parse(UserIdSchema, crypto.randomUUID())));
  const services = { ...fakeUser({ db, situation, seeded: null }), ...given };
  const container = document.body.appendChild(document.createElement('div'));
  // The shell leaves room below for its bar.
  container.style.paddingBlockEnd = 'var(--bar-bottom)';
  const root = createRoot(container);
  root.render(
    <ShellServicesContext value={fakeShell(situation)}>
      <UserServicesContext value={services}>
        <LocaleProvider locale="en">
          <ToastProvider>{node}</ToastProvider>
        </LocaleProvider>
      </UserServicesContext>
    </ShellServicesContext>,
  );
  const hide = () => {
    root.unmount();
    container.remove();
  };
  return { services, db, hide };
}
