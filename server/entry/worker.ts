import type { R2Bucket } from '@cloudflare/workers-types';
import { createClient } from '@libsql/client/web';
import { drizzle } from 'drizzle-orm/libsql/web';
import type { Hono } from 'hono';
import { eraseAccount } from '../account/erase-account.ts';
import { createApp } from '../app.ts';
import { CLIENT_IP_HEADER, createAuth } from '../auth.ts';
import * as authSchema from '../db/auth-schema.ts';
import * as schema from '../db/schema.ts';
import type { AppDeps, AppEnv } from '../deps.ts';
import { createJobLoop } from '../generation/jobs.ts';
import { createModelsKeeper, type ModelsKeeper } from '../generation/keep-models.ts';
import { createUnavailableProvider } from '../generation/providers/unavailable.ts';
import { createLog } from '../log.ts';
import { createR2BlobStore } from '../media/blob-store/r2.ts';
import { createS3BlobStore } from '../media/blob-store/s3.ts';
import { createGuardedFetch } from '../media/guarded-fetch.ts';
import { createS3UploadStore } from '../media/upload-store/s3.ts';
import { createNoMetrics } from '../metrics.ts';
import { createLive, type Live, type LiveDeps } from '../sync/live.ts';
import { type Env, parseEnv, s3ConfigOf, vapidKeysOf, vapidSubjectOf } from './env.ts';
import { exactArgs } from './exact-args.ts';
import { openGenerating } from './generating.ts';
import { isNavigation } from './navigation.ts';
import { createHashOf, createSha256 } from './sha256.ts';
import { after } from './timers.ts';

/** What wrangler.toml binds; the rest of the configuration comes as strings under its usual names. */
interface Bindings {
  readonly ASSETS: Assets;
  readonly MEDIA: R2Bucket;
}

/** The static files that were deployed with the Worker. */
interface Assets {
  readonly fetch: (url: string, init: Pick<RequestInit, 'method' | 'headers'>) => Promise<Response>;
}

/** What may go on once the answer is out. */
interface Context {
  readonly waitUntil: (work: Promise<unknown>) => void;
}

interface Running {
  readonly app: Hono<AppEnv>;
  readonly deps: AppDeps;
  readonly models: ModelsKeeper;
}

const SLICE_MS = 20_000;

/** One app for each isolate, keyed by the bindings that the isolate keeps handing over. */
const running = new WeakMap<Bindings, Running>();

// biome-ignore lint/style/noDefaultExport: workerd takes its handlers from there
export default {
  fetch(request: Request, bindings: Bindings, context: Context) {
    const { app, models } = appOf(bindings);
    // An isolate has no time of its own: who asks for the models has them heard of for the next one.
    if (new URL(request.url).pathname === '/api/models') context.waitUntil(models.look());
    const headers = new Headers(request.headers);
    headers.set(CLIENT_IP_HEADER, request.headers.get('cf-connecting-ip') ?? '');
    return app.fetch(new Request(request, { headers }));
  },

  /** The job loop of this runtime: one slice, well inside the time that a cron run is given. */
  scheduled(_event: unknown, bindings: Bindings, context: Context) {
    context.waitUntil(createJobLoop(appOf(bindings).deps).runSlice(SLICE_MS));
  },
};

function appOf(bindings: Bindings): Running {
  const known = running.get(bindings);
  if (known) return known;
  const strings = Object.entries(bindings).filter(([, value]) => typeof value === 'string');
  const parsed = parseEnv(Object.fromEntries(strings));
  if (!parsed.ok) throw new Error(`vidfab: ${parsed.problem}`);
  const deps = depsOf(bindings, parsed.env);
  const made = { app: createApp(deps), deps, models: createModelsKeeper(deps) };
  running.set(bindings, made);
  return made;
}

function depsOf(bindings: Bindings, env: Env): AppDeps {
  if (env.DATABASE_URL === undefined || env.BETTER_AUTH_SECRET === undefined) {
    throw new Error('vidfab: DATABASE_URL and BETTER_AUTH_SECRET are required on workerd');
  }
  const log = createLog({ level: env.LOG_LEVEL, clock: Date.now, write: (line) => console.log(line) });
  const client = createClient({
    url: env.DATABASE_URL,
    ...(env.DATABASE_AUTH_TOKEN !== undefined && { authToken: env.DATABASE_AUTH_TOKEN }),
  });
  const db = { sql: exactArgs(client), orm: drizzle(client, { schema: { ...schema, ...authSchema } }) };
  const publicUrl = env.PUBLIC_URL ?? null;
  const s3 = s3ConfigOf(env);
  const vapidKeys = vapidKeysOf(env);
  const outgoing = (url: string, init: RequestInit) => fetch(url, init);
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const s3Deps = s3 && { config: s3, fetch: outgoing, sha256: createSha256, random, clock: Date.now, after };
  return {
    db,
    auth: createAuth({
      db,
      secret: env.BETTER_AUTH_SECRET,
      publicUrl,
      log,
      erase: (user) => eraseAccount({ db, clock: Date.now }, user),
    }),
    blobs: s3Deps
      ? createS3BlobStore(s3Deps)
      : createR2BlobStore({ bucket: bindings.MEDIA, sha256: createSha256, random }),
    // The binding of R2 cannot join objects, as its S3 interface can.
    uploads: s3Deps && createS3UploadStore({ ...s3Deps, hash: createHashOf }),
    ...openGenerating(env, {
      outgoing: { fetch: outgoing, after, clock: Date.now },
      local: () => createUnavailableProvider('The local renderer needs a server on Node.'),
    }),
    clock: Date.now,
    random,
    sha256: createSha256,
    remote: createGuardedFetch({ fetch: outgoing, resolveHost: null, after }),
    after,
    vapid: vapidKeys && { ...vapidKeys, subject: vapidSubjectOf(env) },
    log,
    config: { publicUrl, metricsToken: env.METRICS_TOKEN ?? null },
    // An isolate lives too briefly, and among too many, to count for all.
    metrics: createNoMetrics(),
    assets: (request) => fetchAsset(bindings.ASSETS, request),
    // Jobs wait for the next `scheduled` slice.
    wake: () => undefined,
    progressOf: () => null,
    live: liveFor({ db, after, clock: Date.now, log }),
  };
}

/** Here no request may touch what another opened, nor hear of its commits: each stream looks for itself. */
function liveFor(deps: LiveDeps): Live {
  return {
    open: (user, isSignedIn) => createLive(deps).open(user, isSignedIn),
    look: () => undefined,
    progress: () => undefined,
    count: () => 0,
    close: () => undefined,
  };
}

async function fetchAsset(assets: Assets, request: Request): Promise<Response | null> {
  const { url, method, headers } = request;
  const found = await assets.fetch(url, { method, headers });
  if (found.status !== 404) return found;
  return isNavigation(request) ? assets.fetch(new URL('/', url).href, { method, headers }) : null;
}
