import type { GalleryFigure, GalleryResults, Results } from '../results.ts';
import { quantile, summarize } from '../stats.ts';
import type { Verdict } from './budgets.ts';
import { table } from './table.ts';

const BUDGETS: readonly (readonly [what: string, most: number])[] = [
  ['cold start: first tiles', 1_000],
  ['scroll: p95 frame', 16.8],
  ['scroll: longest task', 50],
  ['fling: slow frames', 5],
];
const COLD_START = 'cold start: first tiles';
/** How much longer the largest library may take to open than the smallest. */
const GROWTH = 1.2;

/** What was found, a column for each size of the library. */
export function gallerySections({ gallery }: Results): string[] {
  const [first] = gallery ?? [];
  if (!gallery || !first) return [];
  const rows = first.figures.map(({ what }) => [what, ...gallery.map((results) => said(results, what))]);
  const note = `${first.slowdown}× CPU slowdown, 390 × 844, no network and no server, the browser started anew for each round.`;
  const columns = gallery.map(({ videos }) => `${videos.toLocaleString('en')} videos`);
  return [`## My Assets\n\n${table(['', ...columns], rows)}\n\n${note}`];
}

/** The lines of QUALITY.md that it judges. */
export function galleryVerdicts({ gallery }: Results): Verdict[] {
  const results = gallery ?? [];
  const each = results.flatMap((library) =>
    BUDGETS.flatMap(([what, most]) => {
      const figure = find(library, what);
      if (!figure) return [];
      const { median, min, max } = summarize(figure.values);
      const budget = `${library.videos.toLocaleString('en')} videos, ${library.slowdown}× CPU, ${what} ≤ ${most} ${figure.unit}`;
      return [{ budget, found: format(median, figure), spread: range(min, max), met: median <= most }];
    }),
  );
  const [small, large] = [results[0], results.at(-1)].map((library) => library && find(library, COLD_START));
  if (!small || !large || small === large) return each;
  const growth = quantile(large.values, 0.5) / quantile(small.values, 0.5);
  const budget = `${COLD_START}, the largest library beside the smallest ≤ ${GROWTH}`;
  return [...each, { budget, found: growth.toFixed(2), spread: '', met: growth <= GROWTH }];
}

function find({ figures }: GalleryResults, wanted: string): GalleryFigure | undefined {
  return figures.find(({ what }) => what === wanted);
}

function said(results: GalleryResults, what: string): string {
  const figure = find(results, what);
  if (!figure) return '';
  const { median, min, max } = summarize(figure.values);
  return `${format(median, figure)} (${range(min, max)})`;
}

function format(value: number, { unit }: GalleryFigure): string {
  return `${digits(value)} ${unit}`;
}

function range(min: number, max: number): string {
  return `${digits(min)}–${digits(max)}`;
}

function digits(value: number): string {
  return value.toFixed(value < 100 ? 1 : 0);
}
