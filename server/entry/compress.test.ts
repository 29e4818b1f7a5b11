import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { compress } from './compress.ts';

const text = JSON.stringify({ videos: 'a fox — 狐 '.repeat(500) });
const json = { 'Content-Type': 'application/json', ETag: '"abc"', 'Content-Length': String(Buffer.byteLength(text)) };

function answer(options: {
  accepts?: string;
  headers?: Record<string, string>;
  status?: number;
  method?: string;
  body?: string;
}) {
  const { accepts, headers = json, status = 200, method = 'GET', body = text } = options;
  const request = new Request('http://localhost/', {
    method,
    headers: accepts === undefined ? {} : { 'accept-encoding': accepts },
  });
  return compress(request, new Response(method === 'HEAD' ? null : body, { status, headers }));
}

describe('compression', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'zstd', zstdDecompressSync],
    ['gzip, br', 'br', brotliDecompressSync],
    ['GZIP;q=0.5', 'gzip', gunzipSync],
    ['zstd;q=0, gzip', 'gzip', gunzipSync],
  ])('for %s is %s, and comes back whole', async (accepts, coding, decompress) => {
    const reply = await answer({ accepts });
    const bytes = Buffer.from(await reply.arrayBuffer());
    expect(decompress(bytes).toString()).toBe(text);
    expect(bytes.byteLength).toBeLessThan(500);
    expect(Object.fromEntries(reply.headers)).toEqual({
      'content-encoding': coding,
      'content-type': 'application/json',
      etag: 'W/"abc"',
      vary: 'Accept-Encoding',
    });
  });

  test.each([
    ['nothing is accepted', {}],
    ['only unknown codings are', { accepts: 'deflate, x' }],
    ['the body is a video', { accepts: 'gzip', headers: { 'Content-Type': 'video/mp4' } }],
    ['it is a part', { accepts: 'gzip', status: 206 }],
    ['it is an event stream', { accepts: 'gzip', headers: { 'Content-Type': 'text/event-stream' } }],
    [
      'it is small, and nobody said so',
      { accepts: 'gzip', headers: { 'Content-Type': 'application/json' }, body: '{}' },
    ],
    ['it is small', { accepts: 'gzip', headers: { 'Content-Type': 'application/json', 'Content-Length': '10' } }],
  ])('is left out when %s', async (_case, options) => {
    const reply = await answer(options);
    expect(reply.headers.get('content-encoding')).toBeNull();
    expect(await reply.text()).toBe('body' in options ? options.body : text);
  });

  test('of a HEAD changes nothing but what it depends on', async () => {
    const reply = await answer({ accepts: 'gzip', method: 'HEAD' });
    expect(reply.headers.get('content-length')).toBe(json['Content-Length']);
    expect(reply.headers.get('vary')).toBe('Accept-Encoding');
  });
});
