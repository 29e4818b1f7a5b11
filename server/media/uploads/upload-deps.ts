import type { IngestDeps } from '../ingest-deps.ts';
import type { UploadStore } from '../upload-store/upload-store.ts';

export interface UploadDeps extends IngestDeps {
  readonly uploads: UploadStore;
}
