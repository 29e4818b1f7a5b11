import { decodeBase64Url } from 'hono/utils/encode';
import { retryDelay } from '../../sync/backoff.ts';
import { readRetryAfter } from '../../sync/retry-after.ts';
import type { Database } from '../db/database.ts';
import type { Log } from '../log.ts';
import type { GuardedFetch, GuardedReply } from '../media/guarded-fetch.ts';
import { encryptMessage, newEphemeral } from './encrypt.ts';
import { dropMessage, type Message, postpone } from './message.ts';
import { findSubscription, type Subscription, unsubscribe } from './subscription.ts';
import { type Vapid, vapidAuthorization } from './vapid.ts';

export interface SendDeps {
  readonly db: Database;
  readonly vapid: Vapid;
  readonly remote: GuardedFetch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}

/** How long a push service keeps a message for a device that is off, and how long it is tried to be handed over. */
const WORTH_TELLING_MS = 24 * 60 * 60_000;

/**
 * Hands one claimed message to its push service. A process that dies between the service's answer and
 * the row's end sends it once more; its topic makes the service, and its tag the device, replace the first.
 */
export async function sendMessage(deps: SendDeps, message: Message): Promise<void> {
  const { db, clock, log } = deps;
  const left = message.createdAt + WORTH_TELLING_MS - clock();
  const subscription = await findSubscription(db, message.user, message.endpoint);
  if (subscription === null || left <= 0) return dropMessage(db, message);
  const reply = await post(deps, { message, subscription, ttlS: Math.ceil(left / 1000) });
  const retryAfterMs = reply.kind === 'reply' ? readRetryAfter(reply.headers.get('retry-after'), clock()) : null;
  if (reply.kind === 'reply') await reply.body?.cancel().catch(() => undefined);
  switch (outcomeOf(reply)) {
    case 'sent':
      return dropMessage(db, message);
    case 'gone':
      log.info('push subscription gone', { service: new URL(message.endpoint).host });
      return unsubscribe(db, message.user, message.endpoint);
    case 'later': {
      const random = (deps.random(1)[0] ?? 0) / 256;
      const delay = retryDelay({ attempt: message.attempts + 1, retryAfterMs, random });
      return postpone(db, message, clock() + delay);
    }
    case 'refused':
      log.warn('push message refused', { service: new URL(message.endpoint).host, status: statusOf(reply) });
      return dropMessage(db, message);
  }
}

async function post(
  deps: SendDeps,
  to: { readonly message: Message; readonly subscription: Subscription; readonly ttlS: number },
): Promise<GuardedReply> {
  const { notice, endpoint } = to.message;
  const { p256dh, auth } = to.subscription.keys;
  const receiver = { publicKey: decodeBase64Url(p256dh), auth: decodeBase64Url(auth) };
  const plain = new TextEncoder().encode(JSON.stringify(notice));
  return deps.remote(endpoint, {
    method: 'POST',
    headers: {
      authorization: await vapidAuthorization(deps.vapid, endpoint, deps.clock()),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(to.ttlS),
      urgency: 'high',
      // At most 32 characters of base64url, which a UUID without its dashes has.
      topic: notice.generation.replaceAll('-', ''),
    },
    body: await encryptMessage(plain, receiver, await newEphemeral(deps.random)),
  });
}

type Outcome = 'sent' | 'gone' | 'later' | 'refused';

function outcomeOf(reply: GuardedReply): Outcome {
  if (reply.kind === 'unreachable') return 'later';
  // Not an address that this server asks: its name leads to a private network now.
  if (reply.kind === 'refused') return 'gone';
  const { status } = reply;
  if (status >= 200 && status < 300) return 'sent';
  if (status === 404 || status === 410) return 'gone';
  return status === 408 || status === 429 || status >= 500 ? 'later' : 'refused';
}

function statusOf(reply: GuardedReply): number | null {
  return reply.kind === 'reply' ? reply.status : null;
}
