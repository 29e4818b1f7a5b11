import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import { formatUuid } from '../sync/ids.ts';
import type { AppDeps, AppEnv } from './deps.ts';
import { envelope, HttpError, notFound } from './errors.ts';
import { requireUser, sameOriginWrites } from './guards.ts';
import { logRequests } from './request-log.ts';
import { authRoutes } from './routes/auth.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/export.ts';
import { generationRoutes } from './routes/generations.ts';
import { healthRoutes } from './routes/health.ts';
import { mediaRoutes } from './routes/media.ts';
import { metricsRoutes } from './routes/metrics.ts';
import { pushRoutes } from './routes/push.ts';
import { shareRoutes } from './routes/share.ts';
import { sourceRoutes } from './routes/sources.ts';
import { storeRoutes } from './routes/store.ts';
import { syncRoutes } from './routes/sync.ts';
import { uploadRoutes } from './routes/uploads.ts';
import { videoRoutes } from './routes/videos.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { securityHeaders } from './security-headers.ts';

/** The whole app on web standards; it runs wherever its dependencies do. */
export function createApp(deps: AppDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.onError((error, c) => {
    if (error instanceof HttpError) return c.json(envelope(error), error.status);
    deps.log.error('request failed', { id: c.var.requestId, error });
    const internal = new HttpError({ status: 500, code: 'internal', message: 'Something went wrong on the server' });
    return c.json(envelope(internal), internal.status);
  });
  app.notFound((c) => c.json(envelope(notFound('Resource')), 404));

  app.use(requestId({ generator: () => formatUuid(deps.random(16)) }), logRequests(deps), securityHeaders);
  app.use('/api/*', async (c, next) => {
    await next();
    if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
  });
  for (const path of ['/api/*', '/media/*']) {
    app.use(path, sameOriginWrites(deps.config), requireUser(deps.auth));
  }

  app.route('/', healthRoutes(deps));
  app.route('/', metricsRoutes(deps));
  app.route('/', authRoutes(deps));
  app.route('/', syncRoutes(deps));
  app.route('/', eventRoutes(deps));
  app.route('/', videoRoutes(deps));
  app.route('/', storeRoutes(deps));
  app.route('/', generationRoutes(deps));
  app.route('/', webhookRoutes(deps));
  app.route('/', mediaRoutes(deps));
  app.route('/', uploadRoutes(deps));
  app.route('/', sourceRoutes(deps));
  app.route('/', exportRoutes(deps));
  app.route('/', pushRoutes(deps));
  app.route('/', shareRoutes());
  app.get('*', async (c) => {
    const isData = c.req.path.startsWith('/api/') || c.req.path.startsWith('/media/');
    return (isData ? null : await deps.assets(c.req.raw)) ?? c.notFound();
  });
  return app;
}
