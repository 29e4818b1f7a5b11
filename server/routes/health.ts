import { Hono } from 'hono';
import type { AppDeps, AppEnv } from '../deps.ts';

/** For whoever watches the process: `/healthz` that it lives, `/readyz` that it can serve. */
export function healthRoutes({ db, blobs, log }: AppDeps): Hono<AppEnv> {
  const probes = {
    database: () => db.sql.execute({ sql: 'SELECT 1', args: [] }),
    blobStore: () => blobs.check(),
  };

  return new Hono<AppEnv>()
    .get('/healthz', (c) => c.json({ status: 'ok' }))
    .get('/readyz', async (c) => {
      const checks = await Promise.all(
        Object.entries(probes).map(async ([name, probe]) => {
          try {
            await probe();
            return [name, 'ok'];
          } catch (error) {
            log.warn('not ready', { check: name, error });
            return [name, 'failed'];
          }
        }),
      );
      const ready = checks.every(([, state]) => state === 'ok');
      return c.json({ status: ready ? 'ok' : 'unavailable', checks: Object.fromEntries(checks) }, ready ? 200 : 503);
    });
}
