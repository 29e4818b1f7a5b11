import { expect } from 'vitest';
import type { Person } from './person.ts';

/** Makes a video with the local provider, the one that takes least; resolves once it is stored. */
export async function makeVideo(
  person: Person,
  prompt = 'A fox in the snow',
): Promise<{ readonly id: string; readonly sha256: string; readonly size: number }> {
  const sent = await person.send('POST', '/api/generations', { prompt, model: 'local/sketch' });
  expect(sent.status).toBe(201);
  const [id] = (await sent.json()).data.row.create.videoIds;
  let video: { id: string; sha256: string; size: number } | undefined;
  await expect
    .poll(
      async () => {
        const listed = await (await person.fetch('/api/user/videos?status=completed&limit=100')).json();
        video = listed.data.videos.find((stored: { readonly id: string }) => stored.id === id);
        return video !== undefined;
      },
      { timeout: 90_000, interval: 200 },
    )
    .toBe(true);
  if (!video) throw new Error('not stored');
  return video;
}
