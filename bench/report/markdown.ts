import type { MediaMemory, MediaPlayback, Results, Series } from '../results.ts';
import { quantile, summarize } from '../stats.ts';
import { judge } from './budgets.ts';
import { gallerySections, galleryVerdicts } from './gallery.ts';
import { lighthouseSections, lighthouseVerdicts } from './lighthouse.ts';
import { table } from './table.ts';

/** The whole report as a page of Markdown. */
export function toMarkdown(results: Results): string {
  const titles = new Map(results.peers.map(({ name, title }) => [name, title]));
  const title = (peer: string) => titles.get(peer) ?? peer;
  const { machine } = results;
  return `${[
    '# VidFab beside its peers',
    `Measured ${results.date.slice(0, 16).replace('T', ' ')} UTC at commit \`${results.commit}\`${
      results.dirty ? ' (with changes not yet committed)' : ''
    }${results.quick ? ', **a quick run: a smoke test, no measurement**' : ''}, on ${machine.cores} cores of ${
      machine.processor
    }, Node ${machine.node}, ${machine.chromium}; load average ${machine.load[0]} before, ${machine.load[1]} after. Everything ran side by side in this one run, interleaved, each sample in a browser with a fresh profile. Times are medians with the smallest and largest in brackets; bytes are as sent, headers included, both ways.`,
    '![chart](latest.svg)',
    '## Budgets',
    table(
      ['budget', 'found', 'spread', ''],
      [...judge(results), ...galleryVerdicts(results), ...lighthouseVerdicts(results)].map(
        ({ budget, found, spread, met }) => [budget, found, spread, met ? 'met' : '**missed**'],
      ),
    ),
    ...groups(results.series).map((group) => section(group, title)),
    ...faults(results, title),
    ...server(results),
    ...media(results),
    ...gallerySections(results),
    ...lighthouseSections(results),
    '## Who ran, and how',
    results.peers.map(({ title: name, settings }) => `- **${name}**: ${settings}.`).join('\n'),
    ...(results.problems.length > 0 ? ['## What did not run', results.problems.map((it) => `- ${it}`).join('\n')] : []),
  ].join('\n\n')}\n`;
}

/** Series of one measure, size and network, side by side. */
export function groups(series: readonly Series[]): Series[][] {
  const byKey = new Map<string, Series[]>();
  for (const one of series) {
    const key = `${one.measure} ${one.size} ${one.network}`;
    byKey.set(key, [...(byKey.get(key) ?? []), one]);
  }
  return [...byKey.values()];
}

/** What a group measures, in words. */
export function headline({ measure, size, network }: Series): string {
  if (measure === 'propagation') return `A change seen on another device, ${network}`;
  const what = measure === 'push' ? 'Push of' : 'First sync of';
  return `${what} ${size.toLocaleString('en')} rows, ${network}`;
}

function section(group: readonly Series[], title: (peer: string) => string): string {
  const [first] = group;
  if (!first) return '';
  if (first.measure === 'propagation') {
    const rows = group.map(({ peer, ms }) => [
      title(peer),
      `${summarize(ms).median.toFixed(1)} ms`,
      `${quantile(ms, 0.95).toFixed(1)} ms`,
      `${Math.min(...ms).toFixed(1)}–${Math.max(...ms).toFixed(1)} ms`,
      String(ms.length),
    ]);
    return `## ${headline(first)}\n\n${table(['', 'p50', 'p95', 'range', 'changes'], rows)}`;
  }
  const rows = group.map(({ peer, ms, traffic }) => {
    const { median, min, max } = summarize(ms);
    return [
      title(peer),
      `${median.toFixed(0)} ms (${min.toFixed(0)}–${max.toFixed(0)})`,
      traffic ? kilobytes(traffic.up) : '',
      traffic ? kilobytes(traffic.down) : '',
      traffic ? ((traffic.up + traffic.down) / first.size).toFixed(0) : '',
      traffic ? String(traffic.requests) : '',
    ];
  });
  return `## ${headline(first)}\n\n${table(['', 'time', 'kB up', 'kB down', 'bytes a row', 'requests'], rows)}`;
}

function faults({ faults: outcomes }: Results, title: (peer: string) => string): string[] {
  if (outcomes.length === 0) return [];
  const rows = outcomes.map(({ fault, peer, rows: sent, lost, doubled, stuck, healedMs }) => [
    fault,
    title(peer),
    String(sent),
    bad(lost),
    bad(doubled),
    bad(stuck),
    healedMs === null ? 'never' : `${(healedMs / 1000).toFixed(1)} s`,
  ]);
  return [`## Faults\n\n${table(['fault', '', 'rows', 'lost', 'doubled', 'stuck', 'healed after'], rows)}`];
}

function server({ server: found }: Results): string[] {
  if (!found) return [];
  const rates = found.rates.map(({ what, perSecond }) => [what, Math.round(perSecond).toLocaleString('en')]);
  const latencies = found.latencies.map(({ what, database, p50, p95 }) => [
    what,
    database,
    `${p50.toFixed(2)} ms`,
    `${p95.toFixed(2)} ms`,
  ]);
  return [
    `## Server on one core\n\n${table(['', 'per second'], rates)}`,
    `## Server with a full database\n\n${table(['', 'database', 'p50', 'p95'], latencies)}`,
  ];
}

function media({ media: found }: Results): string[] {
  if (!found) return [];
  return [...(['server', 'Chromium'] as const).map((side) => memory(found.memory, side)), playback(found.playback)];
}

function memory(all: readonly MediaMemory[], side: MediaMemory['side']): string {
  const some = all.filter((one) => one.side === side);
  const kinds = Object.keys(some[0]?.peaks ?? {});
  const rows = some.map(({ what, bytes, seconds, peaks }) => [
    `${what} of ${megabytes(bytes)}`,
    `${seconds.toFixed(1)} s`,
    ...kinds.map((kind) => megabytes(peaks[kind] ?? 0)),
  ]);
  const head = `## Memory of a large video, ${side}, highest above rest`;
  return `${head}\n\n${table(['', 'time', ...kinds], rows)}`;
}

function playback(all: readonly MediaPlayback[]): string {
  const rows = all.map(({ what, bytes, slowdown, ms }) => [
    `${what}, ${megabytes(bytes)}, ${slowdown}× CPU`,
    ...[0.5, 0.95, 1].map((q) => `${quantile(ms, q).toFixed(0)} ms`),
    String(ms.length),
  ]);
  return `## Playing a video kept on the device, network off\n\n${table(['', 'p50', 'p95', 'longest', 'samples'], rows)}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 1e8 ? 1 : 0)} MB`;
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}

function bad(count: number): string {
  return count === 0 ? '0' : `**${count}**`;
}
