import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SNIFFED_BYTES, sniff } from './sniff.ts';

const bytes = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0));
const transportStream = Uint8Array.from({ length: 400 }, (_, at) => (at % 188 === 0 ? 0x47 : 1));

test.each([
  ['a real MP4', new Uint8Array(readFileSync(join(import.meta.dirname, '../../tests/fixtures/tiny.mp4'))), 'iso'],
  ['QuickTime', bytes('\0\0\0\x14ftypqt  \0\0\0\0'), 'iso'],
  ['QuickTime of old', bytes('\0\0\0\x08wide\0\0\0\0mdat'), 'iso'],
  ['WebM and Matroska', bytes('\x1aE\xdf\xa3'), 'matroska'],
  ['a transport stream', transportStream, 'mpeg_ts'],
  ['JPEG', bytes('\xff\xd8\xff\xe0'), 'picture'],
  ['PNG', bytes('\x89PNG\r\n'), 'picture'],
  ['GIF', bytes('GIF89a'), 'picture'],
  ['WebP', bytes('RIFF\0\0\0\0WEBPVP8 '), 'picture'],
  ['AVIF', bytes('\0\0\0\x1cftypavif'), 'picture'],
  ['HEIC', bytes('\0\0\0\x1cftypheic'), 'picture'],
  ['MP3', bytes('ID3\x04'), 'audio'],
  ['MP3 without a tag', bytes('\xff\xfb\x90\0'), 'audio'],
  ['Ogg', bytes('OggS\0'), 'audio'],
  ['FLAC', bytes('fLaC'), 'audio'],
  ['WAVE', bytes('RIFF\0\0\0\0WAVE'), 'audio'],
  ['AVI', bytes('RIFF\0\0\0\0AVI '), 'other_video'],
  ['Flash', bytes('FLV\x01'), 'other_video'],
  ['text', bytes('Dear diary, the ftyp of today'), 'unknown'],
  ['a page', bytes('<!doctype html>'), 'unknown'],
  ['UTF-16 text', bytes('\xff\xfeH\0i\0'), 'unknown'],
  ['nothing', new Uint8Array(), 'unknown'],
  ['one byte of a transport stream', bytes('G'), 'unknown'],
] as const)('%s', (_, content, expected) => {
  expect(sniff(content.subarray(0, SNIFFED_BYTES))).toBe(expected);
});
