import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AppDeps, AppEnv } from './deps.ts';
import { WILDCARDS } from './guards.ts';

/** Counts each answered request, and logs it as one line under the id its reply carries; people appear as a hash, and what they sent not at all. */
export function logRequests({ log, clock, sha256, metrics }: AppDeps): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const start = clock();
    await next();
    c.header('X-Request-Id', c.var.requestId);
    const { method } = c.req;
    const { status } = c.res;
    const route = matchedRoutes(c).find(({ path }) => !WILDCARDS.has(path))?.path ?? '*';
    const ms = clock() - start;
    metrics.answered({ route, method, status, seconds: ms / 1000 });
    log.info('request', {
      id: c.var.requestId,
      method,
      route,
      status,
      ms,
      user: c.var.user ? hash(c.var.user.id) : null,
    });
  };

  function hash(text: string): string {
    const sum = sha256();
    sum.update(new TextEncoder().encode(text));
    return sum.hex().slice(0, 12);
  }
}
