import * as v from 'valibot';
import { UserIdSchema } from '../../sync/ids.ts';
import type { AccountServices, AuthResult } from '../app/services.ts';
import type { ActiveUser, SessionStore } from '../data/session.ts';

const UserSchema = v.object({ user: v.object({ id: UserIdSchema, email: v.string(), name: v.string() }) });
/** better-auth says `message`, this server `error`. */
const ErrorSchema = v.object({
  code: v.optional(v.string(), 'unknown'),
  message: v.optional(v.string()),
  error: v.optional(v.string()),
});

/** Signing up and in with email and password; on success the device remembers who it is. */
export function createAccountServices(
  session: SessionStore,
  onSignedIn: (user: ActiveUser) => Promise<void>,
): AccountServices {
  const enter = async (path: string, input: object): Promise<AuthResult> => {
    const answer = await ask(post(path, input), UserSchema);
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
        post('/api/auth/change-password', { currentPassword: current, newPassword: next, revokeOtherSessions: true }),
        UserSchema,
      ),
    signOutElsewhere: () => ask(post('/api/auth/revoke-other-sessions', {}), v.object({ status: v.literal(true) })),
  };
}

/** What is neither what was asked for nor an error of ours came from something between us and the server. */
export async function ask<Schema extends v.GenericSchema>(asked: Promise<Response>, schema: Schema) {
  const response = await asked.catch(() => null);
  if (response === null) return { kind: 'offline' } as const;
  const body: unknown = await response.json().catch(() => null);
  const wanted = v.safeParse(schema, body);
  if (response.ok && wanted.success) return { kind: 'ok', output: wanted.output } as const;
  const error = v.safeParse(ErrorSchema, body);
  const message = error.success && (error.output.message ?? error.output.error);
  return message ? ({ kind: 'refused', code: error.output.code, message } as const) : ({ kind: 'offline' } as const);
}

/** Ends the session on the server; true once the server answered. */
export async function revokeSession(): Promise<boolean> {
  const response = await post('/api/auth/sign-out', {}).catch(() => null);
  return response !== null && (response.ok || response.status === 401);
}

export function post(path: string, body: object): Promise<Response> {
  return send('POST', path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
}

export function send(method: string, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(path, { ...init, method, redirect: 'error', signal: AbortSignal.timeout(20_000) });
}
