import type { Results, Series } from '../results.ts';
import { summarize } from '../stats.ts';
import { groups, headline } from './markdown.ts';

const WIDTH = 790;
const LABELS = 160;
const BAR = 20;
const GAP = 6;
const HEAD = 40;
const VALUES = 96;

/** Bars of medians with whiskers from the smallest to the largest, a panel for each measure. */
export function toSvg({ series, peers }: Results): string {
  const titles = new Map(peers.map(({ name, title }) => [name, title]));
  let y = 12;
  const panels = groups(series).map((group) => {
    const drawn = panel(group, y, (peer) => titles.get(peer) ?? peer);
    y += HEAD + group.length * (BAR + GAP) + 16;
    return drawn;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" role="img" aria-label="Medians of the bench, shorter is better">
<style>
  svg { --ink: #1f2328; --dim: #59636e; --line: #d1d9e0; --ours: #4f46e5; --peer: #a3acb9; color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    svg { --ink: #f0f6fc; --dim: #9198a1; --line: #3d444d; --ours: #8b85ff; --peer: #656c76; }
  }
  text { font: 13px system-ui, sans-serif; fill: var(--ink); }
  .head { font-weight: 600; }
  .dim { fill: var(--dim); font-size: 12px; }
  .ours { fill: var(--ours); }
  .peer { fill: var(--peer); }
  line { stroke: var(--ink); stroke-width: 1.5; }
  .axis { stroke: var(--line); stroke-width: 1; }
</style>
${panels.join('\n')}
</svg>
`;
}

function panel(group: readonly Series[], top: number, title: (peer: string) => string): string {
  const [first] = group;
  if (!first) return '';
  const bars = group.map(({ peer, ms }) => ({ peer, ...summarize(ms) }));
  // A whisker of one slow change would flatten all the others.
  const longest = Math.max(...bars.map(({ median, max }) => Math.min(max, median * 2)));
  const scale = (ms: number) => (Math.min(ms, longest) / longest) * (WIDTH - LABELS - VALUES);
  const bottom = top + HEAD + bars.length * (BAR + GAP);
  const lines = bars.map(({ peer, median, min, max }, index) => {
    const y = top + HEAD + index * (BAR + GAP);
    const middle = y + BAR / 2;
    const value = median < 100 ? median.toFixed(1) : median.toFixed(0);
    return `<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${title(peer)}</text>
<rect class="${peer === 'ours' ? 'ours' : 'peer'}" x="${LABELS}" y="${y}" width="${scale(median).toFixed(1)}" height="${BAR}" rx="2"/>
<line x1="${(LABELS + scale(min)).toFixed(1)}" x2="${(LABELS + scale(max)).toFixed(1)}" y1="${middle}" y2="${middle}"/>
<text class="dim" x="${(LABELS + scale(Math.max(median, max)) + 8).toFixed(1)}" y="${middle + 4}">${value} ms</text>`;
  });
  return `<text class="head" x="${LABELS}" y="${top + 20}">${headline(first)}</text>
<line class="axis" x1="${LABELS}" x2="${LABELS}" y1="${top + HEAD - 4}" y2="${bottom}"/>
${lines.join('\n')}`;
}
