import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateRange, isNotModified, type RangeAnswer } from './ranges.ts';

const ETAG = '"abc"';
const ask = (range: string | null, options: { size?: number; ifRange?: string; method?: string; etag?: string } = {}) =>
  evaluateRange({
    method: options.method ?? 'GET',
    range,
    ifRange: options.ifRange ?? null,
    size: options.size ?? 1000,
    etag: options.etag ?? ETAG,
  });

const full = { kind: 'full' };
const unsatisfiable = { kind: 'unsatisfiable' };
const partial = (start: number, end: number) => ({ kind: 'partial', start, end });

describe('one range', () => {
  test.each([
    ['bytes=0-0', partial(0, 0)],
    ['bytes=0-499', partial(0, 499)],
    ['bytes=500-', partial(500, 999)],
    ['bytes=999-', partial(999, 999)],
    ['bytes=900-5000', partial(900, 999)],
    ['bytes=0-99999999999999999999999999', partial(0, 999)],
    ['bytes=-1', partial(999, 999)],
    ['bytes=-1000', partial(0, 999)],
    ['bytes=-5000', partial(0, 999)],
    ['BYTES=1-2', partial(1, 2)],
    ['bytes=1000-', unsatisfiable],
    ['bytes=1000-2000', unsatisfiable],
    ['bytes=99999999999999999999999999-', unsatisfiable],
    ['bytes=-0', unsatisfiable],
  ])('%s of 1000 bytes', (range, answer) => {
    expect(ask(range)).toEqual(answer);
  });

  test.each(['bytes=0-', 'bytes=-1', 'bytes=0-0'])('%s of no bytes is unsatisfiable', (range) => {
    expect(ask(range, { size: 0 })).toEqual(unsatisfiable);
  });
});

test.each([
  null,
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=5-2',
  'bytes=a-b',
  'bytes=0x1-2',
  'bytes=+1-2',
  'bytes=1.5-2',
  'bytes=1-2-3',
  'bytes=--1',
  'bytes= 1-2',
  'bytes 1-2',
  'bytes:1-2',
  'items=0-1',
  'bytes=0-1,5-6',
  'bytes=0-1, -1',
  'bytes=٣-٤',
])('%s is answered in full', (range) => {
  expect(ask(range)).toEqual(full);
});

test.each([
  ['the strong tag itself', ETAG, partial(0, 1)],
  ['another tag', '"abd"', full],
  ['the same tag, weak', 'W/"abc"', full],
  ['a date', 'Wed, 21 Oct 2026 07:28:00 GMT', full],
  ['several tags', '"abc", "abd"', full],
  ['nothing', '', full],
])('[RFC 9110, 13.1.5] If-Range with %s', (_, ifRange, answer) => {
  expect(ask('bytes=0-1', { ifRange })).toEqual(answer);
});

test('[RFC 9110, 13.1.5] If-Range never matches what has a weak tag, and goes before a 416', () => {
  expect(ask('bytes=0-1', { ifRange: 'W/"abc"', etag: 'W/"abc"' })).toEqual(full);
  expect(ask('bytes=5000-', { ifRange: '"abd"' })).toEqual(full);
  expect(evaluateRange({ method: 'GET', range: 'bytes=0-1', ifRange: ETAG, size: 10, etag: null })).toEqual(full);
});

test('[RFC 9110, 14.2] only GET has ranges', () => {
  expect(ask('bytes=0-1', { method: 'HEAD' })).toEqual(full);
});

test('any single range gives the bytes that a plain reading of it gives', () => {
  const edge = fc.option(fc.nat(60), { nil: null });
  fc.assert(
    fc.property(fc.nat(40), edge, edge, (size, first, last) => {
      expect(ask(`bytes=${first ?? ''}-${last ?? ''}`, { size })).toEqual(oracle(size, first, last));
    }),
    { numRuns: 3000 },
  );
});

test('any text at all gives bytes that exist', () => {
  fc.assert(
    fc.property(fc.nat(2000), fc.stringMatching(/^(bytes=)?[-\d, ]{0,12}$/), (size, range) => {
      const answer = ask(range, { size });
      if (answer.kind !== 'partial') return;
      expect(answer.start).toBeGreaterThanOrEqual(0);
      expect(answer.end).toBeGreaterThanOrEqual(answer.start);
      expect(answer.end).toBeLessThan(size);
    }),
  );
});

test.each([
  [null, false],
  [ETAG, true],
  ['W/"abc"', true],
  ['"x", "abc"', true],
  ['*', true],
  ['"x"', false],
  ['abc', false],
])('[RFC 9110, 13.1.2] If-None-Match: %s', (header, matches) => {
  expect(isNotModified(header, ETAG)).toBe(matches);
});

/** Says which bytes are meant by looking at every one of them. */
function oracle(size: number, first: number | null, last: number | null): RangeAnswer {
  if (first === null && last === null) return { kind: 'full' };
  if (first !== null && last !== null && last < first) return { kind: 'full' };
  const all = Array.from({ length: size }, (_, index) => index);
  const chosen =
    first === null
      ? all
          .slice()
          .reverse()
          .slice(0, last ?? 0)
          .reverse()
      : all.filter((index) => index >= first && (last === null || index <= last));
  const [start, end] = [chosen[0], chosen.at(-1)];
  return start === undefined || end === undefined ? { kind: 'unsatisfiable' } : { kind: 'partial', start, end };
}
