import { type Bytes, concat } from '../bytes.ts';

/** Whom a message is for: the two keys of a browser's subscription. */
export interface Receiver {
  /** Uncompressed point on P-256, 65 bytes. */
  readonly publicKey: Bytes;
  /** 16 bytes. */
  readonly auth: Bytes;
}

/** Drawn anew for every message. */
export interface Ephemeral {
  readonly keys: CryptoKeyPair;
  /** 16 bytes. */
  readonly salt: Bytes;
}

const P256 = { name: 'ECDH', namedCurve: 'P-256' };
/** Larger than any message here, so that it is one record. */
const RECORD_BYTES = 4096;
/** Ends the last record. */
const LAST = 2;

/**
 * Encrypts for one browser, as RFC 8291 says it, into the body of a request with
 * `Content-Encoding: aes128gcm` (RFC 8188).
 * @throws where the receiver's key is no point on the curve
 */
export async function encryptMessage(plain: Bytes, receiver: Receiver, { keys, salt }: Ephemeral): Promise<Bytes> {
  const { subtle } = crypto;
  const theirs = await importReceiver(receiver.publicKey);
  const own = new Uint8Array(await subtle.exportKey('raw', keys.publicKey));
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, keys.privateKey, 256);
  const context = concat(ascii('WebPush: info\0'), receiver.publicKey, own);
  const secret = await hkdf({ secret: new Uint8Array(shared), salt: receiver.auth, info: context, bytes: 32 });
  const derive = (info: string, bytes: number) => hkdf({ secret, salt, info: ascii(info), bytes });
  const raw = await derive('Content-Encoding: aes128gcm\0', 16);
  const iv = await derive('Content-Encoding: nonce\0', 12);
  const key = await subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const sealed = await subtle.encrypt({ name: 'AES-GCM', iv }, key, concat(plain, Uint8Array.of(LAST)));
  return concat(salt, bigEndian(RECORD_BYTES), Uint8Array.of(own.length), own, new Uint8Array(sealed));
}

export async function newEphemeral(random: (bytes: number) => Uint8Array): Promise<Ephemeral> {
  const keys = await crypto.subtle.generateKey(P256, true, ['deriveBits']);
  return { keys, salt: new Uint8Array(random(16)) };
}

/** @throws where it is no point on the curve */
export function importReceiver(publicKey: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', publicKey, P256, false, []);
}

async function hkdf(input: {
  readonly secret: Bytes;
  readonly salt: Bytes;
  readonly info: Bytes;
  readonly bytes: number;
}): Promise<Bytes> {
  const { secret, salt, info, bytes } = input;
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, bytes * 8));
}

function ascii(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function bigEndian(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
