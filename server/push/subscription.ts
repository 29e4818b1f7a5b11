import { decodeBase64Url } from 'hono/utils/encode';
import * as v from 'valibot';
import type { UserId } from '../../sync/ids.ts';
import type { Database } from '../db/database.ts';
import { isPrivateHost } from '../media/addresses.ts';

/** Where one browser of a person is reached, and by which keys it reads, as it says itself. */
export type Subscription = v.InferOutput<typeof SubscriptionSchema>;

/** Browsers of one person; the one that was not heard of for longest makes room. */
export const MAX_SUBSCRIPTIONS = 20;

const base64Url = (bytes: number) =>
  v.pipe(
    v.string(),
    v.check((text) => lengthOf(text) === bytes, `must be ${bytes} bytes in base64url`),
  );

/** The guard looks again at the address that it really connects to, with each message. */
export const EndpointSchema = v.pipe(
  v.string(),
  v.maxLength(2048, 'is too long'),
  v.check(isPublicHttps, 'must be a public https address'),
);

export const SubscriptionSchema = v.object({
  endpoint: EndpointSchema,
  keys: v.object({ p256dh: base64Url(65), auth: base64Url(16) }),
});

/** Keeps a browser's subscription. An endpoint is one browser: who uses it now has it, and it has nobody's else. */
export async function subscribe(
  db: Database,
  { user, subscription, now }: { readonly user: UserId; readonly subscription: Subscription; readonly now: number },
): Promise<void> {
  const { endpoint, keys } = subscription;
  await db.sql.batch(
    [
      {
        sql: `INSERT INTO push_subscription (endpoint, user_id, p256dh, auth, since, seen_at)
          VALUES (:endpoint, :user, :p256dh, :auth, :now, :now)
          ON CONFLICT DO UPDATE SET user_id = excluded.user_id, p256dh = excluded.p256dh, auth = excluded.auth,
            since = CASE WHEN user_id = excluded.user_id THEN since ELSE excluded.since END,
            seen_at = excluded.seen_at`,
        args: { endpoint, user, ...keys, now },
      },
      {
        sql: `DELETE FROM push_subscription WHERE user_id = :user AND endpoint NOT IN (
          SELECT endpoint FROM push_subscription WHERE user_id = :user
          ORDER BY endpoint = :endpoint DESC, seen_at DESC LIMIT :max)`,
        args: { user, endpoint, max: MAX_SUBSCRIPTIONS },
      },
      DROP_ORPHANS,
    ],
    'write',
  );
}

/** Forgets a browser; nothing where it is not this user's. */
export async function unsubscribe(db: Database, user: UserId, endpoint: string): Promise<void> {
  const args = [endpoint, user];
  await db.sql.batch(
    [{ sql: 'DELETE FROM push_subscription WHERE endpoint = ? AND user_id = ?', args }, DROP_ORPHANS],
    'write',
  );
}

/** Null once it is gone, or another's. */
export async function findSubscription(db: Database, user: UserId, endpoint: string): Promise<Subscription | null> {
  const { rows } = await db.sql.execute({
    sql: 'SELECT endpoint, p256dh, auth FROM push_subscription WHERE endpoint = ? AND user_id = ?',
    args: [endpoint, user],
  });
  const [row] = rows;
  const read = v.safeParse(SubscriptionSchema, row && { endpoint: row.endpoint, keys: row });
  return read.success ? read.output : null;
}

const DROP_ORPHANS = {
  sql: `DELETE FROM push_message WHERE NOT EXISTS (
    SELECT 1 FROM push_subscription s WHERE s.endpoint = push_message.endpoint AND s.user_id = push_message.user_id)`,
  args: [],
};

function isPublicHttps(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  return protocol === 'https:' && username === '' && password === '' && !isPrivateHost(hostname);
}

function lengthOf(base64: string): number | null {
  if (!/^[\w-]+={0,2}$/.test(base64)) return null;
  try {
    return decodeBase64Url(base64).length;
  } catch {
    return null;
  }
}
