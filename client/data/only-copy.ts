import type { Epoch } from '../../sync/ids.ts';
import type { VideoRow } from '../../sync/local-row.ts';
import type { CopyRecord } from './database.ts';

/**
 * Whether this device's bytes of a video may go: the server has them, heard in the present epoch, and
 * of what is whole here it has the very same by its own hash. [ROW-2]
 */
export function mayFree(row: VideoRow | undefined, copy: CopyRecord | undefined, epoch: Epoch | null): boolean {
  if (row?.received?.epoch !== epoch || row?.received?.server.mediaState !== 'stored') return false;
  return copy?.state !== 'verified' || copy.etag === `"${row.received.server.sha256}"`;
}
