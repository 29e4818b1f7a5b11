import { expect, test } from 'vitest';
import { measureFile } from '../media/measure-file.page.ts';
import { sniff } from '../media/sniff.ts';
import { film } from '../media/testing/films.page.ts';
import { hevc } from '../media/testing/hevc-film.ts';
import { canPlay } from './can-play.ts';

async function typeOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const measured = await measureFile(new Blob([bytes]), sniff(bytes));
  if (measured.kind !== 'video') throw new Error(measured.reason);
  return measured.measures.contentType;
}

test.each(['mp4', 'mov', 'webm', 'mkv'] as const)('a film in %s, as it is measured', async (as) => {
  expect(canPlay(await typeOf(await film(as)))).toBe(true);
});

test('nothing that this browser has no decoder for', async () => {
  expect(canPlay(await typeOf(await hevc()))).toBe(false);
});

test('what nobody knows the type or the codecs of', () => {
  expect([canPlay(null), canPlay('video/mp4'), canPlay('video/quicktime')]).toEqual([true, true, true]);
});
