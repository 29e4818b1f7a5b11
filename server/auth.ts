import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import * as v from 'valibot';
import { type UserId, UserIdSchema } from '../sync/ids.ts';
import * as authSchema from './db/auth-schema.ts';
import type { Database } from './db/database.ts';
import type { Log } from './log.ts';

export interface Auth {
  /** Answers what is addressed to /api/auth. */
  readonly handle: (request: Request) => Promise<Response>;
  /** Who sends these headers; null without a session that is still good. */
  readonly identify: (headers: Headers) => Promise<Identity | null>;
  /** Whether these headers still carry a session of this user; prolongs none, since no reply could tell. */
  readonly isStill: (user: UserId, headers: Headers) => Promise<boolean>;
  /** Where the person who sends these headers is signed in; nothing there could act as one of them. */
  readonly sessions: (headers: Headers) => Promise<readonly SessionView[]>;
  /** Ends one of them. @returns false where the person has none of that id */
  readonly endSession: (headers: Headers, id: string) => Promise<boolean>;
}

export interface SessionView {
  readonly id: string;
  /** As the browser named itself when it signed in. */
  readonly userAgent: string | null;
  /** Milliseconds since 1970, both. `usedAt` is noted once a day: what was used since may be a day later. */
  readonly signedInAt: number;
  readonly usedAt: number;
  /** The one that asks. */
  readonly isThis: boolean;
}

export interface Identity {
  readonly user: UserId;
  /** `Set-Cookie` values for the reply, when the session was prolonged. */
  readonly cookies: readonly string[];
}

/** Set by the entry from the socket; whatever came in from outside under this name is dropped there. */
export const CLIENT_IP_HEADER = 'x-vidfab-client-ip';

const DAY = 24 * 60 * 60;

/** Email and password with a cookie session, in our own database. Nothing is called or sent elsewhere. */
export function createAuth(options: {
  readonly db: Database;
  readonly secret: string;
  readonly publicUrl: string | null;
  readonly log: Log;
  /** Deletes all that a person has, the person too. Nothing is deleted where it rejects. */
  readonly erase: (user: UserId) => Promise<void>;
}): Auth {
  const auth = betterAuth({
    // Only links in mails and redirects of social sign-in would use it, and there are none.
    baseURL: options.publicUrl ?? 'http://localhost',
    basePath: '/api/auth',
    secret: options.secret,
    database: drizzleAdapter(options.db.orm, { provider: 'sqlite', schema: authSchema }),
    emailAndPassword: { enabled: true, minPasswordLength: 8, maxPasswordLength: 128 },
    // An installed app may stay offline for weeks and must still be able to send when it returns.
    // Nor has it signed in lately (`freshAge`) when it asks where else it is.
    session: { expiresIn: 90 * DAY, updateAge: DAY, freshAge: 0 },
    // Before, since better-auth would delete its own rows one after the other, and ours would be left if that failed.
    user: {
      deleteUser: { enabled: true, beforeDelete: ({ id }) => options.erase(v.parse(UserIdSchema, id)) },
    },
    rateLimit: {
      enabled: true,
      storage: 'database',
      window: 60,
      max: 120,
      customRules: {
        '/sign-in/email': { window: 60, max: 10 },
        '/sign-up/email': { window: 600, max: 30 },
        '/change-password': { window: 60, max: 5 },
        '/delete-user': { window: 60, max: 5 },
      },
    },
    advanced: {
      // The app refuses every write from another origin itself, /api/auth included.
      disableCSRFCheck: true,
      useSecureCookies: options.publicUrl?.startsWith('https:') ?? false,
      cookiePrefix: 'vidfab',
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disableColors: true, log: (level, message) => options.log[level](`auth: ${message}`) },
  });

  return {
    handle: auth.handler,
    identify: async (headers) => {
      const { response, headers: out } = await auth.api.getSession({ headers, returnHeaders: true });
      if (!response) return null;
      return { user: v.parse(UserIdSchema, response.user.id), cookies: out.getSetCookie() };
    },
    isStill: async (user, headers) => {
      const session = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      return session?.user.id === user;
    },
    sessions: async (headers) => {
      const current = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      const all = await auth.api.listSessions({ headers });
      return all.map(({ id, userAgent, createdAt, updatedAt }) => ({
        id,
        userAgent: userAgent || null,
        signedInAt: createdAt.getTime(),
        usedAt: updatedAt.getTime(),
        isThis: id === current?.session.id,
      }));
    },
    endSession: async (headers, id) => {
      const ended = (await auth.api.listSessions({ headers })).find((session) => session.id === id);
      if (ended) await auth.api.revokeSession({ headers, body: { token: ended.token } });
      return ended !== undefined;
    },
  };
}
