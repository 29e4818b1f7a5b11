import * as v from 'valibot';
import { type Heard, type JobReference, NoAnswerError, type WebhookDelivery } from '../../provider.ts';
import { type ApiDeps, callApi } from '../api.ts';
import { fromBase64, fromHex, isRecent, jsonOf, toHex } from '../webhook-signature.ts';
import { resultStatus } from './result.ts';

/** fal asks to keep its keys no longer than a day. */
const KEYS_FOR_MS = 24 * 60 * 60_000;
/** What carries a key that is not known makes nobody fetch them again sooner. */
const KEYS_AT_LEAST_MS = 5 * 60_000;
const MOST_KEYS = 8;

/** Verifies what fal signs with ED25519, by the keys that it publishes. */
export function createFalWebhookReader(
  deps: ApiDeps,
  options: {
    readonly keysUrl: string;
    readonly referenceOf: (model: string, requestId: string) => JobReference;
  },
): (delivery: WebhookDelivery) => Promise<Heard | null> {
  let kept: { readonly at: number; readonly keys: readonly CryptoKey[] } | null = null;

  async function keysNotOlderThan(ms: number): Promise<readonly CryptoKey[]> {
    const now = deps.clock();
    if (kept && now - kept.at < ms) return kept.keys;
    const reply = await callApi(deps, { method: 'GET', url: options.keysUrl, headers: {} });
    const parsed = v.safeParse(KeySetSchema, reply.kind === 'answer' ? reply.body : undefined);
    if (!parsed.success) throw new NoAnswerError('fal’s keys cannot be had');
    const keys = await Promise.all(parsed.output.keys.slice(0, MOST_KEYS).map(importKey));
    kept = { at: now, keys: keys.filter((key) => key !== null) };
    return kept.keys;
  }

  return async ({ headers, body }) => {
    const read = (name: string) => headers.get(`x-fal-webhook-${name}`);
    const [requestId, userId, timestamp] = [read('request-id'), read('user-id'), read('timestamp')];
    const signature = fromHex(read('signature') ?? '');
    if (!requestId || !userId || !timestamp || !signature || !isRecent(timestamp, deps.clock())) return null;
    const hash = toHex(await crypto.subtle.digest('SHA-256', body));
    const content = new TextEncoder().encode([requestId, userId, timestamp, hash].join('\n'));
    const isSigned = async (keys: readonly CryptoKey[]) => {
      const verdicts = await Promise.all(keys.map((key) => crypto.subtle.verify('Ed25519', key, signature, content)));
      return verdicts.includes(true);
    };
    if (!(await isSigned(await keysNotOlderThan(KEYS_FOR_MS)))) {
      if (!(await isSigned(await keysNotOlderThan(KEYS_AT_LEAST_MS)))) return null;
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
const KeySetSchema = v.object({ keys: v.array(v.looseObject({ x: v.nullish(v.string(), null) })) });

async function importKey({ x }: { readonly x: string | null }): Promise<CryptoKey | null> {
  const raw = x === null ? null : fromBase64(x);
  if (raw?.length !== 32) return null;
  return crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
}
