import { type Context, Hono } from 'hono';
import type { AppDeps, AppEnv } from '../deps.ts';
import { readJson } from './body.ts';

const WRITES = ['/sign-up/email', '/sign-in/email', '/sign-out'];

/** The part of better-auth that the app uses; nothing else of it can be reached. */
export function authRoutes({ auth }: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>().get('/api/auth/get-session', (c) => auth.handle(c.req.raw));
  for (const path of WRITES) routes.post(`/api/auth${path}`, async (c) => auth.handle(await withReadBody(c)));
  return routes;
}

/** better-auth gets a body that is known to be JSON of a sane size; none stands for an empty one. */
async function withReadBody(c: Context): Promise<Request> {
  const { url, headers, body } = c.req.raw;
  const value = body === null || headers.get('content-length') === '0' ? {} : await readJson(c);
  const forwarded = new Headers(headers);
  forwarded.set('content-type', 'application/json');
  forwarded.delete('content-length');
  forwarded.delete('content-encoding');
  return new Request(url, { method: 'POST', headers: forwarded, body: JSON.stringify(value) });
}
