import { decodeBase64Url, encodeBase64Url } from 'hono/utils/encode';

/** By which push services know this server, in the form that every push library writes them. */
export interface VapidKeys {
  /** Uncompressed point on P-256, base64url; browsers subscribe with it. */
  readonly publicKey: string;
  /** The scalar, 32 bytes, base64url. */
  readonly privateKey: string;
}

/** The keys of a server that sends, and whom its operators can be reached at: a `mailto:` or `https:` URL. */
export interface Vapid extends VapidKeys {
  readonly subject: string;
}

const CURVE = { name: 'ECDSA', namedCurve: 'P-256' };
const ES256 = { name: 'ECDSA', hash: 'SHA-256' };
/** A service refuses more than a day; clocks differ. */
const VALID_S = 12 * 60 * 60;

export async function newVapidKeys(): Promise<VapidKeys> {
  const pair = await crypto.subtle.generateKey(CURVE, true, ['sign', 'verify']);
  const { d = '' } = await crypto.subtle.exportKey('jwk', pair.privateKey);
  return { publicKey: base64Url(await crypto.subtle.exportKey('raw', pair.publicKey)), privateKey: d };
}

/** The `Authorization` of one request to a push service (RFC 8292). */
export async function vapidAuthorization(vapid: Vapid, endpoint: string, nowMs: number): Promise<string> {
  const claims = { aud: new URL(endpoint).origin, exp: Math.floor(nowMs / 1000) + VALID_S, sub: vapid.subject };
  const signed = `${json({ typ: 'JWT', alg: 'ES256' })}.${json(claims)}`;
  const key = await importPrivate(vapid);
  const signature = await crypto.subtle.sign(ES256, key, new TextEncoder().encode(signed));
  return `vapid t=${signed}.${base64Url(signature)}, k=${vapid.publicKey}`;
}

/** Whether what one signs the other verifies. */
export async function isVapidPair(keys: VapidKeys): Promise<boolean> {
  const content = new TextEncoder().encode(keys.publicKey);
  try {
    const signature = await crypto.subtle.sign(ES256, await importPrivate(keys), content);
    const verifier = await crypto.subtle.importKey('raw', decodeBase64Url(keys.publicKey), CURVE, false, ['verify']);
    return await crypto.subtle.verify(ES256, verifier, signature, content);
  } catch {
    return false;
  }
}

function importPrivate({ publicKey, privateKey }: VapidKeys): Promise<CryptoKey> {
  const point = decodeBase64Url(publicKey);
  const [x, y] = [point.slice(1, 33), point.slice(33)].map((half) => base64Url(half.buffer));
  const jwk = { kty: 'EC', crv: 'P-256', d: privateKey, x: x ?? '', y: y ?? '' };
  return crypto.subtle.importKey('jwk', jwk, CURVE, false, ['sign']);
}

function json(value: unknown): string {
  return base64Url(new TextEncoder().encode(JSON.stringify(value)).buffer);
}

/** JWTs and push services want it without padding. */
function base64Url(bytes: ArrayBuffer): string {
  return encodeBase64Url(bytes).replaceAll('=', '');
}
