import { getRandomValues } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eraseAccount } from '../account/erase-account.ts';
import { createApp } from '../app.ts';
import { createAuth } from '../auth.ts';
import { announceWrites } from '../db/announce-writes.ts';
import { countCompletions } from '../db/count-completions.ts';
import { createJobLoop } from '../generation/jobs.ts';
import { createModelsKeeper } from '../generation/keep-models.ts';
import { createLog } from '../log.ts';
import { createGuardedFetch } from '../media/guarded-fetch.ts';
import { noteKnownKey } from '../push/known-key.ts';
import { ensureEpoch } from '../sync/epoch.ts';
import { createLive } from '../sync/live.ts';
import { type Env, isEmbedded, parseEnv, vapidKeysOf, vapidSubjectOf } from './env.ts';
import { openGenerating } from './generating.ts';
import { openDatabase } from './libsql-database.ts';
import { createLocalProvider } from './local-provider.ts';
import { checkMediaStore, openMediaStore, openUploadStore } from './media-store.ts';
import { createMetrics } from './metrics.ts';
import { migrate } from './migrate.ts';
import { createOutgoingFetch } from './outgoing-fetch.ts';
import { keptSecret, keptVapidKeys } from './secret.ts';
import { addressOf, listen } from './serve.ts';
import { createSha256 } from './sha256.ts';
import { createAssets } from './static.ts';
import { onStopSignal } from './stop.ts';
import { after } from './timers.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));

const parsed = parseEnv(process.env);
if (!parsed.ok) refuse(parsed.problem);
try {
  await start(parsed.env);
} catch (error) {
  refuse(`cannot start: ${error instanceof Error ? error.message : String(error)}`);
}

async function start(env: Env): Promise<void> {
  const clock = Date.now;
  const log = createLog({ level: env.LOG_LEVEL, clock, write: (line) => process.stderr.write(`${line}\n`) });
  process.on('uncaughtException', (error) => {
    log.error('crashed', { error });
    process.exit(1);
  });
  await mkdir(env.DATA_DIR, { recursive: true });
  const blobs = openMediaStore(env);
  await checkMediaStore(blobs, log);

  const opened = await openDatabase({
    url: env.DATABASE_URL ?? `file:${join(env.DATA_DIR, 'vidfab.db')}`,
    authToken: env.DATABASE_AUTH_TOKEN,
  });
  const random = (bytes: number) => getRandomValues(new Uint8Array(bytes));
  await migrate(opened.sql, join(PROJECT, 'migrations'));
  await ensureEpoch(opened, random);
  const live = createLive({ db: opened, after, clock, log });
  const metrics = createMetrics({ db: opened, live, clock, log, watchProcess: true });
  const db = countCompletions(announceWrites(opened, live.look), metrics.completed);

  const publicUrl = env.PUBLIC_URL ?? null;
  const secret = env.BETTER_AUTH_SECRET ?? (await keptSecret(env.DATA_DIR));
  const vapidKeys = vapidKeysOf(env) ?? (isEmbedded(env.DATABASE_URL) ? await keptVapidKeys(env.DATA_DIR) : null);
  const strangers = vapidKeys === null ? 0 : await noteKnownKey(opened, vapidKeys.publicKey);
  if (strangers > 0) log.warn('browsers subscribed with other push keys', { subscriptions: strangers });
  const base = {
    db,
    auth: createAuth({ db, secret, publicUrl, log, erase: (user) => eraseAccount({ db, clock }, user) }),
    blobs,
    uploads: openUploadStore(env),
    ...openGenerating(env, {
      outgoing: { fetch, after, clock },
      local: () => createLocalProvider({ directory: join(env.DATA_DIR, 'renders') }),
    }),
    remote: createGuardedFetch({ fetch: createOutgoingFetch(), resolveHost, after }),
    vapid: vapidKeys && { ...vapidKeys, subject: vapidSubjectOf(env) },
    clock,
    after,
    random,
    sha256: createSha256,
    log,
    config: { publicUrl, metricsToken: env.METRICS_TOKEN ?? null },
    assets: createAssets(join(PROJECT, 'dist', 'client')),
    live,
    metrics,
  };
  const jobs = createJobLoop(base, live.progress);
  const app = createApp({ ...base, wake: jobs.wake, progressOf: jobs.progressOf });

  const server = await listen(app, env);
  onStopSignal({ server, live, jobs, log, finish: () => opened.close() });
  jobs.wake();
  createModelsKeeper(base).start();
  process.stdout.write(`VidFab is ready: ${addressOf(server, env.HOST)}\n`);
}

function refuse(problem: string): never {
  process.stderr.write(`vidfab: ${problem}\n`);
  process.exit(1);
}

async function resolveHost(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address);
}
