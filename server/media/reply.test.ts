import { expect, test } from 'vitest';
import { safeVideoType } from './reply.ts';

test.each([
  ['video/webm', 'video/webm'],
  ['video/webm; codecs="vp09.00.10.08, opus"', 'video/webm'],
  ['Video/QuickTime', 'video/quicktime'],
  ['text/html', 'video/mp4'],
  ['text/html; video/webm', 'video/mp4'],
  ['', 'video/mp4'],
  [null, 'video/mp4'],
])('%j is served as %s', (said, expected) => {
  expect(safeVideoType(said)).toBe(expected);
});
