import { type Bytes, concat } from '../../bytes.ts';

/** How far a delivery's own time may lie from ours, in either direction. */
const TOLERANCE_MS = 300_000;

/** A delivery that is signed by the headers of Standard Webhooks, whatever the signature's own form is. */
export interface Signed {
  /** Of what is signed only, so that nothing unsigned makes another delivery of it. */
  readonly deliveryId: string;
  readonly signatures: string;
  /** `id.timestamp.body`, as it is signed. */
  readonly content: Bytes;
}

/** Null where a header is missing or the time is not now. */
export function signedParts(
  { headers, body }: { readonly headers: Headers; readonly body: Bytes },
  now: number,
): Signed | null {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`));
  if (!id || !timestamp || !signatures || !isRecent(timestamp, now)) return null;
  return {
    deliveryId: `${id} ${timestamp}`,
    signatures,
    content: concat(new TextEncoder().encode(`${id}.${timestamp}.`), body),
  };
}

/** @param timestamp seconds since 1970 */
export function isRecent(timestamp: string, now: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - now) <= TOLERANCE_MS;
}

/** Compares in constant time. */
export async function isHmacSha256(key: Bytes, signature: Bytes, content: Bytes): Promise<boolean> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']);
  return crypto.subtle.verify('HMAC', imported, signature, content);
}

/** Null where it is not hex. */
export function fromHex(hex: string): Bytes | null {
  if (hex.length === 0 || hex.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(hex)) return null;
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** Null where it is not Base64, with or without its padding, in either alphabet. */
export function fromBase64(text: string): Bytes | null {
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
}

export function toHex(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The JSON of a body; undefined where it is none. */
export function jsonOf(body: Bytes): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    return undefined;
  }
}
