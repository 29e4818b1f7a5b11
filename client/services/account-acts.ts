import * as v from 'valibot';
import type { AccountActs, AuthResult, Notifications } from '../app/services.ts';
import type { ActiveUser, SessionStore } from '../data/session.ts';
import { wait } from '../media/ports.ts';
import { endPeriodicSync } from '../sync/register-background-sync.page.ts';
import { ask, post, send } from './account-services.ts';

const SESSIONS = '/api/auth/sessions';
const SessionsSchema = v.object({
  data: v.object({
    sessions: v.array(
      v.object({
        id: v.string(),
        userAgent: v.nullable(v.string()),
        signedInAt: v.number(),
        usedAt: v.number(),
        isThis: v.boolean(),
      }),
    ),
  }),
});
const DoneSchema = v.object({ success: v.literal(true) });
/** How long is waited for a browser that does not end a subscription. */
const LEAVING_MS = 4_000;

/** Where a person is signed in, and the end of their account. */
export function createAccountActs(deps: {
  readonly user: ActiveUser['id'];
  readonly session: SessionStore;
  readonly notifications: Notifications;
  readonly signal: AbortSignal;
}): AccountActs & {
  /** Deletes the account on the server; then nobody is signed in on this device, and what is here is to be removed. */
  readonly deleteOnServer: (password: string) => Promise<AuthResult>;
} {
  const { user, session, notifications, signal } = deps;
  return {
    sessions: async () => {
      const answer = await ask(send('GET', SESSIONS), SessionsSchema);
      return answer.kind === 'ok' ? { kind: 'ok', sessions: answer.output.data.sessions } : answer;
    },
    endSession: (id) => ask(send('DELETE', `${SESSIONS}/${encodeURIComponent(id)}`), DoneSchema),
    deleteOnServer: async (password) => {
      const answer = await ask(post('/api/auth/delete-user', { password }), DoneSchema);
      if (answer.kind !== 'ok') return answer;
      // Before all that takes time: a page that ends here goes on with it at the next start.
      await session.forget(user);
      await Promise.race([Promise.all([notifications.leave(), endPeriodicSync()]), wait(LEAVING_MS, signal)]);
      return answer;
    },
  };
}
