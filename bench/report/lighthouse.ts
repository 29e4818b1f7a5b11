import type { LighthousePage, LighthouseRun, Results } from '../results.ts';
import { summarize } from '../stats.ts';
import type { Verdict } from './budgets.ts';
import { table } from './table.ts';

type Figure = Exclude<keyof LighthouseRun, 'benchmarkIndex'>;

const ROWS: readonly (readonly [Figure, string, (value: number) => string, ((value: number) => boolean) | null])[] = [
  ['performance', 'performance', String, (value) => value === 100],
  ['accessibility', 'accessibility', String, (value) => value === 100],
  ['bestPractices', 'best practices', String, (value) => value === 100],
  ['fcpMs', 'first contentful paint', milliseconds, null],
  ['lcpMs', 'largest contentful paint ≤ 1.5 s', milliseconds, (value) => value <= 1_500],
  ['speedIndexMs', 'speed index', milliseconds, null],
  ['tbtMs', 'total blocking time ≤ 66 ms', milliseconds, (value) => value <= 66],
  ['cls', 'cumulative layout shift ≤ 0.02', (value) => value.toFixed(3), (value) => value <= 0.02],
];

/** What Lighthouse found, a table a page. */
export function lighthouseSections({ lighthouse }: Results): string[] {
  return (lighthouse ?? []).map((page) => {
    const rows = ROWS.map(([figure, title, format]) => {
      const { median, min, max } = of(page, figure);
      return [title, format(median), `${format(min)}–${format(max)}`];
    });
    const { length } = page.runs;
    const speed = summarize(page.runs.map(({ benchmarkIndex }) => benchmarkIndex)).median;
    const note = `${length} runs, mobile, simulated throttling; benchmark index of this machine ${speed.toFixed(0)}.`;
    const failing = page.failing.length > 0 ? `Short of full marks in the last run: ${page.failing.join('; ')}.` : '';
    const parts = [`## Lighthouse: ${page.what}`, table(['', 'median', 'range'], rows), `${note} ${failing}`.trim()];
    return parts.join('\n\n');
  });
}

/** The lines of QUALITY.md that it judges. */
export function lighthouseVerdicts({ lighthouse }: Results): Verdict[] {
  return (lighthouse ?? []).flatMap((page) =>
    ROWS.flatMap(([figure, title, format, isMet]) => {
      if (!isMet) return [];
      const { median, min, max } = of(page, figure);
      const budget = `Lighthouse, ${page.what}: ${title}`;
      return [{ budget, found: format(median), spread: `${format(min)}–${format(max)}`, met: isMet(median) }];
    }),
  );
}

function of({ runs }: LighthousePage, figure: Figure) {
  return summarize(runs.map((run) => run[figure]));
}

function milliseconds(value: number): string {
  return `${value.toFixed(0)} ms`;
}
