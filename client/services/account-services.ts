import * as v from 'valibot';
import { UserIdSchema } from '../../sync/ids.ts';
import type { AccountServices, AuthResult } from '../app/services.ts';
import type { ActiveUser, SessionStore } from '../data/session.ts';

const UserSchema = v.object({ user: v.object({ id: UserIdSchema, email: v.string(), name: v.string() }) });
const ErrorSchema = v.object({ code: v.optional(v.string(), 'unknown'), message: v.string() });

/** Signing up and in with email and password; on success the device remembers who it is. */
export function createAccountServices(
  session: SessionStore,
  onSignedIn: (user: ActiveUser) => Promise<void>,
): AccountServices {
  const enter = async (path: string, input: object): Promise<AuthResult> => {
    const answer = await ask(path, input, UserSchema);
    if (answer.kind !== 'ok') return answer;
    await session.signIn(answer.output.user);
    await onSignedIn(answer.output.user);
    return { kind: 'ok' };
  };
  return {
    signUp: (input) => enter('/api/auth/sign-up/email', input),
    signIn: (input) => enter('/api/auth/sign-in/email', input),
    changePassword: ({ current, next }) =>
      ask(
        '/api/auth/change-password',
        { currentPassword: current, newPassword: next, revokeOtherSessions: true },
        UserSchema,
      ),
    signOutElsewhere: () => ask('/api/auth/revoke-other-sessions', {}, v.object({ status: v.literal(true) })),
  };
}

/** What is neither what was asked for nor an error of ours came from something between us and the server. */
async function ask<Schema extends v.GenericSchema>(path: string, input: object, schema: Schema) {
  const response = await post(path, input).catch(() => null);
  if (response === null) return { kind: 'offline' } as const;
  const body: unknown = await response.json().catch(() => null);
  const wanted = v.safeParse(schema, body);
  if (response.ok && wanted.success) return { kind: 'ok', output: wanted.output } as const;
  const error = v.safeParse(ErrorSchema, body);
  return error.success ? ({ kind: 'refused', ...error.output } as const) : ({ kind: 'offline' } as const);
}

/** Ends the session on the server; true once the server answered. */
export async function revokeSession(): Promise<boolean> {
  const response = await post('/api/auth/sign-out', {}).catch(() => null);
  return response !== null && (response.ok || response.status === 401);
}

function post(path: string, body: object): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(20_000),
  });
}
