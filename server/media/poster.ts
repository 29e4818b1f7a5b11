/** Bytes that a poster may have. */
export const MAX_POSTER_BYTES = 200 * 1024;

/** Whether these are a WebP picture, by its first bytes. */
export function isWebp(bytes: Uint8Array): boolean {
  const text = String.fromCharCode(...bytes.subarray(0, 12));
  return text.startsWith('RIFF') && text.endsWith('WEBP');
}
