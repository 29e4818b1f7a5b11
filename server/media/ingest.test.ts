import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { crashPoints } from '../../tests/support/crash.ts';
import {
  ALICE,
  answer,
  createJobsWorld,
  FILM,
  FILM_SHA256,
  type JobsWorld,
  STUB_OUTPUT,
  status,
} from '../../tests/support/jobs-world.ts';
import { retryIngest } from './ingest.ts';

const URL_OF_FILM = 'https://cdn.example/film.mp4';
const DAY = 24 * 60 * 60_000;

let world: JobsWorld;
beforeEach(async () => {
  world = await createJobsWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('a video from a URL', () => {
  test('is stored as received, hashed and measured', async () => {
    world.web.set(URL_OF_FILM, answer(FILM));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    expect((await world.video(id)).server.mediaState).toBe('storing');
    await world.work();
    expect((await world.video(id)).server).toEqual({
      mediaState: 'stored',
      mediaError: null,
      bytes: FILM.length,
      sha256: FILM_SHA256,
      posterAt: null,
      storedAt: world.now(),
      width: 64,
      height: 36,
      durationMs: 1000,
      codec: 'avc',
    });
    expect(await world.files()).toEqual([expect.stringMatching(new RegExp(`/alice/${id}/${FILM_SHA256}$`))]);
    expect(await world.jobs()).toEqual([]);
  });

  test('tells devices by one revision', async () => {
    world.web.set(URL_OF_FILM, answer(FILM));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.work();
    expect([(await world.video(id)).rev, await world.head()]).toEqual([2, 2]);
    await world.work();
    expect(await world.head()).toBe(2);
  });

  test.each([
    ['text', new TextEncoder().encode('<html>Sign in to the Wi-Fi</html>'), 'The file is not a video'],
    ['nothing', new Uint8Array(), 'The file is empty'],
    ['half a film', FILM.slice(0, 400), /not a video|damaged|no picture/],
  ])('%s under a video’s name fails for good, and is not kept', async (_, bytes, message) => {
    world.web.set(URL_OF_FILM, answer(bytes));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.work();
    const { server } = await world.video(id);
    expect(server).toMatchObject({ mediaState: 'failed', sha256: null });
    expect(server.mediaError).toMatch(message);
    expect([await world.files(), await world.jobs()]).toEqual([[], []]);
  });

  test('that breaks off is fetched again, not kept short', async () => {
    world.web.set(URL_OF_FILM, answer(FILM.slice(0, 800), { 'content-length': String(FILM.length) }));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.work();
    expect((await world.video(id)).server.mediaState).toBe('storing');
    expect(await world.files()).toEqual([]);
    world.web.set(URL_OF_FILM, answer(FILM, { 'content-length': String(FILM.length) }));
    world.pass(2_000);
    await world.work();
    expect((await world.video(id)).server).toMatchObject({ mediaState: 'stored', sha256: FILM_SHA256 });
  });

  test('a refused address fails at once', async () => {
    world.web.set(URL_OF_FILM, () => ({ kind: 'refused', message: 'The address is on a private network' }));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.work();
    expect((await world.video(id)).server).toMatchObject({
      mediaState: 'failed',
      mediaError: 'The address is on a private network',
    });
  });

  test('no address of a provider’s own storage is taken from a device', async () => {
    const id = await world.pushVideo({ originalUrl: STUB_OUTPUT.url });
    await world.work();
    expect((await world.video(id)).server).toMatchObject({ mediaState: 'storing', sha256: null });
    expect(await world.files()).toEqual([]);
  });
});

describe('stuck in “processing” for ever, error hidden (postiz#1809, clipcrafter#43): a URL that does not answer', () => {
  test('is asked again after 2, 4 and 6 seconds, then with jitter, for seven days', async () => {
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    const waits: number[] = [];
    for (let n = 0; n < 40; n++) {
      await world.work();
      const [job] = await world.jobs();
      waits.push(Number(job?.next_at) - world.now());
      world.pass(Number(job?.next_at) - world.now());
    }
    expect(waits.slice(0, 3)).toEqual([2_000, 4_000, 6_000]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
    expect((await world.video(id)).server.mediaState).toBe('storing');
    world.pass(7 * DAY);
    await world.work();
    expect((await world.video(id)).server).toMatchObject({ mediaState: 'failed', mediaError: 'No answer' });
    expect(await world.jobs()).toEqual([]);
  });

  test('that says it is gone is believed after a few times', async () => {
    world.web.set(URL_OF_FILM, status(404));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    for (let n = 0; n < 6; n++) {
      expect((await world.video(id)).server.mediaState).toBe('storing');
      await world.work();
      world.pass(300_000);
    }
    expect((await world.video(id)).server).toMatchObject({
      mediaState: 'failed',
      mediaError: 'The provider answered 404',
    });
  });

  test('may be tried again by the person', async () => {
    world.web.set(URL_OF_FILM, answer(new Uint8Array([1])));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.work();
    let woken = 0;
    await retryIngest({ ...world.deps, wake: () => woken++ }, ALICE, id);
    expect((await world.video(id)).server).toMatchObject({ mediaState: 'storing', mediaError: null });
    expect(woken).toBe(1);
    world.web.set(URL_OF_FILM, answer(FILM));
    await world.work();
    expect((await world.video(id)).server.mediaState).toBe('stored');
    const head = await world.head();
    await retryIngest({ ...world.deps, wake: () => woken++ }, ALICE, id);
    expect([await world.head(), await world.jobs()]).toEqual([head, []]);
  });
});

describe('a generation’s video', () => {
  test('comes from where the server was told, never from where a device says', async () => {
    const generationId = await world.pushGeneration();
    const [videoId] = (await world.generation(generationId)).create.videoIds;
    world.web.set('https://evil.example/film.mp4', answer(new Uint8Array([1, 2, 3])));
    const id = await world.pushVideo({ originalUrl: 'https://evil.example/film.mp4', generationId, outputIndex: 0 });
    await world.work();
    expect((await world.video(id)).server.mediaState).toBe('storing');
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    world.pass(10_000);
    await world.work();
    const stored = (await world.videos()).filter((row) => row.media_state === 'stored');
    expect(stored.map(({ sha256 }) => sha256)).toEqual(stored.map(() => FILM_SHA256));
    expect(stored.length).toBeGreaterThan(0);
    expect(videoId).toBeDefined();
  });

  test('brings its poster', async () => {
    const generationId = await world.pushGeneration();
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    await world.work();
    world.pass(1000);
    await world.work();
    const [videoId = ''] = (await world.generation(generationId)).create.videoIds;
    expect((await world.video(videoId)).server).toMatchObject({ mediaState: 'stored', posterAt: world.now() });
    expect((await world.files()).map((file) => file.slice(-7)).sort()).toEqual(
      [FILM_SHA256.slice(-7), '/poster'].sort(),
    );
  });
});

describe('killed and started again', () => {
  /** A generation that the provider has finished and the server has not heard of. */
  async function aboutToSucceed(): Promise<string> {
    const generationId = await world.pushGeneration();
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    await world.work();
    const [videoId = ''] = (await world.generation(generationId)).create.videoIds;
    return videoId;
  }

  test('at every step, before and after: one video, one file, the right hash', async () => {
    let point = 0;
    for (const killed of crashPoints()) {
      await world[Symbol.asyncDispose]();
      world = await createJobsWorld();
      const id = await aboutToSucceed();
      world.pass(60_000);
      await world.work(killed.wrap(world.deps)).catch(() => undefined);
      await world.work();
      world.pass(60_000);
      await world.work();
      const where = `killed at ${point++}: ${killed.at()}`;
      expect({ where, ...(await world.video(id)).server }).toMatchObject({
        where,
        mediaState: 'stored',
        sha256: FILM_SHA256,
      });
      const films = (await world.files()).filter((file) => !file.endsWith('/poster'));
      expect({ where, films: films.length }).toEqual({ where, films: 1 });
      expect({ where, jobs: await world.jobs() }).toEqual({ where, jobs: [] });
      if (killed.at() === null) break;
    }
    expect(point).toBeGreaterThan(10);
  });

  test('what was stored before the kill is not fetched again', async () => {
    let fetched = 0;
    world.web.set(URL_OF_FILM, () => {
      fetched++;
      return answer(FILM)();
    });
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.blobs.put({ user: ALICE, video: id }, streamOfFilm(), 10_000);
    await world.work();
    expect((await world.video(id)).server).toMatchObject({ mediaState: 'stored', sha256: FILM_SHA256 });
    expect(fetched).toBe(0);
  });

  test('of two processes only one works on a job, until its lease ends', async () => {
    let fetched = 0;
    world.web.set(URL_OF_FILM, () => {
      fetched++;
      return answer(FILM)();
    });
    await world.pushVideo({ originalUrl: URL_OF_FILM });
    await Promise.all([world.work(), world.work(), world.work()]);
    expect(fetched).toBe(1);
  });
});

describe('[PURGE-1] a video purged meanwhile', () => {
  const purge = () => world.sql('UPDATE video SET purged_at = 9000000000000');

  test.each(['put', 'putSmall'] as const)('during %s: its bytes are deleted', async (step) => {
    const generationId = await world.pushGeneration();
    world.provider.says = { kind: 'succeeded', outputs: [STUB_OUTPUT] };
    await world.work();
    const blobs = {
      ...world.blobs,
      put: async (...args: Parameters<typeof world.blobs.put>) => {
        const done = await world.blobs.put(...args);
        if (step === 'put') await purge();
        return done;
      },
      putSmall: async (...args: Parameters<typeof world.blobs.putSmall>) => {
        const done = await world.blobs.putSmall(...args);
        await purge();
        return done;
      },
    };
    world.pass(1000);
    await world.work({ ...world.deps, blobs });
    expect([await world.files(), await world.jobs()]).toEqual([[], []]);
    const [videoId = ''] = (await world.generation(generationId)).create.videoIds;
    const [row] = await world.sql('SELECT media_state, sha256 FROM video WHERE id = ?', [videoId]);
    expect(row).toMatchObject({ media_state: 'storing', sha256: null });
  });

  test('before a second try: what the first one left is deleted', async () => {
    world.web.set(URL_OF_FILM, answer(FILM));
    const id = await world.pushVideo({ originalUrl: URL_OF_FILM });
    await world.blobs.put({ user: ALICE, video: id }, streamOfFilm(), 10_000);
    await purge();
    await world.work();
    expect([await world.files(), await world.jobs()]).toEqual([[], []]);
  });
});

function streamOfFilm() {
  const reply = answer(FILM)();
  if (reply.kind !== 'reply' || !reply.body) throw new Error('no film');
  return reply.body;
}
