import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { Auth } from './auth.ts';
import type { AppConfig, AppEnv } from './deps.ts';
import { HttpError, unauthorized } from './errors.ts';

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses writes that another site makes a browser send. Browsers name the site; what names none
 * is no browser and holds no cookie of ours that it was not given.
 */
export function sameOriginWrites({ publicUrl }: AppConfig): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const own = publicUrl ?? new URL(c.req.url).origin;
    if (!SAFE_METHODS.has(c.req.method) && isFromElsewhere(c.req.raw.headers, own)) {
      throw new HttpError({ status: 403, code: 'forbidden_origin', message: 'Writes from another origin are refused' });
    }
    await next();
  };
}

function isFromElsewhere(headers: Headers, own: string): boolean {
  const origin = headers.get('origin');
  if (origin !== null) return origin !== own;
  const site = headers.get('sec-fetch-site');
  return site !== null && site !== 'same-origin' && site !== 'none';
}

/** Lets only signed-in people pass and says who they are; what does not exist is nobody's and stays 404. */
export function requireUser(auth: Auth): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    if (isPublic(c)) return next();
    const identity = await auth.identify(c.req.raw.headers);
    if (!identity) throw unauthorized();
    c.set('user', { id: identity.user });
    await next();
    for (const cookie of identity.cookies) c.header('Set-Cookie', cookie, { append: true });
  };
}

/** The paths that the app's own middleware and its catch-all stand under; what else matches is a real route. */
export const WILDCARDS: ReadonlySet<string> = new Set(['*', '/*', '/api/*', '/media/*']);

/** Who calls there says who they are in another way: by a password, or by a signature. */
const PUBLIC = ['/api/auth/sign-', '/api/auth/get-session', '/api/webhooks/'];

function isPublic(c: Context): boolean {
  const route = matchedRoutes(c).find(({ path }) => !WILDCARDS.has(path));
  return route === undefined || PUBLIC.some((prefix) => route.path.startsWith(prefix));
}
