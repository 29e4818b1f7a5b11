import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.tsx';
import { AccountServicesContext, ShellServicesContext, UserServicesContext } from './app/services.ts';
import { StartTrouble } from './app/start-trouble.tsx';
import { leaveNothingRunning } from './data/leave-nothing-running.page.ts';
import { type ActiveUser, createSessionStore } from './data/session.ts';
import { createAccountServices, revokeSession } from './services/account-services.ts';
import { removeDue } from './services/remove-due.ts';
import { createShellServices } from './services/shell-services.ts';
import { createUserServices, type RunningServices } from './services/user-services.ts';

/** The composition root: makes the ports, hands them to the screens. */
async function start(container: HTMLElement): Promise<void> {
  leaveNothingRunning();
  const root = createRoot(container);
  const session = createSessionStore();
  const shell = createShellServices();
  const account = createAccountServices(session, (user) => enter(user, false));
  let running: RunningServices | null = null;

  const render = (next: RunningServices | null) => {
    running = next;
    root.render(
      <StrictMode>
        <ShellServicesContext value={shell}>
          <AccountServicesContext value={account}>
            <UserServicesContext value={next?.services ?? null}>
              <App />
            </UserServicesContext>
          </AccountServicesContext>
        </ShellServicesContext>
      </StrictMode>,
    );
  };

  const enter = async (user: ActiveUser, expired: boolean) => {
    await running?.end();
    const onBlocked = () => root.render(<StartTrouble kind="blocked" />);
    const { requireReload: onOutdated } = shell;
    render(
      await createUserServices({ user, expired, session, onBlocked, onOutdated, onSignedOut: () => render(null) }),
    );
  };

  try {
    const active = await session.read();
    void removeDue(session).catch(() => undefined);
    if (active) return await enter(active.user, active.expired);
    render(null);
  } catch (error) {
    root.render(<StartTrouble kind="failed" />);
    throw error;
  }
  // A sign-out that happened offline reaches the server once there is one.
  if ((await session.isRevocationDue()) && (await revokeSession())) await session.revoked();
}

const container = document.getElementById('root');
if (container) void start(container);
