import type { Sha256 } from './ports.ts';

/**
 * Hashes with what the browser has built in, which takes a file only as one piece of memory. For the
 * service worker, where a streaming hash would be a third of the script; it leaves large files to pages.
 */
export async function createNativeSha256(): Promise<Sha256> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  return {
    update: (chunk) => {
      chunks.push(chunk.slice());
    },
    hex: async () => {
      const digest = await crypto.subtle.digest('SHA-256', await new Blob(chunks).arrayBuffer());
      return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
    },
  };
}

/** Twice of this is in memory for a moment. */
export const NATIVE_MAX_BYTES = 24 * 1024 * 1024;
