import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { createAssets } from './static.ts';

let directory: string;
let testApp: TestApp;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'vidfab-static-'));
  const root = join(directory, 'client');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(directory, 'secret.txt'), 'not for the web');
  await writeFile(join(root, 'index.html'), '<!doctype html><title>VidFab</title>');
  await writeFile(join(root, 'sw.js'), 'self;');
  await writeFile(join(root, 'manifest.webmanifest'), '{}');
  await writeFile(join(root, 'assets/index-3fa9.js'), 'x'.repeat(5000));
  testApp = await createTestApp({ assets: createAssets(root) });
});
afterAll(async () => {
  await testApp[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const page = { accept: 'text/html,*/*' };

describe('the built client', () => {
  test.each([
    ['/sw.js', 'text/javascript; charset=utf-8', 'no-cache'],
    ['/manifest.webmanifest', 'application/manifest+json', 'no-cache'],
    ['/assets/index-3fa9.js', 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
  ])('%s has its type and lifetime', async (path, type, lifetime) => {
    const reply = await testApp.request(path);
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe(type);
    expect(reply.headers.get('cache-control')).toBe(lifetime);
    expect(reply.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(reply.headers.get('x-request-id')).toBeTruthy();
  });

  test.each(['/', '/create', '/video/01a20a45-28cd-7a45-b87d-65f4a5106370', '/trash?x=1'])(
    'a person who goes to %s gets the page, never from a cache alone',
    async (path) => {
      const reply = await testApp.request(path, { headers: page });
      expect(await reply.text()).toContain('<title>VidFab</title>');
      expect(reply.headers.get('cache-control')).toBe('no-cache');
      expect((await testApp.request(path, { headers: { 'sec-fetch-mode': 'navigate' } })).status).toBe(200);
    },
  );

  test('its first address is the page for whoever asks, as a tool on the command line does', async () => {
    const reply = await testApp.request('/', { headers: { accept: '*/*' } });
    expect([reply.status, await reply.text()]).toEqual([200, expect.stringContaining('<title>VidFab</title>')]);
  });

  test.each([
    ['/assets/index-old.js', { accept: '*/*' }],
    ['/assets/index-old.js', { ...page, 'sec-fetch-mode': 'cors' }],
    ['/nothing.png', {}],
    ['/api/nothing', page],
    ['/media/', page],
  ])('%s with %j stays missing', async (path, headers) => {
    expect((await testApp.request(path, { headers })).status).toBe(404);
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/%00',
    '/%ff',
  ])('%s leads nowhere', async (path) => {
    const reply = await createAssets(join(directory, 'client'))(new Request(`http://localhost${path}`));
    expect(reply).toBeNull();
  });

  test('is not sent again to who has it', async () => {
    const etag = (await testApp.request('/sw.js')).headers.get('etag') ?? '';
    const reply = await testApp.request('/sw.js', { headers: { 'if-none-match': etag } });
    expect(reply.status).toBe(304);
    expect(await reply.text()).toBe('');
  });

  test('answers HEAD without a body', async () => {
    const head = await testApp.request('/assets/index-3fa9.js', { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe('5000');
    expect(await head.text()).toBe('');
  });
});
