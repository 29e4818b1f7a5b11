import { Hono } from 'hono';
import * as v from 'valibot';
import { GenerationIdSchema, UserIdSchema } from '../../sync/ids.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError, unauthorized } from '../errors.ts';
import { hear } from '../generation/hear.ts';
import type { Heard, WebhookDelivery } from '../generation/provider.ts';
import { createReplayGuard } from '../generation/replay-guard.ts';
import { readBytes } from './body.ts';

const MAX_BYTES = 1024 * 1024;

/**
 * Where a provider says how a job went. What it did not sign just now, or has already said, is told
 * no more than that it is not welcome.
 */
export function webhookRoutes(deps: AppDeps): Hono<AppEnv> {
  const { provider } = deps;
  const replays = createReplayGuard(deps);

  const reconcileDeps = { ...deps, onProgress: () => undefined };

  return new Hono<AppEnv>().post('/api/webhooks/:provider/:user/:generation', async (c) => {
    const place = v.safeParse(PlaceSchema, { user: c.req.param('user'), id: c.req.param('generation') });
    if (c.req.param('provider') !== provider.name || !place.success) throw unauthorized();
    const body = await readBytes(c, MAX_BYTES);
    const heard = await read(deps, { headers: c.req.raw.headers, body });
    if (heard === null || replays.isReplay(heard.deliveryId)) throw unauthorized();
    if (!(await hear(reconcileDeps, place.output, heard))) throw unauthorized();
    // Only now: what could not be written down may be said again.
    replays.remember(heard.deliveryId);
    deps.wake();
    return c.json({ success: true, data: null });
  });
}

async function read({ provider, log }: AppDeps, delivery: WebhookDelivery): Promise<Heard | null> {
  try {
    return (await provider.readWebhook?.(delivery)) ?? null;
  } catch (error) {
    log.warn('webhook not verified', { error });
    throw new HttpError({ status: 503, code: 'unavailable', message: 'This could not be verified now; say it again' });
  }
}

const PlaceSchema = v.object({ user: UserIdSchema, id: GenerationIdSchema });
