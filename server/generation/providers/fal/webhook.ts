import * as v from 'valibot';
import type { Heard, JobReference, WebhookDelivery } from '../../provider.ts';
import type { ApiDeps } from '../api.ts';
import { fromHex, isRecent, jsonOf, toHex } from '../webhook-signature.ts';
import { createFalKeys } from './keys.ts';
import { resultStatus } from './result.ts';

/** fal asks to keep its keys no longer than a day. */
const KEYS_FOR_MS = 24 * 60 * 60_000;
/** What carries a key that is not known makes nobody fetch them again sooner. */
const KEYS_AT_LEAST_MS = 5 * 60_000;

/** Verifies what fal signs with ED25519, by the keys that it publishes. */
export function createFalWebhookReader(
  deps: ApiDeps,
  options: {
    readonly keysUrl: string;
    readonly referenceOf: (model: string, requestId: string) => JobReference;
  },
): (delivery: WebhookDelivery) => Promise<Heard | null> {
  const keys = createFalKeys(deps, options.keysUrl);

  return async ({ headers, body }) => {
    const read = (name: string) => headers.get(`x-fal-webhook-${name}`);
    const [requestId, userId, timestamp] = [read('request-id'), read('user-id'), read('timestamp')];
    const signature = fromHex(read('signature') ?? '');
    if (!requestId || !userId || !timestamp || !signature || !isRecent(timestamp, deps.clock())) return null;
    const hash = toHex(await crypto.subtle.digest('SHA-256', body));
    const content = new TextEncoder().encode([requestId, userId, timestamp, hash].join('\n'));
    const isSigned = async (published: readonly CryptoKey[]) => {
      const verdicts = await Promise.all(
        published.map((key) => crypto.subtle.verify('Ed25519', key, signature, content)),
      );
      return verdicts.includes(true);
    };
    if (!(await isSigned(await keys({ notOlderThanMs: KEYS_FOR_MS })))) {
      if (!(await isSigned(await keys({ notOlderThanMs: KEYS_AT_LEAST_MS })))) return null;
    }
    const parsed = v.safeParse(BodySchema, jsonOf(body));
    if (!parsed.success) return null;
    const { request_id, status, payload, error } = parsed.output;
    return {
      requestId: request_id,
      referenceFor: (model) => options.referenceOf(model, request_id),
      // Without what it made the result has to be fetched.
      status:
        status === 'OK' && payload === null
          ? { kind: 'running', progress: null }
          : resultStatus(status === 'OK' ? 200 : 500, payload ?? error),
      deliveryId: `${requestId} ${timestamp}`,
    };
  };
}

const BodySchema = v.object({
  request_id: v.pipe(v.string(), v.nonEmpty(), v.maxLength(200)),
  status: v.string(),
  payload: v.nullish(v.unknown(), null),
  error: v.nullish(v.unknown(), null),
});
