import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pack, unpack } from './columns.ts';
import { uuidv7 } from './ids.ts';

const roundTrip = (values: readonly unknown[]) => unpack(JSON.parse(JSON.stringify(pack(values))), values.length);

describe('columns', () => {
  test('give back whatever JSON went in', () => {
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.array(json), (values) => {
        expect(roundTrip(values)).toEqual(values);
      }),
      { numRuns: 2000 },
    );
  });

  test('give back rows of one shape, with members missing here and there', () => {
    const row = fc.record(
      {
        id: fc.tuple(fc.nat(2 ** 40), fc.uint8Array({ minLength: 10, maxLength: 10 })).map(([t, r]) => uuidv7(t, r)),
        rev: fc.nat(),
        at: fc.option(fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 })),
        stamp: fc.string({ minLength: 4, maxLength: 4 }),
        fields: fc.dictionary(
          fc.constantFrom('title', 'favorite', '__proto__', 'ü'),
          fc.tuple(fc.jsonValue(), fc.string()),
        ),
        half: fc.double({ noDefaultInfinity: true, noNaN: true }),
      },
      { requiredKeys: ['id', 'rev'] },
    );
    const rows = fc.array(row).map((value) => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(rows, (values) => {
        expect(roundTrip(values)).toEqual(values);
      }),
      { numRuns: 500 },
    );
  });

  test('say once what all share, and put the rest side by side', () => {
    const rows = [1, 2, 3].map((n) => ({ kind: 'video', n: 1_700_000_000_000 + n, hash: `${n}`.repeat(4) }));
    expect(pack(rows)).toEqual([
      'object',
      {
        kind: ['same', 'video'],
        n: ['integers', [1_700_000_000_001, 1, 1]],
        hash: ['strings', 4, '111122223333'],
      },
    ]);
  });

  test('keep halves of a character apart', () => {
    expect(roundTrip(['\ud83d', '\ude00'])).toEqual(['\ud83d', '\ude00']);
  });

  test.each([
    [null],
    [['values', [1]]],
    [['strings', 3, 'ab']],
    [['integers', [1, 'x']]],
    [['null', '11', ['values', [1]]]],
    [['null', '1', 5]],
    [['object', [1]]],
    [['object', { a: ['missing', '1', ['values', []]] }]],
    [['uuids', [1, 2], 'ab']],
    [['strings', 1, '😀']],
    [['what', 1]],
  ])('refuse %j as two values', (column) => {
    expect(() => unpack(column, 2)).toThrow('not a column');
  });
});
