import { expect, test } from 'vitest';
import { readVapid, TEST_VAPID } from '../../tests/support/push.ts';
import { newVapidKeys, vapidAuthorization } from './vapid.ts';

const NOW = 1_800_000_000_000;

test('signs for the one service that is asked, for half a day, with ES256', async () => {
  const header = await vapidAuthorization(TEST_VAPID, 'https://push.example:8443/send/secret', NOW);
  expect(readVapid(header)).toEqual({
    key: TEST_VAPID.publicKey,
    header: { typ: 'JWT', alg: 'ES256' },
    claims: { aud: 'https://push.example:8443', exp: NOW / 1000 + 43_200, sub: TEST_VAPID.subject },
  });
});

test('a signature of another key is noticed', async () => {
  const header = await vapidAuthorization(TEST_VAPID, 'https://push.example/x', NOW);
  const other = await newVapidKeys();
  expect(() => readVapid(header.replace(TEST_VAPID.publicKey, other.publicKey))).toThrow('signature');
});

test('makes keys in the form of every push library, and signs with them', async () => {
  const keys = await newVapidKeys();
  expect(keys.publicKey).toMatch(/^B[\w-]{86}$/);
  expect(keys.privateKey).toMatch(/^[\w-]{43}$/);
  const header = await vapidAuthorization(
    { ...keys, subject: 'https://vidfab.example' },
    'https://push.example/x',
    NOW,
  );
  expect(readVapid(header).key).toBe(keys.publicKey);
});
