/**
 * `npm run doctor`: looks at everything that a server with this environment needs, beside it or before its
 * first start. A line for each; ends with 0 where all is well, 1 where something is not. It charges nothing,
 * and changes nothing but for one small object that it writes and takes away.
 */
import { existsSync } from 'node:fs';
import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type Env, parseEnv } from '../server/entry/env.ts';
import { openGenerating } from '../server/entry/generating.ts';
import { openMediaStore } from '../server/entry/media-store.ts';
import { after } from '../server/entry/timers.ts';
import { createUnavailableProvider } from '../server/generation/providers/unavailable.ts';
import { BlobKeySchema } from '../server/media/blob-store/blob-store.ts';
import { causeOf } from '../server/media/cause.ts';
import { GenerationIdSchema, UserIdSchema } from '../sync/ids.ts';
import { examinePush, type Verdict } from './examine-push.ts';
import { openIfThere } from './open-database.ts';

const PATIENCE_MS = 10_000;
/** Signatures count for five minutes; sessions and stamps want better. */
const MOST_APART_MS = 30_000;
const NOBODY = '00000000-0000-4000-8000-000000000000';

const parsed = parseEnv(process.env);
if (parsed.ok) {
  const { env } = parsed;
  tell('configuration', ['ok', `${env.VIDEO_PROVIDER} makes the videos, ${env.MEDIA_STORE} keeps them`]);
  await examine('database', () => examineDatabase(env));
  await examine('media store', () => examineMediaStore(env));
  await examine('clock', () => examineClock(env));
  await examine('provider key', () => examineKey(env));
  await examine('webhooks', () => examineWebhooks(env));
  await examine('notifications', () => examinePush(env));
} else {
  tell('configuration', ['FAILED', parsed.problem]);
}

async function examineDatabase(env: Env): Promise<Verdict> {
  const db = await openIfThere(env);
  if (db === null) {
    await access(existsSync(env.DATA_DIR) ? env.DATA_DIR : join(env.DATA_DIR, '..'), constants.W_OK);
    return ['ok', 'none yet; the first start makes it'];
  }
  try {
    const read = async (sql: string) => (await db.sql.execute({ sql, args: [] })).rows;
    const applied = new Set((await read('SELECT name FROM applied_migration')).map(({ name }) => name));
    const missing = (await migrationNames()).filter((name) => !applied.has(name));
    // A write that changes nothing still needs the right to write.
    await db.sql.batch([{ sql: `UPDATE meta SET value = value WHERE key = 'epoch'`, args: [] }], 'write');
    const [broken] = await read('PRAGMA foreign_key_check');
    if (broken) return ['FAILED', `a row of ${broken.table} names one of ${broken.parent} that is not there`];
    const [keys] = await read('PRAGMA foreign_keys');
    if (keys?.foreign_keys !== 1) return ['FAILED', 'foreign keys are not enforced'];
    return [
      'ok',
      missing.length === 0 ? 'read, written, foreign keys whole' : `the next start applies ${missing.join(', ')}`,
    ];
  } finally {
    db.close();
  }
}

async function migrationNames(): Promise<readonly string[]> {
  const folder = fileURLToPath(new URL('../migrations', import.meta.url));
  return (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
}

async function examineMediaStore(env: Env): Promise<Verdict> {
  const blobs = openMediaStore(env, { keepStaged: true });
  await blobs.check();
  const key = v.parse(BlobKeySchema, `doctor/${crypto.randomUUID()}/poster`);
  const sent = crypto.getRandomValues(new Uint8Array(64));
  try {
    await blobs.putSmall(key, sent);
    const came = new Uint8Array(await new Response(await blobs.read(key)).arrayBuffer());
    if (Buffer.compare(sent, came) !== 0) return ['FAILED', 'other bytes came back than were stored'];
  } finally {
    await blobs.delete(key);
  }
  return ['ok', 'written, read and deleted'];
}

/** Somebody else's time is in the head of every answer over HTTP. */
async function examineClock(env: Env): Promise<Verdict> {
  const other = otherClock(env);
  if (other === undefined) return ['skipped', 'there is no other clock to compare it with'];
  const asked = Date.now();
  const reply = await ask(other);
  const theirs = Date.parse(reply.headers.get('date') ?? '');
  const ours = (asked + Date.now()) / 2;
  if (Number.isNaN(theirs)) return ['skipped', `${new URL(other).host} does not say what time it is`];
  const apart = Math.round(Math.abs(theirs - ours) / 1000);
  const verdict = `${apart} s from the clock of ${new URL(other).host}`;
  return apart * 1000 <= MOST_APART_MS ? ['ok', verdict] : ['FAILED', `${verdict}; signatures need it right`];
}

function otherClock(env: Env): string | undefined {
  switch (env.VIDEO_PROVIDER) {
    case 'local':
      return env.S3_ENDPOINT;
    case 'wavespeed':
      return env.WAVESPEED_BASE_URL ?? 'https://api.wavespeed.ai';
    case 'fal':
      return env.FAL_BASE_URL ?? 'https://api.fal.ai';
    case 'replicate':
      return env.REPLICATE_BASE_URL ?? 'https://api.replicate.com';
  }
}

async function examineKey(env: Env): Promise<Verdict> {
  const { provider } = generating(env);
  if (provider.checkKey === null) return ['skipped', `${provider.name} needs none`];
  const { ok, message } = await provider.checkKey();
  return [ok ? 'ok' : 'FAILED', message];
}

async function examineWebhooks(env: Env): Promise<Verdict> {
  const { provider, webhookUrl } = generating(env);
  if (provider.name === 'local') return ['skipped', 'local sends none'];
  if (provider.readWebhook === null) {
    return [
      'skipped',
      `none are taken without ${env.VIDEO_PROVIDER.toUpperCase()}_WEBHOOK_SECRET; the provider is polled`,
    ];
  }
  const url = webhookUrl({ user: v.parse(UserIdSchema, 'doctor'), id: v.parse(GenerationIdSchema, NOBODY) });
  if (url === null) return ['skipped', 'none are asked for without an https PUBLIC_URL; the provider is polled'];
  const reply = await ask(url, { method: 'POST', body: '{}' });
  const isOurs = reply.status === 401 && (await reply.text()).includes('"unauthorized"');
  if (!isOurs)
    return [
      'FAILED',
      `${new URL(url).origin} answered ${reply.status} to an unsigned delivery, not 401: is the server running there?`,
    ];
  return ['ok', `${new URL(url).origin} is reached from here, and refuses what is not signed`];
}

/** Who makes videos here; nothing is rendered. */
function generating(env: Env) {
  const local = () => createUnavailableProvider('The doctor makes no videos');
  return openGenerating(env, { outgoing: { fetch, after, clock: Date.now }, local });
}

function ask(url: string, init: RequestInit = {}): Promise<Response> {
  return fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
}

async function examine(what: string, look: () => Promise<Verdict>): Promise<void> {
  try {
    tell(what, await look());
  } catch (error) {
    tell(what, ['FAILED', causeOf(error)]);
  }
}

function tell(what: string, [state, words]: Verdict): void {
  if (state === 'FAILED') process.exitCode = 1;
  process.stdout.write(`${state.padEnd(8)}${what}: ${words.replace(/\s+/g, ' ')}\n`);
}
