import { expect, test } from 'vitest';
import { fileName } from './file-name.ts';

test.each([
  ['Fox', null, 'Fox.mp4'],
  ['Fox', 'video/mp4; codecs="avc1.42000a"', 'Fox.mp4'],
  ['Fox', 'video/quicktime', 'Fox.mov'],
  ['a/b\\c: "d"?', 'video/webm', 'a b c d.webm'],
  ['  ', 'video/x-matroska', 'video.mkv'],
  ['x'.repeat(200), 'application/unknown', `${'x'.repeat(60)}.mp4`],
])('%j of %j is %j', (title, contentType, expected) => {
  expect(fileName(title, contentType)).toBe(expected);
});
