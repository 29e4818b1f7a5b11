import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../tests/support/app.ts';
import type { Person } from '../tests/support/person.ts';
import { makePicture } from '../tests/support/pictures.ts';
import { createReader } from '../tests/support/push.ts';
import { tusOf } from '../tests/support/tus.ts';
import { WILDCARDS } from './guards.ts';

const UNKNOWN_ID = '01a20a45-28cd-7a45-b87d-65f4a5106370';
const DEVICE = 'd'.repeat(16);

/** What a row knows: two people, and what the first one has: a video that is not stored yet, an upload, a generation, a picture and another device. */
interface World {
  readonly owner: Person;
  readonly other: Person;
  readonly videoId: string;
  readonly uploadId: string;
  readonly generationId: string;
  readonly sourceId: string;
  /** Of another device of the owner. */
  readonly sessionId: string;
}

interface RouteRow {
  readonly body?: (world: World) => unknown;
  /** A body of the right shape and wrong types. */
  readonly wrong?: unknown;
  /** Status for the owner, and for another signed-in person with the owner's id. */
  readonly owner: number;
  readonly other: number;
  /** Needs no session. */
  readonly isPublic?: true;
  /** Changes nothing, so that it may come from wherever it likes. */
  readonly isFromAnywhere?: true;
  /** Not to be sent by the owner here, since it would end the session that the others use. */
  readonly endsSession?: true;
  /** The reply is a stream that nobody ends. */
  readonly isEndless?: true;
  /** Made by whoever sends it, under an id of their own. */
  readonly isUpsert?: true;
  /** Sent as it is, where a route takes something else than JSON. */
  readonly bytes?: Uint8Array<ArrayBuffer>;
  /** Besides those of a JSON body. */
  readonly headers?: (world: World) => Readonly<Record<string, string>>;
}

/** As much of a WebP picture as its first bytes tell. */
const WEBP = new TextEncoder().encode('RIFF\x04\0\0\0WEBP');

const PICTURE = makePicture();

const TUS = { 'tus-resumable': '1.0.0' };
const PART = { ...TUS, 'content-type': 'application/offset+octet-stream', 'upload-offset': '1' };

const sync = {
  body: ({ owner }: World) => syncRequest(owner.id),
  wrong: { protocol: 'one', user: 5, push: [] },
  owner: 200,
  other: 403,
} satisfies RouteRow;

/** Every route of the app. One that is missing here, or stands here in vain, fails the first test. */
const ROUTES: Readonly<Record<string, RouteRow>> = {
  'GET /healthz': { owner: 200, other: 200, isPublic: true },
  'GET /readyz': { owner: 200, other: 200, isPublic: true },
  // From this machine only, which a session does not tell.
  'GET /metrics': { owner: 403, other: 403, isPublic: true },
  'GET /api/auth/get-session': { owner: 200, other: 200, isPublic: true },
  'POST /api/auth/sign-up/email': { body: () => ({}), wrong: { email: 5 }, owner: 400, other: 400, isPublic: true },
  'POST /api/auth/sign-in/email': { body: () => ({}), wrong: { email: 5 }, owner: 400, other: 400, isPublic: true },
  'POST /api/auth/sign-out': { owner: 200, other: 200, isPublic: true, endsSession: true },
  'POST /api/auth/change-password': { body: () => ({}), wrong: { newPassword: 5 }, owner: 400, other: 400 },
  'GET /api/auth/sessions': { owner: 200, other: 200 },
  'DELETE /api/auth/sessions/:id': { owner: 200, other: 404 },
  // After the one before it, which ends a session that this ends as well.
  'POST /api/auth/revoke-other-sessions': { owner: 200, other: 200 },
  // Without a password, and with the wrong one, nothing is deleted.
  'POST /api/auth/delete-user': {
    body: () => ({ password: 'not it' }),
    wrong: { password: 5 },
    owner: 400,
    other: 400,
  },
  'POST /api/sync': sync,
  'GET /api/sync/events': { owner: 200, other: 200, isEndless: true },
  'GET /api/user/videos': { owner: 200, other: 200 },
  'POST /api/video/store': {
    body: () => ({ prompt: 'a fox', original_url: 'https://cdn.example/fox.mp4' }),
    wrong: { prompt: 5, original_url: 'not a URL' },
    owner: 201,
    other: 201,
  },
  'GET /api/video/:id': { owner: 200, other: 404 },
  'PATCH /api/video/:id': { body: () => ({ favorite: true }), wrong: { favorite: 'yes' }, owner: 200, other: 404 },
  'DELETE /api/video/:id': { owner: 200, other: 404 },
  'POST /api/video/:id/restore': { owner: 200, other: 404 },
  'POST /api/video/:id/retry': { owner: 409, other: 404 },
  'GET /api/models': { owner: 200, other: 200 },
  'POST /api/generations': { body: () => ({ prompt: 'a fox' }), wrong: { prompt: 5 }, owner: 201, other: 201 },
  'GET /api/generations/:id': { owner: 200, other: 404 },
  'POST /api/generations/:id/cancel': { owner: 200, other: 404 },
  // Whoever comes with a session only has no signature.
  'POST /api/webhooks/:provider/:user/:generation': { owner: 401, other: 401, isPublic: true },
  'GET /api/push/key': { owner: 200, other: 200 },
  'POST /api/push/subscriptions': {
    body: () => createReader('https://push.example/mine').subscription,
    wrong: { endpoint: 'http://127.0.0.1/', keys: { p256dh: 5, auth: [] } },
    owner: 201,
    other: 201,
  },
  'DELETE /api/push/subscriptions': {
    body: () => ({ endpoint: 'https://push.example/mine' }),
    wrong: { endpoint: 5 },
    owner: 200,
    other: 200,
  },
  'GET /api/sources/:id': { owner: 200, other: 404 },
  'PUT /api/sources/:id': { bytes: PICTURE.bytes, owner: 204, other: 204, isUpsert: true },
  'POST /share': { owner: 303, other: 303, isPublic: true, isFromAnywhere: true },
  'GET /media/:id': { owner: 502, other: 404 },
  'PUT /media/:id/poster': { bytes: WEBP, owner: 201, other: 404 },
  'GET /media/:id/poster': { owner: 200, other: 404 },
  'GET /api/export': { owner: 200, other: 200 },
  'OPTIONS /api/uploads': { owner: 204, other: 204 },
  'POST /api/uploads': {
    headers: ({ videoId }) => ({ ...TUS, 'upload-length': '9', 'upload-metadata': `videoId ${btoa(videoId)}` }),
    owner: 201,
    other: 404,
  },
  'GET /api/uploads/:id': { owner: 200, other: 404 },
  // Its offset is another one.
  'PATCH /api/uploads/:id': { headers: () => PART, owner: 409, other: 404 },
  'POST /api/uploads/:id': {
    headers: () => ({ ...PART, 'x-http-method-override': 'PATCH' }),
    owner: 409,
    other: 404,
  },
  'DELETE /api/uploads/:id': { headers: () => TUS, owner: 204, other: 404 },
};

const rows = Object.entries(ROUTES).map(([route, row]) => {
  const [method = '', path = ''] = route.split(' ');
  return { route, method, path, isWrite: !['GET', 'HEAD', 'OPTIONS'].includes(method), ...row };
});
type Row = (typeof rows)[number];

let testApp: TestApp;
let world: World;

beforeAll(async () => {
  testApp = await createTestApp();
  const [owner, other] = [await testApp.signUp(), await testApp.signUp()];
  const stored = await owner.send('POST', '/api/video/store', {
    prompt: 'mine',
    original_url: 'https://cdn.example/1.mp4',
  });
  const made = await owner.send('POST', '/api/generations', { prompt: 'mine' });
  const uploadId = (await tusOf(owner).begin(9)).split('/').at(-1) ?? '';
  const { source, bytes } = PICTURE;
  await owner.fetch(`/api/sources/${source.id}`, { method: 'PUT', body: bytes });
  world = {
    owner,
    other,
    uploadId,
    videoId: (await stored.json()).data.id,
    generationId: (await made.json()).data.id,
    sourceId: source.id,
    sessionId: await anotherSession(owner),
  };
});
afterAll(() => testApp[Symbol.asyncDispose]());

test('every route of the app stands in the table, and nothing else does', () => {
  const real = testApp.app.routes
    .filter(({ path }) => !WILDCARDS.has(path))
    .map(({ method, path }) => `${method} ${path}`);
  expect(Object.keys(ROUTES).sort()).toEqual([...new Set(real)].sort());
});

describe('who may do what', () => {
  test.each(rows.filter((row) => !row.isPublic))('$route is refused to nobody', async (row) => {
    const reply = await testApp.request(pathOf(row), requestOf(row));
    expect(reply.status).toBe(401);
    expect(await reply.json()).toEqual({ success: false, error: 'Unauthorized', code: 'unauthorized' });
  });

  test.each(rows.filter((row) => !row.isPublic))('$route is refused to a forged session', async (row) => {
    const headers = { ...headersOf(row), cookie: 'vidfab.session_token=forged.c2lnbmF0dXJl' };
    const reply = await testApp.request(pathOf(row), { ...requestOf(row), headers });
    expect(reply.status).toBe(401);
  });

  test.each(rows.filter((row) => !row.endsSession))('$route answers another person $other', async (row) => {
    const reply = await world.other.fetch(pathOf(row), requestOf(row));
    expect(reply.status).toBe(row.other);
    const text = row.isEndless ? await beginningOf(reply) : await reply.text();
    for (const id of [world.videoId, world.generationId, world.uploadId, world.sessionId]) {
      expect(text).not.toContain(id);
    }
  });

  test.each(rows.filter((row) => !row.endsSession))('$route answers its owner $owner', async (row) => {
    const reply = await world.owner.fetch(pathOf(row), requestOf(row));
    expect(reply.status).toBe(row.owner);
    if (row.isEndless) await beginningOf(reply);
  });

  test.each(rows.filter(({ isWrite, isFromAnywhere }) => isWrite && !isFromAnywhere))(
    '$route is refused to another origin',
    async (row) => {
      for (const foreign of [
        { origin: 'https://evil.example' },
        { origin: 'null' },
        { origin: 'http://localhost:81' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site' },
      ]) {
        const reply = await world.owner.fetch(pathOf(row), {
          ...requestOf(row),
          headers: { ...headersOf(row), ...foreign },
        });
        expect({ foreign, status: reply.status }).toEqual({ foreign, status: 403 });
        expect(await reply.json()).toMatchObject({ success: false, code: 'forbidden_origin' });
      }
    },
  );

  test.each(rows.filter(({ isWrite, endsSession }) => isWrite && !endsSession))(
    '$route is open to its own origin',
    async (row) => {
      const headers = { ...headersOf(row), origin: 'http://localhost', 'sec-fetch-site': 'same-origin' };
      const reply = await world.owner.fetch(pathOf(row), { ...requestOf(row), headers });
      expect(reply.status).not.toBe(403);
    },
  );
});

describe('bad input', () => {
  const withBody = rows.filter(({ body }) => body !== undefined);

  test.each(withBody)('$route: malformed JSON is 400', async (row) => {
    const reply = await world.owner.fetch(pathOf(row), {
      method: row.method,
      headers: headersOf(row),
      body: '{"prompt":',
    });
    expect(reply.status).toBe(400);
    expect(await reply.json()).toMatchObject({ success: false, code: 'invalid_json' });
  });

  test.each(withBody)('$route: another content type is 415', async (row) => {
    const headers = { 'content-type': 'text/plain' };
    const reply = await world.owner.fetch(pathOf(row), { method: row.method, headers, body: '{}' });
    expect(reply.status).toBe(415);
    expect(await reply.json()).toMatchObject({ success: false, code: 'unsupported_media_type' });
  });

  test.each(withBody)('$route: an oversized body is 413', async (row) => {
    const body = JSON.stringify({ prompt: 'x'.repeat(8 * 1024 * 1024) });
    const reply = await world.owner.fetch(pathOf(row), { method: row.method, headers: headersOf(row), body });
    expect(reply.status).toBe(413);
    expect(await reply.json()).toMatchObject({ success: false, code: 'too_large' });
  });

  test.each(withBody)('$route: wrong types are 400', async (row) => {
    for (const wrong of [row.wrong, [], 'text', null]) {
      const reply = await world.owner.send(row.method, pathOf(row), wrong);
      expect({ wrong, status: reply.status }).toEqual({ wrong, status: 400 });
      if (!row.isPublic)
        expect(await reply.json()).toMatchObject({ success: false, code: 'invalid', details: expect.any(Array) });
    }
  });

  test.each(rows.filter(({ path, isUpsert }) => path.includes(':id') && !isUpsert))(
    '$route: ids that are not there are 404',
    async (row) => {
      for (const id of [UNKNOWN_ID, 'nonsense', '%00', "'%20OR%201=1", 'x'.repeat(2000)]) {
        const reply = await world.owner.fetch(row.path.replace(':id', id), requestOf(row));
        expect({ id, status: reply.status }).toEqual({ id, status: 404 });
        if (row.method !== 'HEAD') expect(await reply.json()).toMatchObject({ success: false, code: 'not_found' });
      }
    },
  );

  test.each(rows.filter(({ bytes }) => bytes !== undefined))(
    '$route: too many bytes are 413, others than it takes 415',
    async (row) => {
      const send = (body: Uint8Array<ArrayBuffer>) => world.owner.fetch(pathOf(row), { method: row.method, body });
      const [large, other] = [await send(new Uint8Array(12 * 1024 * 1024)), await send(new Uint8Array(100))];
      expect([large.status, other.status]).toEqual([413, 415]);
      expect(await large.json()).toMatchObject({ success: false, code: 'too_large' });
      expect(await other.json()).toMatchObject({
        success: false,
        code: row.isUpsert ? 'not_a_picture' : 'unsupported_media_type',
      });
    },
  );

  test('an unknown path is the envelope with 404, for everyone', async () => {
    for (const path of ['/api/nope', '/api/auth/nope', '/api/auth/reset-password/x', '/media/', '/api/video/x/y/z']) {
      const reply = await testApp.request(path);
      expect({ path, status: reply.status }).toEqual({ path, status: 404 });
      expect(await reply.json()).toMatchObject({ success: false, code: 'not_found' });
    }
  });
});

test('an exception is a 500 without its message or stack, and is logged with both', async () => {
  await using broken = await createTestApp({ clock: () => Date.now() });
  const person = await broken.signUp();
  await broken.deps.db.sql.execute({ sql: 'ALTER TABLE video RENAME TO elsewhere', args: [] });
  const reply = await person.fetch('/api/user/videos');
  expect(reply.status).toBe(500);
  const body = await reply.text();
  expect(JSON.parse(body)).toEqual({ success: false, error: 'Something went wrong on the server', code: 'internal' });
  const logged = broken.log.find(({ event }) => event === 'request failed');
  expect(JSON.stringify(logged)).toContain('no such table');
});

test('what the API says is kept by no cache', async () => {
  for (const path of ['/api/user/videos', '/api/nope', '/api/auth/get-session']) {
    expect((await world.owner.fetch(path)).headers.get('cache-control')).toBe('no-store');
  }
});

test('a request is one line, without query, body, person or session in it', async () => {
  const before = testApp.log.length;
  const reply = await world.owner.fetch('/api/user/videos?q=secret-word');
  const lines = testApp.log.slice(before);
  expect(lines).toEqual([
    {
      time: expect.any(String),
      level: 'info',
      event: 'request',
      id: reply.headers.get('x-request-id'),
      method: 'GET',
      route: '/api/user/videos',
      status: 200,
      ms: expect.any(Number),
      user: expect.stringMatching(/^[0-9a-f]{12}$/),
    },
  ]);
  expect(JSON.stringify(testApp.log)).not.toContain(world.owner.id);
});

async function anotherSession({ email, password, fetch }: Person): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ email, password });
  await testApp.request('/api/auth/sign-in/email', { method: 'POST', headers, body });
  const { sessions } = (await (await fetch('/api/auth/sessions')).json()).data;
  return sessions.find(({ isThis }: { readonly isThis: boolean }) => !isThis).id;
}

function pathOf({ path }: Row): string {
  if (path.startsWith('/api/uploads/')) return path.replace(':id', world.uploadId);
  if (path.startsWith('/api/sources/')) return path.replace(':id', world.sourceId);
  if (path.startsWith('/api/auth/sessions/')) return path.replace(':id', world.sessionId);
  return path.replace(':id', path.startsWith('/api/generations/') ? world.generationId : world.videoId);
}

function requestOf(row: Row): RequestInit {
  if (row.bytes !== undefined) return { method: row.method, body: row.bytes };
  if (row.body === undefined) return { method: row.method, headers: headersOf(row) };
  return { method: row.method, headers: headersOf(row), body: JSON.stringify(row.body(world)) };
}

function headersOf({ body, headers }: Row): Record<string, string> {
  return { ...(body && { 'content-type': 'application/json' }), ...headers?.(world) };
}

async function beginningOf({ body }: Response): Promise<string> {
  const reader = body?.getReader();
  const chunk = await reader?.read();
  await reader?.cancel();
  return new TextDecoder().decode(chunk?.value);
}

function syncRequest(user: string) {
  return {
    protocol: 1,
    user,
    device: DEVICE,
    cursor: null,
    head: null,
    limit: 10,
    push: { videos: [], generations: [] },
  };
}
