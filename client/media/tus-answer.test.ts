import { describe, expect, test } from 'vitest';
import { readTusAnswer } from './tus-answer.ts';

const TOTAL = 1000;
const tus = (status: number, headers: Readonly<Record<string, string>> = {}, body: string | null = null) =>
  new Response(body, { status, headers: { 'tus-resumable': '1.0.0', ...headers } });
const kindOf = async (method: 'POST' | 'HEAD' | 'PATCH', response: Response | null) =>
  (await readTusAnswer(method, response, TOTAL)).kind;

describe('a part counts as sent', () => {
  test('only by a 204 of a tus server with the new offset', async () => {
    expect(await readTusAnswer('PATCH', tus(204, { 'upload-offset': '500' }), TOTAL)).toEqual({
      kind: 'at',
      offset: 500,
    });
  });

  test.each<[string, Response | null]>([
    ['no answer', null],
    ['a captive portal’s HTML 200', new Response('<html>', { headers: { 'content-type': 'text/html' } })],
    ['a 200 that copies the headers', tus(200, { 'upload-offset': '500' })],
    ['a 204 without an offset', tus(204)],
    ['a 204 with an offset that is none', tus(204, { 'upload-offset': '5e2' })],
    ['a 204 of something else', new Response(null, { status: 204, headers: { 'upload-offset': '500' } })],
    ['a 500', tus(500)],
    ['a 507: the server’s disk is full', tus(507)],
    ['a 400: the body ended early', tus(400, {}, JSON.stringify({ code: 'broke_off', error: 'ended early' }))],
    ['a proxy’s 403', new Response('<html>', { status: 403 })],
  ])('never by %s', async (_, response) => {
    expect(await kindOf('PATCH', response)).toBe('unavailable');
  });
});

describe('where an upload is', () => {
  test('is believed also where it is less than was thought', async () => {
    const answer = tus(200, { 'upload-offset': '0', 'upload-length': '1000' });
    expect(await readTusAnswer('HEAD', answer, TOTAL)).toEqual({ kind: 'at', offset: 0 });
  });

  test('is of no use where it is an upload of another length', async () => {
    expect(await kindOf('HEAD', tus(200, { 'upload-offset': '10', 'upload-length': '999' }))).toBe('gone');
  });

  test.each([404, 410])('a %d of the server means anew; of something on the way it means nothing', async (status) => {
    expect([await kindOf('HEAD', tus(status)), await kindOf('HEAD', new Response(null, { status }))]).toEqual([
      'gone',
      'unavailable',
    ]);
  });
});

describe('a place for an upload', () => {
  test('is a path of this server, whatever a proxy made of the origin', async () => {
    const headers = { location: 'http://inner:3000/api/uploads/7-a', 'upload-offset': '12' };
    expect(await readTusAnswer('POST', tus(201, headers), TOTAL)).toEqual({
      kind: 'created',
      url: '/api/uploads/7-a',
      offset: 12,
    });
  });

  test.each(['https://evil.example/steal', '/api/uploads/../auth', '/api/uploads/', ''])(
    'is not «%s»',
    async (location) => {
      expect(await kindOf('POST', tus(201, { location }))).toBe('unavailable');
    },
  );

  test.each([
    [400, 'invalid'],
    [413, 'too_large'],
    [422, 'refused_before'],
  ])('is refused for good by %d %s', async (status, code) => {
    const body = JSON.stringify({ success: false, code, error: 'The words for it' });
    expect(await readTusAnswer('POST', tus(status, {}, body), TOTAL)).toEqual({
      kind: 'refused',
      code,
      message: 'The words for it',
    });
  });

  test('is not refused by what says nothing of why', async () => {
    expect(await kindOf('POST', tus(422, {}, '<html>'))).toBe('unavailable');
    expect(await kindOf('POST', new Response('{"code": "x", "error": "y"}', { status: 413 }))).toBe('unavailable');
  });

  test('there is none where the video is stored, or not known yet', async () => {
    expect(await kindOf('POST', tus(409))).toBe('stored');
    expect(await kindOf('POST', tus(404, {}, '{"code": "not_found", "error": "no"}'))).toBe('unavailable');
  });

  test('comes later where there are too many', async () => {
    expect(await readTusAnswer('POST', tus(429, { 'retry-after': '60' }), TOTAL)).toEqual({
      kind: 'unavailable',
      status: 429,
      retryAfterMs: 60_000,
    });
  });
});

test('a session that ended stops it, whoever says so', async () => {
  for (const method of ['POST', 'HEAD', 'PATCH'] as const) expect(await kindOf(method, tus(401))).toBe('unauthorized');
});
