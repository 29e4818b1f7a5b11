import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { makePicture } from '../tests/support/pictures.ts';
import { MAX_SOURCE_BYTES, readPicture, sourceOf } from './source-image.ts';

describe('a file is what its bytes say', () => {
  test.each([
    ['jpeg', 160, 90],
    ['png', 64, 200],
    ['webp', 333, 65],
  ] as const)('%s, %i by %i', (type, width, height) => {
    const { bytes } = makePicture({ type, width, height });
    expect(readPicture(bytes)).toEqual({ kind: 'ok', picture: { contentType: `image/${type}`, width, height } });
  });

  test('a lossless and an extended WebP have their size elsewhere', () => {
    const head = (kind: string, ...rest: readonly number[]) =>
      new Uint8Array([...Buffer.from(`RIFF\0\0\0\0WEBP${kind}\0\0\0\0`, 'latin1'), ...rest, ...new Array(10).fill(0)]);
    const size = { contentType: 'image/webp', width: 300, height: 200 };
    const bits = 299 | (199 << 14);
    const lossless = head('VP8L', 0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, bits >>> 24);
    expect(readPicture(lossless)).toEqual({ kind: 'ok', picture: size });
    expect(readPicture(head('VP8X', 0, 0, 0, 0, 299 & 255, 299 >> 8, 0, 199, 0, 0))).toEqual({
      kind: 'ok',
      picture: size,
    });
  });

  test('a JPEG with tables and notes before its frame', () => {
    const { bytes } = makePicture({ type: 'jpeg' });
    const note = new Uint8Array([0xff, 0xe1, 0x01, 0x02, ...new Array(256).fill(0xc0), 0xff]);
    const longer = new Uint8Array([...bytes.subarray(0, 2), ...note, ...bytes.subarray(2)]);
    expect(readPicture(longer)).toMatchObject({ picture: { width: 160, height: 90 } });
  });
});

const encoded = (width: number, height: number) => createCanvas(width, height).encodeSync('png');

describe('what is none is refused with its reason', () => {
  const text = (words: string) => new Uint8Array(Buffer.from(words, 'latin1'));
  test.each([
    ['nothing', new Uint8Array(), 'not_a_picture'],
    ['words', text('A picture of a fox, in words only'), 'not_a_picture'],
    ['a GIF', text('GIF89a\x40\0\x40\0\0\0\0\0\0\0\0\0\0\0\0'), 'not_a_picture'],
    ['an SVG', text('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'), 'not_a_picture'],
    ['a PNG that ends in its head', makePicture().bytes.slice(0, 20), 'not_a_picture'],
    ['a JPEG that ends before its frame', makePicture({ type: 'jpeg' }).bytes.slice(0, 12), 'not_a_picture'],
    ['a small one', encoded(63, 64), 'too_small'],
    ['a wide one', encoded(8193, 64), 'too_wide'],
    ['a heavy one', new Uint8Array(MAX_SOURCE_BYTES + 1), 'too_large'],
  ])('%s: %s', (_, bytes, problem) => {
    expect(readPicture(bytes)).toEqual({ kind: 'refused', problem });
  });
});

test('what a generation names is read, or is no picture', () => {
  const { source } = makePicture();
  expect(sourceOf({ params: { sourceImage: source } })).toEqual(source);
  for (const sourceImage of [undefined, null, 'https://a.example/x.png', { ...source, width: 8 }, { id: source.id }]) {
    expect(sourceOf({ params: { sourceImage } })).toBe(null);
  }
});
