/**
 * A browser's end of Web Push: it has a subscription, and reads what was encrypted for it. Written anew from
 * RFC 8188, 8291 and 8292, so that the server is not measured by itself.
 */
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import type { Vapid } from '../../server/push/vapid.ts';

export const TEST_VAPID: Vapid = {
  publicKey: 'BLJl1sohHnUDCQDiRP2nY5jx_XtEv9203ilcp3GElDGQOExrcM8qOKNgFNwFD95uoSZbn1xMin1XVp1jv6Y1JCM',
  privateKey: 'jo56QI8D37XX2rdNvRu4pQ7j5DqH2xrz9nQyxwmjpLw',
  subject: 'mailto:operator@vidfab.example',
};

export interface Reader {
  readonly subscription: {
    readonly endpoint: string;
    readonly keys: { readonly p256dh: string; readonly auth: string };
  };
  /** What is in the body of a push message. @throws where it is not for this browser, or was altered */
  readonly read: (body: Uint8Array) => string;
}

/** @param given keys that are known, rather than new ones */
export function createReader(
  endpoint: string,
  given: { readonly privateKey: string; readonly auth: string } | null = null,
): Reader {
  const own = createECDH('prime256v1');
  if (given) own.setPrivateKey(given.privateKey, 'base64url');
  else own.generateKeys();
  const auth = given ? Buffer.from(given.auth, 'base64url') : randomBytes(16);
  const publicKey = own.getPublicKey();
  return {
    subscription: { endpoint, keys: { p256dh: publicKey.toString('base64url'), auth: auth.toString('base64url') } },
    read: (body) => {
      const bytes = Buffer.from(body);
      const salt = bytes.subarray(0, 16);
      const recordSize = bytes.readUInt32BE(16);
      const sender = bytes.subarray(21, 21 + bytes.readUInt8(20));
      const sealed = bytes.subarray(21 + sender.length);
      if (sealed.length > recordSize) throw new Error('more than one record');
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), publicKey, sender]);
      const secret = Buffer.from(hkdfSync('sha256', own.computeSecret(sender), auth, info, 32));
      const derive = (name: string, length: number) =>
        Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${name}\0`, length));
      const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
      decipher.setAuthTag(sealed.subarray(-16));
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
      if (plain.at(-1) !== 2) throw new Error('not the last record');
      return plain.subarray(0, -1).toString();
    },
  };
}

/** The claims of an `Authorization: vapid`. @throws where its signature is not that of the key it names */
export function readVapid(authorization: string): {
  readonly key: string;
  readonly header: unknown;
  readonly claims: unknown;
} {
  const [, token = '', key = ''] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  const [header = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'));
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' });
  const signed = { key: publicKey, dsaEncoding: 'ieee-p1363' as const };
  if (!verify('sha256', Buffer.from(`${header}.${claims}`), signed, Buffer.from(signature, 'base64url'))) {
    throw new Error('the signature is not that of the key');
  }
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());
  return { key, header: read(header), claims: read(claims) };
}
