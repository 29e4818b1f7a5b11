import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layOut } from './lay-out.ts';

const sections = (counts: readonly number[], isDated: boolean) =>
  counts.map((count, index) => ({ key: `s${index}`, span: isDated ? { from: -index, to: -index } : null, count }));

test('every tile stands in one row, in order, under its heading', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(12),
      fc.boolean(),
      (counts, columns, lead, isDated) => {
        const grid = layOut({ sections: sections(counts, isDated), columns, lead });
        const rows = Array.from({ length: grid.rows }, (_, index) => grid.rowAt(index));
        expect(new Set(rows.map((row) => `${row.kind} ${row.key}`)).size).toBe(grid.rows);
        expect(rows.filter(({ kind }) => kind === 'heading').length).toBe(isDated ? counts.length : 0);
        const seen = rows.flatMap((row, index) => {
          if (row.kind === 'heading') return [];
          const { band, from, to } = row;
          expect(to - from).toBeGreaterThan(0);
          expect(to - from).toBeLessThanOrEqual(columns);
          return Array.from({ length: to - from }, (_, place) => {
            const video = from + place - band.lead;
            if (video < 0) return 'lead';
            expect(grid.rowOf(band.firstVideo + video)).toBe(index);
            return band.firstVideo + video;
          });
        });
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(grid.videos).toBe(total);
        expect(seen).toEqual([...Array(lead).fill('lead'), ...Array.from({ length: total }, (_, index) => index)]);
      },
    ),
  );
});
