import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wellFormedJson } from './well-formed.ts';

test.each([
  [String.raw`"\ud800"`, '\ufffd'],
  [String.raw`"\uDC00x"`, '\ufffdx'],
  [String.raw`"\ud83d\ude00"`, '😀'],
  [String.raw`"\ud83d\ud83d\ude00"`, '\ufffd😀'],
  [String.raw`"\\ud800"`, String.raw`\ud800`],
  [String.raw`"\\\ud800"`, '\\\ufffd'],
  [String.raw`"\ud800\\udc00"`, '\ufffd\\udc00'],
  ['"😀"', '😀'],
])('%s', (json, value) => {
  expect(JSON.parse(wellFormedJson(json))).toBe(value);
});

test('strings come out as the language itself makes them well-formed, keys too', () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: 'binary' })),
      fc.array(fc.constantFrom('\ud800', '\udc00', '\\', 'u', 'x')),
      (a, b) => {
        const text = [...a, ...b].join('');
        const parsed: unknown = JSON.parse(wellFormedJson(JSON.stringify({ [text]: text })));
        expect(parsed).toEqual({ [text.toWellFormed()]: text.toWellFormed() });
      },
    ),
  );
});
