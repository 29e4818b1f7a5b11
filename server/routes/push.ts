import { Hono } from 'hono';
import { decodeBase64Url } from 'hono/utils/encode';
import * as v from 'valibot';
import type { AppDeps, AppEnv } from '../deps.ts';
import { HttpError } from '../errors.ts';
import { importReceiver } from '../push/encrypt.ts';
import { EndpointSchema, SubscriptionSchema, subscribe, unsubscribe } from '../push/subscription.ts';
import { parseInput, readJson } from './body.ts';

const LIMITS = { maxBytes: 8 * 1024, maxInflatedBytes: 8 * 1024 };

/** Which browsers of a person are told of what ends while the app is closed. */
export function pushRoutes({ db, vapid, clock }: AppDeps): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .get('/api/push/key', (c) => c.json({ success: true, data: { publicKey: vapid?.publicKey ?? null } }))
    .post('/api/push/subscriptions', async (c) => {
      const subscription = parseInput(SubscriptionSchema, await readJson(c, LIMITS));
      if (vapid === null) {
        throw new HttpError({ status: 503, code: 'push_unavailable', message: 'This server sends no notifications' });
      }
      if (!(await isOnCurve(subscription.keys.p256dh))) {
        const details = [{ path: 'keys.p256dh', message: 'must be a point on P-256' }];
        throw new HttpError({ status: 400, code: 'invalid', message: 'The request is not valid', details });
      }
      await subscribe(db, { user: c.var.user.id, subscription, now: clock() });
      return c.json({ success: true, data: {} }, 201);
    })
    .delete('/api/push/subscriptions', async (c) => {
      const { endpoint } = parseInput(v.object({ endpoint: EndpointSchema }), await readJson(c, LIMITS));
      await unsubscribe(db, c.var.user.id, endpoint);
      return c.json({ success: true, data: {} });
    });
}

function isOnCurve(publicKey: string): Promise<boolean> {
  return importReceiver(decodeBase64Url(publicKey)).then(
    () => true,
    () => false,
  );
}
