/** Files under a video's name that are none, are damaged, or are made to hurt whoever looks into them. */

import { type Bytes, concat } from '../../server/bytes.ts';

export interface BadFilm {
  readonly name: string;
  readonly bytes: Bytes;
  /** Whether a player still finds a film in it: then it is kept, and only must not hurt. */
  readonly isFilm: boolean;
}

/** @param film `tests/fixtures/tiny.mp4`: ftyp, moov and mdat, in this order */
export function badFilms(film: Bytes): readonly BadFilm[] {
  const mdat = indexOf(film, 'mdat') - 4;
  const [moov, trak] = [boxAt(film, 'moov'), boxAt(film, 'trak')];
  const ftyp = film.slice(0, moov.start);
  const bad = (name: string, bytes: Bytes): BadFilm => ({ name, bytes, isFilm: false });
  return [
    bad('text as .mp4', text('Dear diary, today nothing moved. '.repeat(40))),
    bad('a page as .mp4', text('<!doctype html><title>Sign in to the Wi-Fi</title>')),
    bad('a 0-byte file', new Uint8Array()),
    bad('one byte', new Uint8Array([0])),
    bad('a film cut in its index', film.slice(0, 400)),
    bad('the head of a film alone', ftyp),
    bad('a box of no size', concat(ftyp, number(4), text('moov'))),
    bad('an index that says it is longer than the file', patched(film, moov.start, 0x7fff_ffff)),
    bad(
      'an index of 2^60 bytes',
      concat(ftyp, number(1), text('moov'), number(0x1000_0000), number(0), film.slice(36)),
    ),
    bad('10,000 boxes in one another', concat(ftyp, nested(10_000))),
    bad('pictures without an index', concat(ftyp, film.slice(mdat))),
    bad('a Matroska head of unknown size', concat(number(0x1a45_dfa3), new Uint8Array([0x01, ...Array(7).fill(0xff)]))),
    { name: 'a film cut in its pictures', bytes: film.slice(0, 1_300), isFilm: true },
    { name: 'pictures that say they are longer than the file', bytes: patched(film, mdat, 0x7fff_ffff), isFilm: true },
    bad('a bomb of 20,000 tracks', withTracks(film, { moov, trak, count: 20_000 })),
    bad('an index of 33 MiB', withLines(film, 33 * 1024 * 1024)),
    {
      name: 'four billion pictures in one line of a table',
      bytes: patched(film, indexOf(film, 'stts') + 12, 0xffff_ffff),
      isFilm: true,
    },
    ...['stts', 'stsz', 'stsc', 'stco'].map((table) => {
      const count = indexOf(film, table) + (table === 'stsz' ? 12 : 8);
      return { name: `a table ${table} of four billion lines`, bytes: patched(film, count, 0xffff_ffff), isFilm: true };
    }),
  ];
}

/** Names that a file system, a header or a screen could stumble over. */
export const BAD_NAMES: readonly string[] = [
  '../../etc/passwd.mp4',
  '..\\..\\windows\\system32.mp4',
  '/etc/passwd\0.mp4',
  'two\r\nSet-Cookie: x=1.mp4',
  '\u202egpm.exe.mp4',
  'CON.mp4',
  '-rf *.mp4',
  '<img src=x onerror=alert(1)>.mp4',
  `${'a'.repeat(600)}.mp4`,
  '\ud83d.mp4',
  '\u0000\u0007\u001b[31m',
];

/** What no title that came of a file's name may have in it. */
export const UNSAFE_IN_A_TITLE = /[\p{Cc}\p{Cf}\p{Cs}/\\]/u;

interface Box {
  readonly start: number;
  readonly end: number;
}

/** Each a full track of its own, so that whoever makes an object of every one makes 20,000. */
function withTracks(
  film: Bytes,
  { moov, trak, count }: { readonly moov: Box; readonly trak: Box; readonly count: number },
): Bytes {
  const one = film.slice(trak.start, trak.end);
  const extra = new Uint8Array(one.length * count);
  for (let n = 0; n < count; n++) extra.set(one, n * one.length);
  const body = concat(film.slice(moov.start + 8, moov.end), extra);
  return concat(film.slice(0, moov.start), number(body.length + 8), text('moov'), body, film.slice(moov.end));
}

/** Four million lines that a demuxer makes an object of each. */
function withLines(film: Bytes, length: number): Bytes {
  const stts = boxAt(film, 'stts');
  const lines = Math.floor(length / 8);
  const more = lines * 8;
  const whole = concat(film.slice(0, stts.end), new Uint8Array(more).fill(1), film.slice(stts.end));
  const view = new DataView(whole.buffer);
  view.setUint32(stts.start + 12, view.getUint32(stts.start + 12) + lines);
  for (const type of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stts']) {
    const { start } = boxAt(film, type);
    view.setUint32(start, view.getUint32(start) + more);
  }
  return whole;
}

function nested(depth: number): Bytes {
  const bytes = new Uint8Array(depth * 8);
  const view = new DataView(bytes.buffer);
  for (let level = 0; level < depth; level++) {
    view.setUint32(level * 8, (depth - level) * 8);
    bytes.set(text(level === 0 ? 'moov' : 'trak'), level * 8 + 4);
  }
  return bytes;
}

function boxAt(film: Bytes, type: string): Box {
  const start = indexOf(film, type) - 4;
  return { start, end: start + new DataView(film.buffer, film.byteOffset).getUint32(start) };
}

function indexOf(film: Bytes, type: string): number {
  const at = new TextDecoder('latin1').decode(film).indexOf(type);
  if (at < 0) throw new Error(`the film has no ${type}`);
  return at;
}

function patched(film: Bytes, at: number, value: number): Bytes {
  const copy = film.slice();
  copy.set(number(value), at);
  return copy;
}

function number(value: number): Bytes {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function text(content: string): Bytes {
  return new TextEncoder().encode(content);
}
