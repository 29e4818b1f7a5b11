import { expect, test } from 'vitest';
import { createNativeSha256 } from './native-sha256.ts';
import { playable } from './playable.ts';
import { createSha256 } from './sha256.ts';
import { createMediaWorld, etagOf, randomBytes, seeded } from './testing/media-world.ts';

test.each(['blob', 'buffer'])(
  'where no worker controls the page, a verified copy plays as a blob (kept as %s)',
  async (as) => {
    const world = await createMediaWorld();
    const id = await world.addVideo();
    const bytes = randomBytes(1_000, seeded(1));
    const etag = await etagOf(bytes);
    await world.tables.begin({ copyId: id, etag, contentType: 'video/mp4', total: 1_000 });
    const [head, tail] = [bytes.slice(0, 400), bytes.slice(400)];
    await world.tables.append({ copyId: id, etag, offset: 0 }, as === 'blob' ? new Blob([head]) : head.buffer);
    expect((await playable(world.db, id)).url).toBe(`/media/${id}`);
    await world.tables.append({ copyId: id, etag, offset: 400 }, as === 'blob' ? new Blob([tail]) : tail.buffer);
    await world.tables.setVerified({ copyId: id, etag });

    const { url, release } = await playable(world.db, id);
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('video/mp4');
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    release();
    await expect(fetch(url)).rejects.toThrow();
    await world.destroy();
  },
);

test('the hash of the worker is the hash of the page', async () => {
  const [streaming, native] = [await createSha256(), await createNativeSha256()];
  const random = seeded(4);
  for (let i = 0; i < 10; i++) {
    const chunk = randomBytes(Math.floor(random() * 5_000), random);
    streaming.update(chunk);
    native.update(chunk);
  }
  expect(await native.hex()).toBe(await streaming.hex());
});
