import type { UserId } from '../sync/ids.ts';
import type { Auth } from './auth.ts';
import type { Database } from './db/database.ts';
import type { AccountLimits } from './generation/limits.ts';
import type { VideoProvider } from './generation/provider.ts';
import type { WebhookUrl } from './generation/submission.ts';
import type { Log } from './log.ts';
import type { BlobStore } from './media/blob-store/blob-store.ts';
import type { GuardedFetch } from './media/guarded-fetch.ts';
import type { UploadStore } from './media/upload-store/upload-store.ts';
import type { Metrics } from './metrics.ts';
import type { Vapid } from './push/vapid.ts';
import type { Live } from './sync/live.ts';
import type { After } from './timers.ts';

/** Everything the app knows of the world outside it; each entry makes its own. */
export interface AppDeps {
  readonly db: Database;
  readonly auth: Auth;
  readonly blobs: BlobStore;
  /** Null where this runtime takes no uploads. */
  readonly uploads: UploadStore | null;
  readonly provider: VideoProvider;
  readonly webhookUrl: WebhookUrl;
  readonly limits: AccountLimits;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** Cryptographically strong random bytes. */
  readonly random: (bytes: number) => Uint8Array;
  readonly sha256: () => Sha256;
  readonly log: Log;
  readonly config: AppConfig;
  /** The built client: files, and its one page for navigations; null for what it does not have. */
  readonly assets: (request: Request) => Promise<Response | null>;
  /** For addresses that somebody else chose. */
  readonly remote: GuardedFetch;
  /** By which push services know this server; null where it sends no notifications. */
  readonly vapid: Vapid | null;
  readonly after: After;
  /** Asks the job loop to look now: a job was committed. */
  readonly wake: () => void;
  /** How far a running generation is, 0 to 1; null where nobody says. */
  readonly progressOf: (generationId: string) => number | null;
  readonly live: Live;
  readonly metrics: Metrics;
}

export interface AppConfig {
  /** The origin people type, where a proxy hides it from the request; null to take the request's own. */
  readonly publicUrl: string | null;
  /** Who sends it may read the metrics from anywhere; null where only this machine may. */
  readonly metricsToken: string | null;
}

/** A hash in the making. A port, since workerd compiles no WebAssembly from bytes. */
export interface Sha256 {
  readonly update: (chunk: Uint8Array) => void;
  /** Lower-case hex; ends the hash. */
  readonly hex: () => string;
}

/**
 * What a handler finds in its context. Routes are mounted at `/` with their whole paths; every one
 * under /api and /media has passed the session check (and writes the origin check) before its
 * handler runs, so `c.var.user` is always the caller.
 */
export interface AppEnv {
  readonly Variables: { user: { readonly id: UserId }; requestId: string };
}
