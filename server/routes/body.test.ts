import { gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { envelope, HttpError } from '../errors.ts';
import { readJson } from './body.ts';

const limits = { maxBytes: 1000, maxInflatedBytes: 4000 };
const app = new Hono()
  .post('/', async (c) => c.json(await readJson(c, limits)))
  .onError((error, c) => {
    if (error instanceof HttpError) return c.json(envelope(error), error.status);
    throw error;
  });

async function post(body: BodyInit | null, headers: Record<string, string> = {}) {
  const reply = await app.request('/', {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  return { status: reply.status, body: await reply.json() };
}

/** A body without a declared length, in many chunks; counts what was taken of it. */
function endless(chunk: Uint8Array<ArrayBuffer>) {
  let pulled = 0;
  const stream = new ReadableStream({
    pull(controller) {
      pulled += chunk.byteLength;
      controller.enqueue(chunk);
    },
  });
  return { stream, pulled: () => pulled };
}

const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

describe('a JSON body', () => {
  test('is read plain and gzipped', async () => {
    const text = JSON.stringify({ prompt: 'a fox — 狐', n: [1, 2] });
    expect(await post(text)).toEqual({ status: 200, body: JSON.parse(text) });
    expect(await post(gzipSync(text), { 'content-encoding': 'gzip' })).toEqual({ status: 200, body: JSON.parse(text) });
    expect((await post(text, { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200);
  });

  test.each([
    ['malformed', '{"a":', {}, 400, 'invalid_json'],
    ['empty', '', {}, 400, 'invalid_json'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'invalid_json'],
    ['said to be gzip but is not', '{}', { 'content-encoding': 'gzip' }, 400, 'invalid_json'],
    ['gzip cut short', gzipSync('{"a":1}').subarray(0, 20), { 'content-encoding': 'gzip' }, 400, 'invalid_json'],
    ['another coding', '{}', { 'content-encoding': 'br' }, 415, 'unsupported_media_type'],
    ['another type', '{}', { 'content-type': 'text/plain' }, 415, 'unsupported_media_type'],
    ['a form', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
    ['too large', `"${'x'.repeat(1000)}"`, {}, 413, 'too_large'],
    ['65 levels deep', nested(66), {}, 400, 'invalid_json'],
  ])('%s is answered %#', async (_name, body, headers, status, code) => {
    const reply = await post(body, headers);
    expect(reply).toMatchObject({ status, body: { success: false, code } });
  });

  test('may be 64 levels deep', async () => {
    expect((await post(nested(64))).status).toBe(200);
  });

  test('that inflates without end is refused after the limit, not after its end', async () => {
    const bomb = gzipSync(new Uint8Array(100_000));
    expect(bomb.byteLength).toBeLessThan(limits.maxBytes);
    expect(await post(bomb, { 'content-encoding': 'gzip' })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    });
  });

  test('without a length is cut off at the limit', async () => {
    const { stream, pulled } = endless(new TextEncoder().encode('x'.repeat(100)));
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'POST', body: stream, headers, duplex: 'half' };
    const reply = await app.request(new Request('http://localhost/', init));
    expect(reply.status).toBe(413);
    expect(pulled()).toBeLessThan(10 * limits.maxBytes);
  });
});
