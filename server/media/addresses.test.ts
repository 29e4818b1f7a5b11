import { expect, test } from 'vitest';
import { isPrivateHost, isPublicAddress } from './addresses.ts';

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '100.127.255.255',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.7',
  '203.0.113.7',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '168.63.129.16',
  '256.1.1.1',
  '1.1.1',
  '::',
  '::1',
  '::7f00:1',
  '::ffff:7f00:1',
  '::ffff:a9fe:a9fe',
  '::ffff:0:7f00:1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '0:0:0:0:0:ffff:0a00:0001',
  '0000:0000:0000:0000:0000:0000:0000:0001',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::a00:1',
  '2001:0:7f00:1::',
  '2001:10::1',
  '2001:20::1',
  '100::1',
  '2001::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '3fff::1',
  'fc00::1',
  'fd00:ec2::254',
  'fd20:ce::254',
  'fe80::1',
  'fe80::1%eth0',
  'fec0::1',
  'ff02::1',
  '',
  'nonsense',
  '1:2:3',
  '1::2::3',
  '2a00:1450:4001:82a:0:0:0:0:200e',
  '2a00::12345',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.0.1',
  '172.32.0.1',
  '192.0.1.1',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:82a::200e',
  '2001:4860:4860:0:0:0:0:8888',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

test.each([
  'localhost',
  'LOCALHOST.',
  'a.localhost',
  'printer.local',
  'metadata.google.internal',
  'intranet',
  'nas.lan',
  'metadata',
  'instance-data.ec2.internal',
  'router.home.arpa',
  'kubernetes.default.svc.cluster.local',
  'hidden.onion',
  'db.corp',
  'files.home',
])('%s is a private name', (name) => {
  expect(isPrivateHost(name)).toBe(true);
});

test.each(['cdn.example', 'local.example', 'localhost.example', '1.1.1.1', '[2606:4700::1]'])(
  '%s is no private name',
  (name) => {
    expect(isPrivateHost(name)).toBe(false);
  },
);
