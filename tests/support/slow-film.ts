import { FILM } from './jobs-world.ts';

/**
 * A film as a camera writes it: pictures, then much that players pass over, and the index at the very end. Who
 * plays it has to ask for its end first.
 * @param between bytes from the pictures to the index
 */
export function slowFilm(between: number): Buffer {
  const film = Buffer.from(FILM);
  const [moov, mdat] = ['moov', 'mdat'].map((type) => film.indexOf(type) - 4);
  if (moov === undefined || mdat === undefined || moov > mdat) throw new Error('the film is not as it was');
  const index = Buffer.from(film.subarray(moov, mdat));
  const pictures = film.subarray(mdat);
  // Where the pictures are now.
  const table = index.indexOf('stco');
  for (let line = 0; line < index.readUInt32BE(table + 8); line++) {
    const at = table + 12 + line * 4;
    index.writeUInt32BE(index.readUInt32BE(at) - index.length, at);
  }
  const gap = Buffer.alloc(between, 7);
  gap.writeUInt32BE(between);
  gap.write('free', 4);
  // Each another film, though it looks the same.
  crypto.getRandomValues(gap.subarray(8, 40));
  return Buffer.concat([film.subarray(0, moov), pictures, gap, index]);
}
