/** The app in this process, on a real libSQL file and a real file store in a temporary directory. */
import { getRandomValues, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { eraseAccount } from '../../server/account/erase-account.ts';
import { createApp } from '../../server/app.ts';
import { CLIENT_IP_HEADER, createAuth } from '../../server/auth.ts';
import { announceWrites } from '../../server/db/announce-writes.ts';
import { countCompletions } from '../../server/db/count-completions.ts';
import type { AppDeps, AppEnv } from '../../server/deps.ts';
import { createFsBlobStore } from '../../server/entry/fs-blob-store.ts';
import { createFsUploadStore } from '../../server/entry/fs-upload-store.ts';
import { openDatabase } from '../../server/entry/libsql-database.ts';
import { createLocalProvider } from '../../server/entry/local-provider.ts';
import { createMetrics } from '../../server/entry/metrics.ts';
import { migrate } from '../../server/entry/migrate.ts';
import { createSha256 } from '../../server/entry/sha256.ts';
import { after } from '../../server/entry/timers.ts';
import { NO_LIMITS } from '../../server/generation/limits.ts';
import { NO_WEBHOOKS } from '../../server/generation/submission.ts';
import { createLog } from '../../server/log.ts';
import { ensureEpoch } from '../../server/sync/epoch.ts';
import { createLive, type LiveDeps } from '../../server/sync/live.ts';
import { type Person, signUp } from './person.ts';
import { TEST_VAPID } from './push.ts';
import { PROJECT } from './server.ts';

export interface TestApp extends AsyncDisposable {
  readonly app: Hono<AppEnv>;
  readonly deps: AppDeps;
  readonly request: (path: string, init?: RequestInit) => Promise<Response>;
  readonly signUp: () => Promise<Person>;
  /** Every line logged so far, parsed. */
  readonly log: readonly Record<string, unknown>[];
}

/**
 * @param overrides dependencies to stand in for the usual ones
 * @param pace of the event streams
 */
export async function createTestApp(
  overrides: Partial<AppDeps> = {},
  pace: Pick<LiveDeps, 'pollMs' | 'heartbeatMs'> = {},
): Promise<TestApp> {
  const directory = await mkdtemp(join(tmpdir(), 'vidfab-app-'));
  const opened = await openDatabase({ url: `file:${join(directory, 'vidfab.db')}`, authToken: undefined });
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'info', clock: Date.now, write: (line) => lines.push(JSON.parse(line)) });
  const random = (bytes: number) => getRandomValues(new Uint8Array(bytes));
  await migrate(opened.sql, join(PROJECT, 'migrations'));
  await ensureEpoch(opened, random);

  const live = createLive({ db: opened, after, clock: Date.now, log, ...pace });
  const publicUrl = overrides.config?.publicUrl ?? null;
  const metrics = createMetrics({ db: opened, live, clock: Date.now, log, watchProcess: false });
  const deps: AppDeps = {
    db: countCompletions(announceWrites(opened, live.look), metrics.completed),
    auth: createAuth({
      db: opened,
      secret: 'a secret of the tests, long enough',
      publicUrl,
      log,
      erase: (user) => eraseAccount({ db: opened, clock: overrides.clock ?? Date.now }, user),
    }),
    blobs: createFsBlobStore({ directory: join(directory, 'media') }),
    uploads: createFsUploadStore({ directory: join(directory, 'media') }),
    provider: createLocalProvider({ directory: join(directory, 'renders') }),
    webhookUrl: NO_WEBHOOKS,
    limits: NO_LIMITS,
    clock: Date.now,
    random,
    sha256: createSha256,
    remote: async () => ({ kind: 'unreachable', message: 'No network in this test' }),
    after,
    vapid: TEST_VAPID,
    log,
    config: { publicUrl, metricsToken: null },
    assets: async () => null,
    wake: () => undefined,
    progressOf: () => null,
    live,
    metrics,
    ...overrides,
  };
  const app = createApp(deps);
  const request = async (path: string, init?: RequestInit) => app.request(path, init);
  return {
    app,
    deps,
    request,
    log: lines,
    // Each person from an address of their own, so that no test meets another's rate limit.
    signUp: () => signUp((path, init = {}) => request(path, { ...init, headers: withAddress(init.headers) })),
    [Symbol.asyncDispose]: async () => {
      live.close();
      opened.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function withAddress(given: HeadersInit | undefined): Headers {
  const headers = new Headers(given);
  headers.set(CLIENT_IP_HEADER, `10.${[...randomBytes(3)].join('.')}`);
  return headers;
}
