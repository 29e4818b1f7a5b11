import type { Database } from '../db/database.ts';
import type { VideoProvider } from '../generation/provider.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { After } from '../timers.ts';
import type { BlobStore } from './blob-store/blob-store.ts';
import type { GuardedFetch } from './guarded-fetch.ts';
import type { UploadStore } from './upload-store/upload-store.ts';

export interface IngestDeps {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** Null where this runtime takes no uploads. */
  readonly uploads: UploadStore | null;
  readonly provider: VideoProvider;
  readonly remote: GuardedFetch;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly sha256: () => { readonly update: (chunk: Uint8Array) => void; readonly hex: () => string };
  readonly log: Log;
  readonly after: After;
  readonly metrics: Pick<Metrics, 'completed' | 'stored' | 'notStored'>;
}
