import { expect, test } from 'vitest';
import { createReader } from '../../tests/support/push.ts';
import { encryptMessage, newEphemeral } from './encrypt.ts';

const bytes = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'));
const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));

/** RFC 8291, appendix A. */
const VECTOR = {
  plain: 'When I grow up, I want to be a watermelon',
  receiver: {
    publicKey: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    privateKey: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  },
  sender: {
    publicKey: 'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
    privateKey: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  },
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
};

test('encrypts the example of RFC 8291 to its very bytes', async () => {
  const { publicKey, privateKey } = VECTOR.sender;
  const point = bytes(publicKey);
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => Buffer.from(half).toString('base64url'));
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const jwk = { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' };
  const keys = {
    publicKey: await crypto.subtle.importKey('jwk', jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey('jwk', { ...jwk, d: privateKey }, curve, true, ['deriveBits']),
  };
  const { plain, receiver } = VECTOR;
  const to = { publicKey: bytes(receiver.publicKey), auth: bytes(receiver.auth) };
  const body = await encryptMessage(new TextEncoder().encode(plain), to, { keys, salt: bytes(VECTOR.salt) });
  expect(Buffer.from(body).toString('base64url')).toBe(VECTOR.body);
  expect(createReader('', receiver).read(body)).toBe(plain);
});

test('is read by the browser it is for, differs each time, and by no other browser', async () => {
  const [mine, another] = [createReader(''), createReader('')];
  const { p256dh, auth } = mine.subscription.keys;
  const to = { publicKey: bytes(p256dh), auth: bytes(auth) };
  const plain = new TextEncoder().encode('{"kind":"succeeded"}');
  const once = await encryptMessage(plain, to, await newEphemeral(random));
  const again = await encryptMessage(plain, to, await newEphemeral(random));
  expect([mine.read(once), mine.read(again)]).toEqual(['{"kind":"succeeded"}', '{"kind":"succeeded"}']);
  expect(Buffer.from(once).equals(again)).toBe(false);
  expect(() => another.read(once)).toThrow();
  once[once.length - 1] = (once.at(-1) ?? 0) ^ 1;
  expect(() => mine.read(once)).toThrow();
});

test('refuses a key that is no point on the curve', async () => {
  const to = { publicKey: new Uint8Array(65).fill(4), auth: new Uint8Array(16) };
  await expect(encryptMessage(new Uint8Array(1), to, await newEphemeral(random))).rejects.toThrow();
});
