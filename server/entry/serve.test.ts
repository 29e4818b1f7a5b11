import { expect, test } from 'vitest';
import { clientIp } from './serve.ts';

const peer = '203.0.113.7';
const forwarded = '198.51.100.1, 198.51.100.2';

test.each([
  ['nobody in between', { peer, forwarded: null, behindProxy: false }, peer],
  ['a claim without a proxy', { peer: '127.0.0.1', forwarded, behindProxy: false }, '127.0.0.1'],
  ['a claim past the proxy', { peer, forwarded, behindProxy: true }, peer],
  ['the proxy says who', { peer: '127.0.0.1', forwarded, behindProxy: true }, '198.51.100.2'],
  ['the proxy over IPv6', { peer: '::ffff:127.0.0.1', forwarded: ' 2001:db8::1 ', behindProxy: true }, '2001:db8::1'],
  ['the proxy says nothing', { peer: '::1', forwarded: '', behindProxy: true }, '::1'],
])('the client: %s', (_case, connection, ip) => {
  expect(clientIp(connection)).toBe(ip);
});
