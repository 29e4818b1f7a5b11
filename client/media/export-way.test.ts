import * as v from 'valibot';
import { expect, test } from 'vitest';
import { VideoIdSchema } from '../../sync/ids.ts';
import { MAX_CHOSEN } from '../../sync/library-file.ts';
import { exportUrl, exportWay } from './export-way.ts';

const ID = v.parse(VideoIdSchema, '019abe3c-11f0-7aa0-8000-5f3a7c1de001');
const phone = {
  scope: { kind: 'all' },
  hasTarget: false,
  isOnline: true,
  isAllHere: false,
  isAllThere: true,
} as const;

test.each([
  ['a phone that has not all of it, online', {}, 'server'],
  ['one that has all of it', { isAllHere: true }, 'device'],
  ['one that has what the server has not', { isAllThere: false }, 'device'],
  ['one without a network', { isOnline: false }, 'device'],
  ['a browser that can write to a file', { hasTarget: true }, 'device'],
  ['more chosen videos than an address holds', { scope: chosen(MAX_CHOSEN + 1) }, 'device'],
  ['as many as it holds', { scope: chosen(MAX_CHOSEN) }, 'server'],
] as const)('%s: %o by the %s', (_, choice, way) => {
  expect(exportWay({ ...phone, ...choice })).toBe(way);
});

test('an address is no longer than a server takes', () => {
  expect(exportUrl(chosen(MAX_CHOSEN)).length).toBeLessThan(8_000);
});

function chosen(count: number) {
  return { kind: 'chosen', ids: Array.from({ length: count }, () => ID) } as const;
}
