import type { Epoch } from '../../sync/ids.ts';
import { fieldValue, type VideoRow } from '../../sync/local-row.ts';
import { sha256Of } from './copy-hash.ts';
import type { CopyRecord, UploadRecord } from './database.ts';
import { isHeld, type Traffic } from './network.ts';

/** A server that still fetches a video after so long gets it from a device that has it. */
const PATIENCE_MS = 60 * 60_000;
/** How soon after the last byte it is asked whether the server still has an upload that it has not stored. */
const CHECKED_MS = 10 * 60_000;

/**
 * Whether this device is to send its bytes of a video: it has them whole, the server has the row and
 * lacks the bytes, and nobody else is about to bring them. Imports, then, and rescue.
 */
export function isUploadDue(
  { row, copy, upload }: UploadFacts,
  { epoch, nowMs }: { readonly epoch: Epoch | null; readonly nowMs: number },
): boolean {
  const { received, offer, create } = row;
  if (received === null || received.epoch !== epoch || offer?.refusal) return false;
  // What is in the trash may be restored for weeks, on any device: only what is to be gone at once stays here.
  if (sha256Of(copy) === null || fieldValue(row, 'purgeRequestedAt') != null) return false;
  const { mediaState, mediaError } = received.server;
  if (mediaState === 'stored') return false;
  if (upload?.epoch === epoch && upload.url !== null) {
    // The clock may have been ahead when it came there. What is there whole the server judges; it is sent again when a person asks, or when it is not there any more.
    return upload.offset < upload.total || (mediaState !== 'failed' && Math.abs(nowMs - upload.at) > CHECKED_MS);
  }
  const isOnlyHere = mediaState === 'none' || create.origin === 'imported' || offer !== undefined;
  const isWished = upload?.wished === true;
  return (
    isOnlyHere || isWished || mediaState === 'failed' || mediaError !== null || nowMs - create.createdAt > PATIENCE_MS
  );
}

/** Whether bytes that are due wait for a better network; what a person asked for goes over any. */
export function isPutOff({ wished, total, offset }: UploadRecord, traffic: Traffic): boolean {
  return !wished && isHeld(total - offset, traffic);
}

export interface UploadFacts {
  readonly row: VideoRow;
  readonly copy: CopyRecord | undefined;
  readonly upload: UploadRecord | undefined;
}
