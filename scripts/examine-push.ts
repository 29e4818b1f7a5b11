import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Env, isEmbedded, vapidKeysOf } from '../server/entry/env.ts';
import { keptVapidKeys } from '../server/entry/secret.ts';
import { causeOf } from '../server/media/cause.ts';
import { type KnownKey, readKnownKey } from '../server/push/known-key.ts';
import { isVapidPair, type VapidKeys } from '../server/push/vapid.ts';
import { openIfThere } from './open-database.ts';

/** What was found, in words. */
export type Verdict = readonly ['ok' | 'FAILED' | 'skipped', string];

/** Whether the keys for notifications are a pair, and the ones that browsers have subscribed with. */
export async function examinePush(env: Env): Promise<Verdict> {
  const keys = await keysOf(env);
  const known = await knownKey(env);
  const browsers = known.subscriptions === 1 ? '1 browser has' : `${known.subscriptions} browsers have`;
  if (keys === null) {
    if (known.subscriptions > 0) return ['FAILED', `${browsers} subscribed, and there are no keys to send with`];
    return isEmbedded(env.DATABASE_URL)
      ? ['ok', 'no keys yet; the first start makes them']
      : ['skipped', 'none are sent without VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY'];
  }
  if (!(await isVapidPair(keys))) return ['FAILED', 'the private key is not the one of the public key'];
  if (known.subscriptions > 0 && known.publicKey !== null && known.publicKey !== keys.publicKey) {
    return ['FAILED', `${browsers} subscribed with other keys, and would hear nothing from these`];
  }
  return ['ok', `the keys are a pair; ${browsers} subscribed`];
}

/** Those that the server would start with; nothing is made. */
async function keysOf(env: Env): Promise<VapidKeys | null> {
  const isKept = isEmbedded(env.DATABASE_URL) && existsSync(join(env.DATA_DIR, 'vapid-keys'));
  return vapidKeysOf(env) ?? (isKept ? await keptVapidKeys(env.DATA_DIR) : null);
}

async function knownKey(env: Env): Promise<KnownKey> {
  const nobody = { publicKey: null, subscriptions: 0 };
  const db = await openIfThere(env);
  if (db === null) return nobody;
  try {
    return await readKnownKey(db);
  } catch (error) {
    // The next start makes the table.
    if (/no such table/.test(causeOf(error))) return nobody;
    throw error;
  } finally {
    db.close();
  }
}
