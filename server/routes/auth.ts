import { type Context, Hono } from 'hono';
import * as v from 'valibot';
import type { AppDeps, AppEnv } from '../deps.ts';
import { notFound } from '../errors.ts';
import { parseInput, readJson } from './body.ts';

const WRITES = ['/sign-up/email', '/sign-in/email', '/sign-out', '/revoke-other-sessions'];

const ChangeSchema = v.object({
  currentPassword: v.string(),
  newPassword: v.string(),
  revokeOtherSessions: v.optional(v.boolean(), true),
});

/** Never an empty one, which better-auth takes for none and asks no more for. */
const DeletionSchema = v.object({ password: v.pipe(v.string(), v.minLength(1, 'must be given')) });

/** The part of better-auth that the app uses; nothing else of it can be reached. */
export function authRoutes({ auth, wake }: AppDeps): Hono<AppEnv> {
  const routes = new Hono<AppEnv>().get('/api/auth/get-session', (c) => auth.handle(c.req.raw));
  for (const path of WRITES) routes.post(`/api/auth${path}`, async (c) => auth.handle(withBody(c, await bodyOf(c))));
  return routes
    .post('/api/auth/change-password', async (c) => auth.handle(withBody(c, parseInput(ChangeSchema, await bodyOf(c)))))
    .post('/api/auth/delete-user', async (c) => {
      const reply = await auth.handle(withBody(c, parseInput(DeletionSchema, await bodyOf(c))));
      if (reply.ok) wake();
      return reply;
    })
    .get('/api/auth/sessions', async (c) => {
      const sessions = await auth.sessions(c.req.raw.headers);
      return c.json({ success: true, data: { sessions } });
    })
    .delete('/api/auth/sessions/:id', async (c) => {
      if (!(await auth.endSession(c.req.raw.headers, c.req.param('id')))) throw notFound('Session');
      return c.json({ success: true, data: {} });
    });
}

/** None stands for an empty one. */
async function bodyOf(c: Context): Promise<unknown> {
  const { headers, body } = c.req.raw;
  return body === null || headers.get('content-length') === '0' ? {} : readJson(c);
}

/** better-auth gets a body that is known to be JSON of a sane size. */
function withBody(c: Context, value: unknown): Request {
  const { url, headers } = c.req.raw;
  const forwarded = new Headers(headers);
  forwarded.set('content-type', 'application/json');
  forwarded.delete('content-length');
  forwarded.delete('content-encoding');
  return new Request(url, { method: 'POST', headers: forwarded, body: JSON.stringify(value) });
}
