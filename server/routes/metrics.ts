import { type Context, Hono } from 'hono';
import { CLIENT_IP_HEADER } from '../auth.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, notFound, unauthorized } from '../errors.ts';

/** `GET /metrics` in Prometheus' text format, for whoever runs the server. */
export function metricsRoutes(deps: AppDeps): Hono<AppEnv> {
  const { metrics, config } = deps;
  return new Hono<AppEnv>().get('/metrics', async (c) => {
    if (config.metricsToken !== null) {
      if (!isToken(deps, c.req.header('authorization'), config.metricsToken)) throw unauthorized();
    } else if (config.publicUrl !== null || !isFromHere(c)) throw forbidden();
    if (metrics.exposition === null) throw notFound('Metrics');
    const { contentType, text } = await metrics.exposition();
    return c.body(text, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  });
}

/** Hashes are compared, so that the time it takes tells nothing of the token. */
function isToken({ sha256 }: AppDeps, authorization: string | undefined, token: string): boolean {
  const hash = (text: string) => {
    const sum = sha256();
    sum.update(new TextEncoder().encode(text));
    return sum.hex();
  };
  const given = /^bearer +(\S.*)$/i.exec(authorization ?? '')?.[1];
  return given !== undefined && hash(given) === hash(token);
}

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Sent from this machine to this machine's own name, with no proxy in between that speaks for others. */
function isFromHere(c: Context): boolean {
  const { hostname } = new URL(c.req.url);
  const isForwarded = c.req.header('x-forwarded-for') !== undefined || c.req.header('forwarded') !== undefined;
  return LOOPBACK.has(c.req.header(CLIENT_IP_HEADER) ?? '') && LOCAL_NAMES.has(hostname) && !isForwarded;
}

function forbidden(): HttpError {
  const message = 'Metrics are read on the machine of the server, or with METRICS_TOKEN as a bearer token';
  return new HttpError({ status: 403, code: 'forbidden', message });
}
