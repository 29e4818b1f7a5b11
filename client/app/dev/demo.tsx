import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as v from 'valibot';
import { UserIdSchema } from '../../../sync/ids.ts';
import { openUserDatabase, removeUserDatabase } from '../../data/session.ts';
import { App } from '../app.tsx';
import { AccountServicesContext, ShellServicesContext, UserServicesContext } from '../services.ts';
import { StartTrouble } from '../start-trouble.tsx';
import { fakeAccount, fakeShell, fakeUser } from './fake-services.ts';
import { seedLibrary } from './seed.ts';
import { readSituation } from './situation.ts';

/** The app on made-up services and a real database that is filled anew at each load. */
async function start(container: HTMLElement): Promise<void> {
  if (import.meta.env.VITE_PSEUDO) document.documentElement.dir = 'rtl';
  const situation = readSituation();
  const user = v.parse(UserIdSchema, 'demo');
  await removeUserDatabase(user);
  const db = await openUserDatabase(user);
  const seeded = situation.videos > 0 ? await seedLibrary(db, situation) : null;
  if (situation.trouble === 'silent') silence();
  const root = createRoot(container);
  if (situation.trouble === 'blocked') return root.render(<StartTrouble kind="blocked" />);
  if (situation.trouble === 'not_opened') return root.render(<StartTrouble kind="failed" />);
  root.render(
    <StrictMode>
      <ShellServicesContext value={fakeShell(situation)}>
        <AccountServicesContext value={fakeAccount(situation)}>
          <UserServicesContext value={situation.signedIn ? fakeUser({ db, situation, seeded }) : null}>
            <App />
          </UserServicesContext>
        </AccountServicesContext>
      </ShellServicesContext>
    </StrictMode>,
  );
}

/** From now on no request of the database is answered. */
function silence(): void {
  Object.defineProperty(IDBRequest.prototype, 'onsuccess', { set: () => undefined });
}

const container = document.getElementById('root');
if (container) void start(container);
