import { afterEach, beforeEach, expect, test } from 'vitest';
import type { VideoId } from '../../sync/ids.ts';
import { capturePoster } from './capture-poster.page.ts';
import { createPosterMaker, type PosterMakerDeps } from './make-posters.ts';
import { film } from './testing/films.page.ts';
import { createMediaWorld, etagOf, type MediaWorld } from './testing/media-world.ts';

let world: MediaWorld;
let sent: { readonly url: string; readonly method: string | undefined; readonly body: Blob }[];
let answer: () => Response | Promise<Response>;
beforeEach(async () => {
  world = await createMediaWorld();
  sent = [];
  answer = () => Response.json({ success: true }, { status: 201 });
});
afterEach(() => world.destroy());

const makerOf = (deps: Partial<PosterMakerDeps> = {}) =>
  createPosterMaker({
    db: world.db,
    fetch: async (url, { method, body }) => {
      sent.push({ url, method, body: body instanceof Blob ? body : new Blob() });
      return answer();
    },
    capture: capturePoster,
    signal: new AbortController().signal,
    ...deps,
  });

async function addWhole(posterAt: number | null = null): Promise<VideoId> {
  const bytes = await film('webm');
  const etag = await etagOf(bytes);
  const id = await world.addVideo({ posterAt, sha256: etag.slice(1, -1) });
  await world.tables.begin({ copyId: id, etag, total: bytes.length, contentType: 'video/webm' });
  await world.tables.append({ copyId: id, etag, offset: 0 }, new Blob([bytes]));
  await world.tables.setVerified({ copyId: id, etag });
  return id;
}

test('a video that has all its bytes here and no poster anywhere gets one, and the server too', async () => {
  const id = await addWhole();
  const [withPoster] = [await addWhole(5), await world.addVideo()];
  await makerOf()();
  expect((await world.db.posters.get(id))?.contentType).toBe('image/webp');
  expect(await world.db.posters.get(withPoster)).toBeUndefined();
  expect(sent.map(({ url, method }) => [method, url])).toEqual([['PUT', `/media/${id}/poster`]]);
  expect(String.fromCharCode(...new Uint8Array(await (sent[0]?.body ?? new Blob()).arrayBuffer()).slice(8, 12))).toBe(
    'WEBP',
  );
  await makerOf()();
  expect(sent).toHaveLength(1);
});

test.each<[string, () => Response | Promise<Response>]>([
  ['no answer', () => Promise.reject(new TypeError('Failed to fetch'))],
  ['a server in trouble', () => new Response(null, { status: 503 })],
  ['a session that is over', () => new Response(null, { status: 401 })],
])('%s: it is sent again later, and the picture stays', async (_, trouble) => {
  const id = await addWhole();
  answer = trouble;
  const make = makerOf();
  await make();
  expect(await world.db.posters.get(id)).toMatchObject({ unsent: 1 });
  answer = () => Response.json({ success: true });
  await make();
  expect(sent).toHaveLength(2);
  expect((await world.db.posters.get(id))?.unsent).toBeUndefined();
});

test('one that the server refuses for good is not sent for ever, nor one that it has by now', async () => {
  const [refused, known] = [await addWhole(), await addWhole()];
  answer = () => new Response(null, { status: 415 });
  const make = makerOf();
  await make();
  expect(sent).toHaveLength(2);
  await world.db.posters.update(known, { unsent: 1 });
  await world.addVideo({ id: known, posterAt: 7 });
  await make();
  expect(sent).toHaveLength(2);
  expect(await world.db.posters.where('unsent').equals(1).count()).toBe(0);
  expect(await world.db.posters.get(refused)).toBeDefined();
});

test('a video that gives no picture is looked at once, and holds up no other', async () => {
  const [first, second] = [await addWhole(), await addWhole()];
  let looks = 0;
  const capture: PosterMakerDeps['capture'] = async (file) => (++looks === 1 ? { kind: 'none' } : capturePoster(file));
  const make = makerOf({ capture });
  await make();
  await make();
  expect(looks).toBe(2);
  const have = [await world.db.posters.get(first), await world.db.posters.get(second)];
  expect(have.filter((poster) => poster !== undefined)).toHaveLength(1);
});
