import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppDeps, AppEnv } from './deps.ts';
import { WILDCARDS } from './guards.ts';

/** One line for each answered request, under the id its reply carries; people appear as a hash, and what they sent not at all. */
export function logRequests({ log, clock, sha256 }: AppDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = clock();
    await next();
    c.header('X-Request-Id', c.var.requestId);
    log.info('request', {
      id: c.var.requestId,
      method: c.req.method,
      route: matchedRoutes(c).find(({ path }) => !WILDCARDS.has(path))?.path ?? '*',
      status: c.res.status,
      ms: clock() - start,
      user: c.var.user ? hash(c.var.user.id) : null,
    });
  };

  function hash(text: string): string {
    const sum = sha256();
    sum.update(new TextEncoder().encode(text));
    return sum.hex().slice(0, 12);
  }
}
