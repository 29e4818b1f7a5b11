import { Hono } from 'hono';
import * as v from 'valibot';
import type { AppEnv } from '../../server/deps.ts';
import { envelope, HttpError } from '../../server/errors.ts';
import { createNoMetrics } from '../../server/metrics.ts';
import { syncRoutes } from '../../server/routes/sync.ts';
import type { ExchangeDeps } from '../../server/sync/exchange.ts';
import { UserIdSchema } from '../../sync/ids.ts';
import type { SyncRequest } from '../../sync/protocol.ts';
import type { Answer } from '../../sync/simulation/network.ts';

/** The route itself, where a request speaks for another person than its session. */
export function createSessionRoute(deps: ExchangeDeps) {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => {
    if (error instanceof HttpError) return c.json(envelope(error), error.status);
    throw error;
  });
  app.use(async (c, next) => {
    c.set('user', { id: v.parse(UserIdSchema, c.req.header('x-session')) });
    await next();
  });
  app.route('/', syncRoutes({ ...deps, metrics: createNoMetrics() }));
  return async (request: SyncRequest, session: string): Promise<Answer> => {
    const headers = { 'content-type': 'application/json', 'x-session': session };
    const response = await app.request('/api/sync', { method: 'POST', headers, body: JSON.stringify(request) });
    return { status: response.status, body: await response.text() };
  };
}
