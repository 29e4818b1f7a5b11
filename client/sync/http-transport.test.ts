import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PROTOCOL, type SyncRequest, SyncRequestSchema } from '../../sync/protocol.ts';
import { COLUMNS_TYPE, unpackRequest } from '../../sync/wire.ts';
import { createHttpTransport, type HttpTransportOptions } from './http-transport.ts';

const REPLY = {
  protocol: PROTOCOL,
  epoch: 'aaaaaaaaaaaaaaaa',
  head: '0.',
  serverTime: 1,
  results: [],
  changes: { videos: [], generations: [] },
  cursor: 'c.aaaaaaaaaaaaaaaa.0',
  more: false,
};
const SILENT = { kind: 'unavailable', status: null, retryAfterMs: null };

let server: Server;
let answer: (response: ServerResponse, request: IncomingMessage, body: Buffer) => void;
let ended: AbortController;
beforeEach(async () => {
  ended = new AbortController();
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    answer(response, request, Buffer.concat(chunks));
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(`http://localhost:${port}${path}`, init));
});
afterEach(() => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  server.close();
});

describe('an answer of this protocol', () => {
  test('is a reply', async () => {
    answer = json(200, REPLY);
    expect(await exchange()).toMatchObject({ kind: 'reply', reply: { cursor: REPLY.cursor } });
  });

  test('compressed, and in characters cut across packets', async () => {
    const body = gzipSync(JSON.stringify({ ...REPLY, note: '长城'.repeat(50) }));
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      for (const byte of body) response.write(Buffer.of(byte));
      response.end();
    };
    expect(await exchange()).toMatchObject({ kind: 'reply' });
  });

  test('401 ends the session, 403 of another user is told apart, other 4xx refuse the push', async () => {
    answer = json(401, { success: false, error: 'Unauthorized', code: 'unauthorized' });
    expect(await exchange()).toEqual({ kind: 'unauthorized' });
    answer = json(403, { success: false, error: 'Someone else', code: 'identity_changed' });
    expect(await exchange()).toEqual({ kind: 'identity_changed' });
    answer = json(413, { success: false, error: 'Too large', code: 'too_large' });
    expect(await exchange()).toEqual({ kind: 'refused', status: 413, message: 'Too large' });
  });
});

describe('a transient answer is none at all, whatever it says', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('%d', async (status) => {
    answer = json(status, { success: false, error: 'Later', code: 'later' });
    expect(await exchange()).toEqual({ kind: 'unavailable', status, retryAfterMs: null });
  });

  test.each([
    ['17', 17_000],
    ['0', 0],
    ['-5', 0],
    ['99999999', 3_600_000],
    ['soon', null],
  ])('Retry-After: %s', async (value, retryAfterMs) => {
    answer = json(503, { success: false, error: 'Later', code: 'later' }, { 'retry-after': value });
    expect(await exchange()).toEqual({ kind: 'unavailable', status: 503, retryAfterMs });
  });

  test('Retry-After as a date, which a past one is over', async () => {
    const at = (ms: number) => ({ 'retry-after': new Date(Date.now() + ms).toUTCString() });
    answer = json(429, {}, at(60_000));
    const later = await exchange();
    expect('retryAfterMs' in later && later.retryAfterMs).toBeGreaterThan(50_000);
    expect('retryAfterMs' in later && later.retryAfterMs).toBeLessThanOrEqual(60_000);
    answer = json(429, {}, at(-60_000));
    expect(await exchange()).toMatchObject({ retryAfterMs: 0 });
  });
});

describe('what something on the way says in our place is no answer (workbox, pwa-bundle#241)', () => {
  test.each([200, 401, 403, 404])('a page under status %d', async (status) => {
    answer = (response) => response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Sign in to Wi-Fi</h1>');
    expect(await exchange()).toEqual({ kind: 'unavailable', status, retryAfterMs: null });
  });

  test.each([
    ['another JSON', { ok: true }],
    ['null', null],
    ['a reply without its cursor', { ...REPLY, cursor: undefined }],
  ])('%s under status 200', async (_, body) => {
    answer = json(200, body);
    expect(await exchange()).toEqual({ kind: 'unavailable', status: 200, retryAfterMs: null });
  });

  test('an empty 200 and a 204', async () => {
    answer = (response) => response.writeHead(200).end();
    expect(await exchange()).toMatchObject({ kind: 'unavailable', status: 200 });
    answer = (response) => response.writeHead(204).end();
    expect(await exchange()).toMatchObject({ kind: 'unavailable', status: 204 });
  });

  test('a redirect is not followed', async () => {
    const seen: (string | undefined)[] = [];
    answer = (response, { url }) => {
      seen.push(url);
      response.writeHead(307, { location: '/portal' }).end();
    };
    expect(await exchange()).toEqual(SILENT);
    expect(seen).toEqual(['/api/sync']);
  });
});

describe('no answer', () => {
  test('nobody there', async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(await exchange()).toEqual(SILENT);
  });

  test('reset before the answer, and in the middle of it', async () => {
    answer = (response) => response.destroy();
    expect(await exchange()).toEqual(SILENT);
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' });
      response.write('{"protocol":', () => response.destroy());
    };
    expect(await exchange()).toEqual(SILENT);
  });

  test('silence before the answer', async () => {
    answer = () => undefined;
    expect(await exchange({ silenceMs: 200 })).toEqual(SILENT);
  });

  test('silence in the middle of the answer', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"protocol":');
    };
    expect(await exchange({ silenceMs: 200 })).toEqual(SILENT);
  });

  test('slow is not silent: an answer longer than the limit arrives, byte by byte', async () => {
    const text = JSON.stringify(REPLY);
    let heard = 0;
    answer = async (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let at = 0; at < text.length; at += 8) {
        response.write(text.slice(at, at + 8));
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      response.end();
    };
    const silenceMs = 2_000;
    const start = performance.now();
    expect(await exchange({ silenceMs, onHeard: () => heard++ })).toMatchObject({ kind: 'reply' });
    expect(performance.now() - start).toBeGreaterThan(silenceMs);
    expect(heard).toBeGreaterThan(5);
  });

  test('the signal ends it', async () => {
    answer = () => ended.abort();
    expect(await exchange({ silenceMs: 60_000 })).toEqual(SILENT);
  });

  test('a bomb is not inflated to its end', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 32), { level: 9 });
    let closed: Promise<unknown> | undefined;
    answer = (response) => {
      closed = once(response, 'close');
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(Buffer.concat([bomb, gzipSync(JSON.stringify(REPLY))]));
    };
    expect(await exchange({ maxReplyBytes: 1_000_000 })).toEqual(SILENT);
    await closed;
  });
});

describe('a request', () => {
  test('is compressed where that spares a packet', async () => {
    const seen: [string | undefined, number][] = [];
    answer = (response, { headers }, body) => {
      seen.push([headers['content-encoding'], rowsIn(headers, body)]);
      json(200, REPLY)(response);
    };
    await exchange();
    await exchange({}, newRequest(200));
    vi.stubGlobal('CompressionStream', undefined);
    Reflect.deleteProperty(globalThis, 'CompressionStream');
    expect(await exchange({}, newRequest(200))).toMatchObject({ kind: 'reply' });
    expect(seen).toEqual([
      [undefined, 0],
      ['gzip', 200],
      [undefined, 200],
    ]);
  });

  test('goes as plain JSON to a server that takes no columns', async () => {
    const seen: [string | undefined, number][] = [];
    answer = (response, { headers }, body) => {
      seen.push([headers['content-type'], rowsIn(headers, body)]);
      if (headers['content-type'] === 'application/json') return json(200, REPLY)(response);
      json(415, { success: false, error: 'JSON only', code: 'unsupported' })(response);
    };
    expect(await exchange({}, newRequest(3))).toMatchObject({ kind: 'reply' });
    expect(seen).toEqual([
      [COLUMNS_TYPE, 3],
      ['application/json', 3],
    ]);
  });
});

function rowsIn(headers: IncomingMessage['headers'], body: Buffer): number {
  const sent: unknown = JSON.parse(String(headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body));
  const request = headers['content-type'] === COLUMNS_TYPE ? unpackRequest(sent) : sent;
  return v.parse(SyncRequestSchema, request).push.videos.length;
}

function exchange(more: Partial<HttpTransportOptions> = {}, request = newRequest(0)) {
  return createHttpTransport({ signal: ended.signal, silenceMs: 5_000, ...more }).exchange(request);
}

function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  return (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

function newRequest(rows: number): SyncRequest {
  const videos = Array.from({ length: rows }, (_, index) => ({
    id: `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`,
    set: { title: [`Title ${index}`, '0000000000010000-0123456789abcdef'] },
  }));
  return v.parse(SyncRequestSchema, {
    protocol: PROTOCOL,
    user: crypto.randomUUID(),
    device: '0123456789abcdef',
    cursor: null,
    head: null,
    limit: 100,
    push: { videos, generations: [] },
  });
}
