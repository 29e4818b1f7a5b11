import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../tests/support/app.ts';
import { BAD_NAMES, badFilms, UNSAFE_IN_A_TITLE } from '../../tests/support/bad-films.ts';
import { answer, FILM } from '../../tests/support/jobs-world.ts';
import type { Person } from '../../tests/support/person.ts';
import { type Tus, tusOf } from '../../tests/support/tus.ts';
import { createJobLoop } from '../generation/jobs.ts';
import type { GuardedReply } from './guarded-fetch.ts';

const web = new Map<string, () => GuardedReply>();
let world: TestApp;
let owner: Person;
let tus: Tus;
beforeAll(async () => {
  world = await createTestApp({
    remote: async (url) => web.get(url)?.() ?? { kind: 'unreachable', message: 'No answer' },
  });
  owner = await world.signUp();
  tus = tusOf(owner);
});
afterAll(() => world[Symbol.asyncDispose]());

const REASON = /^The (file|video) (is|has) [a-z ]+$/;
/** Longer than this, and one file keeps everybody else waiting. */
const PATIENCE_MS = 3_000;

/** Does what is due, and says how long that took. */
async function work(): Promise<number> {
  const since = performance.now();
  await createJobLoop(world.deps).runSlice(60_000);
  return performance.now() - since;
}

const videoOf = async (id: string) => (await (await owner.fetch(`/api/video/${id}`)).json()).data;

/** Kept as it came, or refused with the reason and nothing of it kept. */
async function expectContained(id: string, bytes: Uint8Array, isFilm: boolean): Promise<void> {
  const video = await videoOf(id);
  const reply = await owner.fetch(`/media/${id}`);
  if (video.status === 'completed') {
    expect(isFilm).toBe(true);
    expect(video.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(new Uint8Array(await reply.arrayBuffer())).toEqual(bytes);
    return;
  }
  expect(video).toMatchObject({ status: 'failed', error: expect.stringMatching(REASON) });
  expect(reply.ok).toBe(false);
}

describe.each(badFilms(FILM))('$name', ({ bytes, isFilm }) => {
  test('from a URL', async () => {
    const url = `https://cdn.example/${crypto.randomUUID()}.mp4`;
    web.set(url, answer(bytes));
    const stored = await owner.send('POST', '/api/video/store', { prompt: 'Bad', original_url: url });
    const { id } = (await stored.json()).data;
    expect(await work()).toBeLessThan(PATIENCE_MS);
    // A failed one would be passed through from where it came.
    web.delete(url);
    await expectContained(id, bytes, isFilm);
  });

  test('uploaded', async () => {
    if (bytes.length === 0) {
      const refused = await tus.create(0);
      expect([refused.status, (await refused.json()).error]).toEqual([400, 'The file is empty']);
      return;
    }
    const url = await tus.begin(bytes.length, { filename: 'bad.mp4' });
    expect((await tus.patch(url, 0, bytes)).status).toBe(204);
    expect(await work()).toBeLessThan(PATIENCE_MS);
    const { state, error, video_id } = await tus.state(url);
    if (state === 'done') await expectContained(String(video_id), bytes, isFilm);
    else expect([state, error]).toEqual(['refused', expect.stringMatching(REASON)]);
  });
});

test.each([
  ['longer than it is', FILM.length + 500],
  ['shorter than it is', FILM.length - 500],
])(
  'a file whose length lies, from a URL: said to be %s, it is fetched again and never kept short',
  async (_, length) => {
    const url = `https://cdn.example/${crypto.randomUUID()}.mp4`;
    web.set(url, answer(FILM, { 'content-length': String(length) }));
    const stored = await owner.send('POST', '/api/video/store', { prompt: 'Lies', original_url: url });
    const { id } = (await stored.json()).data;
    await work();
    expect(await videoOf(id)).toMatchObject({ status: 'storing', sha256: null });
  },
);

test('a file whose length lies, uploaded: more than it said is not taken, less is not a whole one', async () => {
  const short = await tus.begin(FILM.length - 500, { filename: 'short.mp4' });
  expect((await tus.patch(short, 0, FILM)).status).toBe(413);
  const long = await tus.begin(FILM.length + 500, { filename: 'long.mp4' });
  expect((await tus.patch(long, 0, FILM)).status).toBe(204);
  await work();
  expect(await tus.state(long)).toMatchObject({ state: 'receiving', offset: FILM.length });
});

test.each(BAD_NAMES)('a file called %j: a title and a download name that are safe', async (filename) => {
  // Of other bytes each time, or it would be the same film.
  const bytes = new Uint8Array([
    ...FILM,
    0,
    0,
    0,
    24,
    ...Buffer.from('free'),
    ...crypto.getRandomValues(new Uint8Array(16)),
  ]);
  const url = await tus.begin(bytes.length, { filename });
  await tus.patch(url, 0, bytes);
  await work();
  const { video_id } = await tus.state(url);
  const { title, status } = await videoOf(String(video_id));
  expect(status).toBe('completed');
  expect(title ?? '').not.toMatch(UNSAFE_IN_A_TITLE);
  const reply = await owner.fetch(`/media/${video_id}?download=1`);
  expect(reply.headers.get('content-disposition')).toMatch(
    /^attachment; filename="[\x20-\x7e]+\.mp4"; filename\*=UTF-8''[\w.%~!-]+$/,
  );
});
