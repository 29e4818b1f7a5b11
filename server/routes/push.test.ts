import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import type { Person } from '../../tests/support/person.ts';
import { createReader, TEST_VAPID } from '../../tests/support/push.ts';

let world: TestApp;
let person: Person;
beforeAll(async () => {
  world = await createTestApp();
  person = await world.signUp();
});
afterAll(() => world[Symbol.asyncDispose]());

const PATH = '/api/push/subscriptions';
const { subscription } = createReader('https://push.example/phone');
const endpoints = async () => {
  const { rows } = await world.deps.db.sql.execute({ sql: 'SELECT * FROM push_subscription', args: [] });
  return rows.map(({ endpoint, user_id }) => [endpoint, user_id]);
};

test('the public key is told, the private one is not', async () => {
  const reply = await (await person.fetch('/api/push/key')).text();
  expect(JSON.parse(reply)).toEqual({ success: true, data: { publicKey: TEST_VAPID.publicKey } });
});

test('a browser is kept for whoever is signed in, and forgotten for them alone', async () => {
  // As `PushSubscription.toJSON` writes it.
  expect((await person.send('POST', PATH, { ...subscription, expirationTime: null })).status).toBe(201);
  expect(await endpoints()).toEqual([[subscription.endpoint, person.id]]);
  const other = await world.signUp();
  expect((await other.send('DELETE', PATH, { endpoint: subscription.endpoint })).status).toBe(200);
  expect(await endpoints()).toHaveLength(1);
  expect((await person.send('DELETE', PATH, { endpoint: subscription.endpoint })).status).toBe(200);
  expect(await endpoints()).toEqual([]);
});

test.each([
  'http://push.example/x',
  'https://user:pass@push.example/x',
  'https://127.0.0.1/x',
  'https://2130706433/x',
  'https://[::1]/x',
  'https://169.254.169.254/x',
  'https://localhost/x',
  'https://metadata.google.internal/x',
  'https://server/x',
  'ftp://push.example/x',
  'no URL',
  `https://push.example/${'x'.repeat(2048)}`,
])('%.60s is no endpoint that this server would ask', async (endpoint) => {
  const reply = await person.send('POST', PATH, { ...subscription, endpoint });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ code: 'invalid', details: [{ path: 'endpoint' }] });
  expect(await endpoints()).toEqual([]);
});

test.each([
  ['p256dh', ''],
  ['p256dh', subscription.keys.auth],
  ['p256dh', Buffer.alloc(65, 4).toString('base64url')],
  ['p256dh', `${'*'.repeat(87)}`],
  ['auth', ''],
  ['auth', subscription.keys.p256dh],
])('keys that nothing could be encrypted with are refused: %s %.20s', async (name, value) => {
  const keys = { ...subscription.keys, [name]: value };
  const reply = await person.send('POST', PATH, { ...subscription, keys });
  expect(reply.status).toBe(400);
  expect(await reply.json()).toMatchObject({ details: [{ path: `keys.${name}` }] });
});

test('a server without keys says so', async () => {
  await using silent = await createTestApp({ vapid: null });
  const someone = await silent.signUp();
  expect((await (await someone.fetch('/api/push/key')).json()).data).toEqual({ publicKey: null });
  const reply = await someone.send('POST', PATH, subscription);
  expect([reply.status, (await reply.json()).code]).toEqual([503, 'push_unavailable']);
});
