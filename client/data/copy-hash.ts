import type { CopyRecord } from './database.ts';

/** The SHA-256 in a strong ETag of this server, lower-case hex; null in any other. */
export function hashOf(etag: string): string | null {
  return /^"([0-9a-f]{64})"$/.exec(etag)?.[1] ?? null;
}

/** SHA-256 of the bytes that a whole copy on this device has, lower-case hex; null where none is whole. */
export function sha256Of(copy: CopyRecord | undefined): string | null {
  return copy?.state === 'verified' ? hashOf(copy.etag) : null;
}
