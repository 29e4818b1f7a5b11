import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer, type TestServer } from '../../tests/support/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe('a share that no service worker took', () => {
  test.each<[string, Record<string, string>]>([
    ['with no origin', {}],
    ['with the origin null of a share', { origin: 'null', 'sec-fetch-site': 'none' }],
    ['from a page elsewhere', { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' }],
  ])('%s: is answered with a page that says so, and nothing is stored', async (_, headers) => {
    const body = new FormData();
    body.set('videos', new File([new Uint8Array(20 * 1024 * 1024)], 'film.mp4', { type: 'video/mp4' }));
    const response = await fetch(new URL('/share', server.url), { method: 'POST', headers, body, redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/?share=missed']);
    expect((await fetch(new URL('/healthz', server.url))).status).toBe(200);
  });
});
