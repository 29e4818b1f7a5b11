import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { ALICE, answer, createJobsWorld, FILM } from '../../tests/support/jobs-world.ts';
import { type Person, signUp } from '../../tests/support/person.ts';
import { makePicture } from '../../tests/support/pictures.ts';
import { createReader } from '../../tests/support/push.ts';
import { tusOf } from '../../tests/support/tus.ts';
import { CLIENT_IP_HEADER } from '../auth.ts';
import { createJobLoop } from '../generation/jobs.ts';
import type { VideoProvider } from '../generation/provider.ts';
import { eraseAccount } from './erase-account.ts';

const FILM_URL = 'https://cdn.example/film.mp4';
const DAY = 24 * 60 * 60_000;
/** Where a row is, until a job has deleted what it names. */
const QUEUES = ['account_deletion', 'blob_deletion', 'upload'];

let app: TestApp;
let owner: Person;
let other: Person;
/** How far the clock of the server is ahead. */
let ahead = 0;
/** What the provider was told to stop, and how often it did not hear. */
let stopped: unknown[];
let deaf = 0;

beforeEach(async () => {
  [ahead, stopped, deaf] = [0, [], 0];
  app = await createTestApp({
    clock: () => Date.now() + ahead,
    remote: async (url) => (url === FILM_URL ? answer(FILM)() : { kind: 'unreachable', message: 'No answer' }),
    provider: createRenderer(),
  });
  [owner, other] = [await app.signUp(), await app.signUp()];
});
afterEach(() => app[Symbol.asyncDispose]());

/** It takes everything, and ends nothing. */
function createRenderer(): VideoProvider {
  let jobs = 0;
  return {
    name: 'stub',
    models: [
      {
        id: 'stub/film',
        label: 'Stub',
        aspectRatios: ['16:9'],
        durations: [3],
        resolutions: ['360p'],
        seed: true,
        negativePrompt: true,
        sourceImage: 'none',
      },
    ],
    resubmitIsFree: false,
    pollEveryMs: 3_600_000,
    slowestPollMs: 3_600_000,
    deadlineMs: () => DAY,
    outputLifetimeMs: null,
    takeImage: null,
    submit: async () => {
      jobs += 1;
      return { kind: 'submitted', reference: { job: jobs }, requestId: `request-${jobs}` };
    },
    status: async () => ({ kind: 'running', progress: null }),
    cancel: async (reference) => {
      deaf -= 1;
      if (deaf >= 0) throw new Error('no answer');
      stopped.push(reference);
    },
    find: null,
    readWebhook: null,
    refreshModels: null,
    checkKey: null,
    openOutput: async () => null,
    poster: async () => null,
  };
}

const work = (blobs = app.deps.blobs) => createJobLoop({ ...app.deps, blobs }).runSlice(60_000);

async function workThrough(ms: number) {
  for (const step of [0, 11_000, 60_000, 10 * 60_000, ms]) {
    ahead += step;
    await work();
  }
}

const sql = async (text: string, args: string[] = []) => (await app.deps.db.sql.execute({ sql: text, args })).rows;

/** A bit of everything that a person can have, in every table and every store. */
async function furnish(person: Person): Promise<void> {
  const { source, bytes } = makePicture();
  const stored = await person.send('POST', '/api/video/store', { prompt: 'mine', original_url: FILM_URL });
  const { id } = (await stored.json()).data;
  await work();
  await person.fetch(`/media/${id}/poster`, { method: 'PUT', body: new TextEncoder().encode('RIFF\x04\0\0\0WEBP') });
  await person.fetch(`/api/sources/${source.id}`, { method: 'PUT', body: bytes });
  const gone = await person.send('POST', '/api/video/store', { prompt: 'gone', original_url: `${FILM_URL}?gone` });
  await person.fetch(`/api/video/${(await gone.json()).data.id}?permanent=1`, { method: 'DELETE' });
  await person.send('POST', '/api/generations', { prompt: 'a film that is being made' });
  await work();
  await person.send('POST', '/api/push/subscriptions', createReader(`https://push.example/${person.id}`).subscription);
  const tus = tusOf(person);
  await tus.patch(await tus.begin(FILM.length, { filename: `${person.email}.mp4` }), 0, FILM.slice(0, 100));
  await person.send('POST', '/api/video/store', { prompt: 'late', original_url: 'https://cdn.example/late.mp4' });
  await person.send('POST', '/api/generations', { prompt: 'one that nobody has sent yet' });
  for (const text of [
    `INSERT INTO video_alias (user_id, alias_id, id) VALUES (?, 'a', 'b')`,
    `INSERT INTO push_message (user_id, generation_id, endpoint, kind, created_at, next_at) VALUES (?, 'g', 'e', 'failed', 1, 9e15)`,
    `INSERT INTO blob_deletion (user_id, video_id, next_at) VALUES (?, '01a20a45-28cd-7a45-b87d-65f4a5106370', 9e15)`,
  ]) {
    await sql(text, [person.id]);
  }
}

/** Every row that names a person in any column, by its table. */
async function traces({ id, email }: Pick<Person, 'id' | 'email'>): Promise<Record<string, readonly unknown[]>> {
  const found: Record<string, readonly unknown[]> = {};
  for (const { name } of await sql(`SELECT name FROM sqlite_master WHERE type = 'table'`)) {
    const rows = (await sql(`SELECT * FROM "${name}"`)).filter((row) => {
      const text = JSON.stringify(row);
      return text.includes(id) || text.includes(email);
    });
    if (rows.length > 0) found[String(name)] = rows;
  }
  return found;
}

/** The tables that have a column for whose a row is, but for the one of those that are gone. */
async function ownedTables(): Promise<readonly string[]> {
  const rows = await sql(`SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
    WHERE m.type = 'table' AND c.name = 'user_id' AND m.name <> 'account_deletion'`);
  return rows.map(({ name }) => String(name));
}

async function bytesOf({ id }: Person): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { key } of app.deps.blobs.entries()) if (key?.startsWith(`${id}/`)) names.push(key);
  for (const { key } of (await app.deps.uploads?.list()) ?? []) if (key.startsWith(`${id}/`)) names.push(key);
  return names.sort();
}

const remove = (person: Person, password = person.password) =>
  person.send('POST', '/api/auth/delete-user', { password });

function signIn({ email, password }: Person) {
  return app.request('/api/auth/sign-in/email', {
    method: 'POST',
    headers: { 'content-type': 'application/json', [CLIENT_IP_HEADER]: '10.9.7.1' },
    body: JSON.stringify({ email, password }),
  });
}

describe('an account that its owner deletes', () => {
  test('leaves no row and no byte, in whatever table or store there is', async () => {
    await furnish(owner);
    const before = await traces(owner);
    // A table that is new has to be furnished here, and erased there.
    expect(Object.keys(before).sort()).toEqual([...(await ownedTables()), 'user'].sort());
    expect((await bytesOf(owner)).length).toBeGreaterThanOrEqual(5);
    expect((await remove(owner)).status).toBe(200);
    expect(Object.keys(await traces(owner)).sort()).toEqual(QUEUES);
    // Its name, which the person gave it, is gone already.
    expect((await traces(owner)).upload).toMatchObject([{ metadata: '', sha256: null, state: 'dropped' }]);
    await workThrough(60 * 60_000);
    expect([await traces(owner), await bytesOf(owner)]).toEqual([{}, []]);
  });

  test('takes nothing of another person with it', async () => {
    await furnish(owner);
    await furnish(other);
    await work();
    const [rows, bytes] = [await traces(other), await bytesOf(other)];
    await remove(owner);
    expect([await traces(other), await bytesOf(other)]).toEqual([rows, bytes]);
    await work();
    expect([await traces(other), await bytesOf(other)]).toEqual([rows, bytes]);
    expect((await other.fetch('/api/user/videos')).status).toBe(200);
  });

  test('is nobody on every device at once, cannot sign in, and may begin anew as somebody else', async () => {
    await furnish(owner);
    const laptop = (await signIn(owner)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const reply = await remove(owner);
    expect(reply.headers.getSetCookie().join()).toContain('vidfab.session_token=;');
    for (const cookie of [owner.cookie, laptop]) {
      expect((await app.request('/api/user/videos', { headers: { cookie } })).status).toBe(401);
    }
    expect((await signIn(owner)).status).toBe(401);

    const again = await signUp((path, init = {}) => {
      const body = init.body && JSON.stringify({ ...JSON.parse(String(init.body)), email: owner.email });
      return app.request(path, { ...init, ...(path.includes('sign-up') && { body }) });
    });
    expect(again.id).not.toBe(owner.id);
    // What a device of the old account still has it sends as the old one, which the new one is not. [PUSH-7]
    const push = { protocol: 1, user: owner.id, device: 'd'.repeat(16), cursor: null, head: null, limit: 10 };
    const sent = await again.send('POST', '/api/sync', { ...push, push: { videos: [], generations: [] } });
    expect([sent.status, (await sent.json()).code]).toEqual([403, 'identity_changed']);
    expect((await (await again.fetch('/api/user/videos')).json()).data.pagination.total).toBe(0);
  });

  test.each([
    ['a wrong password', 'not the password', 400, 'INVALID_PASSWORD'],
    ['an empty one', '', 400, 'invalid'],
    ['one that is too long to be any', 'x'.repeat(200), 400, 'PASSWORD_TOO_LONG'],
  ])('is not deleted with %s', async (_, password, status, code) => {
    await furnish(owner);
    const [rows, bytes] = [await traces(owner), await bytesOf(owner)];
    const reply = await remove(owner, password);
    expect([reply.status, (await reply.json()).code]).toEqual([status, code]);
    expect([await traces(owner), await bytesOf(owner)]).toEqual([rows, bytes]);
    expect((await signIn(owner)).status).toBe(200);
  });

  test('is not deleted without a password, nor by a mail that nobody sent', async () => {
    for (const body of [{}, { token: 'x' }, { password: null }, { callbackURL: '/' }]) {
      expect((await owner.send('POST', '/api/auth/delete-user', body)).status).toBe(400);
    }
    expect((await owner.fetch('/api/user/videos')).status).toBe(200);
  });

  test('is guessed at five times a minute, and then not at all', async () => {
    const statuses: number[] = [];
    const headers = { 'content-type': 'application/json', [CLIENT_IP_HEADER]: '10.9.7.2', cookie: owner.cookie };
    for (let n = 0; n < 6; n++) {
      const body = JSON.stringify({ password: 'guess' });
      statuses.push((await app.request('/api/auth/delete-user', { method: 'POST', headers, body })).status);
    }
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });

  test('is whole where the database fails in the middle of it', async () => {
    await furnish(owner);
    const bytes = await bytesOf(owner);
    // The last statements of the batch find nothing to delete from.
    await sql('ALTER TABLE user_head RENAME TO elsewhere');
    expect((await remove(owner)).status).toBe(500);
    await sql('ALTER TABLE elsewhere RENAME TO user_head');
    expect([(await signIn(owner)).status, await bytesOf(owner)]).toEqual([200, bytes]);
    expect((await owner.fetch('/api/user/videos')).status).toBe(200);
  });
});

describe('what is left to do after the rows are gone', () => {
  test('bytes outlive a kill, and a store that is away, and are deleted later', async () => {
    await furnish(owner);
    const bytes = await bytesOf(owner);
    await remove(owner);
    // Nothing of it was deleted before the rows were gone.
    expect(await bytesOf(owner)).toEqual(bytes);
    const away = async () => Promise.reject(new Error('the store is away'));
    await work({ ...app.deps.blobs, delete: away });
    const isVideos = (name: string) => name.split('/').length === 3;
    expect((await bytesOf(owner)).filter(isVideos)).toEqual(bytes.filter(isVideos));
    await workThrough(60 * 60_000);
    expect([await traces(owner), await bytesOf(owner)]).toEqual([{}, []]);
  });

  test('the provider is told to stop, and told again where it did not hear; what was not sent is never sent', async () => {
    await furnish(owner);
    await remove(owner);
    deaf = 2;
    await work();
    expect(stopped).toEqual([]);
    ahead += 11_000;
    await work();
    expect(stopped).toEqual([]);
    await workThrough(60 * 60_000);
    expect(stopped).toEqual([{ job: 1 }]);
  });

  test('a provider that never hears is not asked for ever', async () => {
    await furnish(owner);
    await remove(owner);
    deaf = 1_000;
    await workThrough(DAY);
    await work();
    expect(await traces(owner)).toEqual({});
  });

  test('what a request that was under way writes after it goes as well, and is not rendered on', async () => {
    await furnish(owner);
    const { auth } = app.deps;
    // It has passed the session check, and commits when the account is gone.
    const identity = await auth.identify(new Headers({ cookie: owner.cookie }));
    await remove(owner);
    await work();
    const late = await createLateApp(identity);
    const stored = await late('/api/video/store', { prompt: 'late', original_url: FILM_URL });
    const asked = await late('/api/generations', { prompt: 'late' });
    expect([stored.status, asked.status]).toEqual([201, 201]);
    await work();
    expect(Object.keys(await traces(owner))).toContain('video');
    await workThrough(60 * 60_000);
    expect([await traces(owner), await bytesOf(owner), stopped]).toEqual([{}, [], [{ job: 1 }, { job: 2 }]]);
  });

  test('a submission that was under way is stopped as soon as it is known', async () => {
    await using world = await createJobsWorld();
    world.provider.submits = async () => {
      await eraseAccount({ db: world.deps.db, clock: world.now }, ALICE);
      return { kind: 'submitted', reference: { job: 7 }, requestId: 'request-7' };
    };
    await world.pushGeneration();
    await world.work();
    expect([world.provider.calls, await world.files()]).toEqual([['submit', 'cancel'], []]);
  });

  test('and its mark goes too, where it was made after the bytes were deleted', async () => {
    await using world = await createJobsWorld();
    world.provider.resubmitIsFree = false;
    const { blobs, db } = world.deps;
    const putSmall: typeof blobs.putSmall = async (key, bytes) => {
      await eraseAccount({ db, clock: world.now }, ALICE);
      await world.work();
      return blobs.putSmall(key, bytes);
    };
    await world.pushGeneration();
    await world.work({ ...world.deps, blobs: { ...blobs, putSmall } });
    expect([world.provider.calls, await world.files()]).toEqual([['submit', 'cancel'], []]);
  });
});

/** The same server, to which the person is still known. */
async function createLateApp(identity: Awaited<ReturnType<TestApp['deps']['auth']['identify']>>) {
  const { createApp } = await import('../app.ts');
  const late = createApp({ ...app.deps, auth: { ...app.deps.auth, identify: async () => identity } });
  return async (path: string, body: unknown) =>
    late.request(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
}
