import type { MediaResults, Results, Series } from '../results.ts';
import { quantile, summarize } from '../stats.ts';

/** A line of QUALITY.md's budgets, as this run met it. */
export interface Verdict {
  readonly budget: string;
  /** What it came to, in words. */
  readonly found: string;
  readonly spread: string;
  readonly met: boolean;
}

/** The budgets that this run has figures for. */
export function judge({ series, media }: Results): Verdict[] {
  const find = (measure: Series['measure'], network: string, size: number, peer: string) =>
    series.find((s) => s.measure === measure && s.network === network && s.size === size && s.peer === peer);
  const sizes = (measure: Series['measure']) => [
    ...new Set(series.filter((s) => s.measure === measure).map(({ size }) => size)),
  ];
  const verdicts: (Verdict | null)[] = [];

  for (const size of sizes('first sync')) {
    const of = (peer: string) => find('first sync', 'loopback', size, peer);
    const rows = `first sync of ${size.toLocaleString('en')} rows`;
    verdicts.push(
      ratio(`${rows}: ours / bare bulkPut ≤ 1.25`, of('ours'), of('bare'), (r) => r <= 1.25),
      ratio(`${rows}: RxDB / ours ≥ 3`, of('rxdb'), of('ours'), (r) => r >= 3),
      ratio(`${rows}: PouchDB / ours ≥ 8`, of('pouchdb'), of('ours'), (r) => r >= 8),
      ratio(`${rows}: ours / Replicache ≤ 1`, of('ours'), of('replicache'), (r) => r <= 1),
      lighter(`${rows}: bytes ≤ 0.7 × the best peer`, of('ours'), PEERS.map(of)),
    );
  }
  for (const size of sizes('push')) {
    const rows = `push of ${size.toLocaleString('en')} rows`;
    for (const peer of PEERS) {
      const slow = (name: string) => find('push', 'slow 4G', size, name);
      const near = (name: string) => find('push', 'loopback', size, name);
      verdicts.push(
        ratio(`${rows}, slow 4G: ${TITLES[peer]} / ours ≥ 3`, slow(peer), slow('ours'), (r) => r >= 3),
        ratio(`${rows}, loopback: ${TITLES[peer]} / ours > 1`, near(peer), near('ours'), (r) => r > 1),
      );
    }
    const loopback = (peer: string) => find('push', 'loopback', size, peer);
    verdicts.push(lighter(`${rows}: bytes ≤ 0.7 × the best peer`, loopback('ours'), PEERS.map(loopback)));
  }
  for (const size of sizes('propagation')) {
    const of = (peer: string) => find('propagation', 'loopback', size, peer);
    const mine = of('ours');
    if (!mine) continue;
    const { median, min, max } = summarize(mine.ms);
    verdicts.push({
      budget: 'a change seen on another device: p50 ≤ 15 ms',
      found: `p50 ${median.toFixed(1)} ms, p95 ${quantile(mine.ms, 0.95).toFixed(1)} ms`,
      spread: `${min.toFixed(1)}–${max.toFixed(1)} ms`,
      met: median <= 15,
    });
    for (const peer of PEERS) {
      verdicts.push(ratio(`a change seen on another device: ${TITLES[peer]} / ours > 1`, of(peer), mine, (r) => r > 1));
    }
  }
  return [...verdicts.filter((verdict) => verdict !== null), ...(media ? judgeMedia(media) : [])];
}

const HEAP_MB = 64;
const PLAYBACK_MS = 300;

function judgeMedia({ memory, playback }: MediaResults): Verdict[] {
  const flat = memory.map(({ what, side, bytes, peaks }): Verdict => {
    const [heap = 0, buffers = 0] = ['heapUsed', 'arrayBuffers'].map((kind) => (peaks[kind] ?? 0) / 1_000_000);
    return {
      budget: `${what} of ${bytes / 1_000_000} MB, ${side}: heap above rest < ${HEAP_MB} MB`,
      found: `${heap.toFixed(1)} MB, and ${buffers.toFixed(1)} MB of buffers`,
      spread: '',
      met: heap < HEAP_MB,
    };
  });
  const quick = playback.map(({ what, bytes, slowdown, ms }): Verdict => {
    const p95 = quantile(ms, 0.95);
    return {
      budget: `${what} offline, ${bytes / 1_000_000} MB, ${slowdown}× CPU: p95 ≤ ${PLAYBACK_MS} ms`,
      found: `p95 ${p95.toFixed(0)} ms, p50 ${quantile(ms, 0.5).toFixed(0)} ms`,
      spread: `${Math.min(...ms).toFixed(0)}–${Math.max(...ms).toFixed(0)} ms`,
      met: p95 <= PLAYBACK_MS,
    };
  });
  return [...flat, ...quick];
}

const PEERS = ['rxdb', 'pouchdb', 'replicache'] as const;
const TITLES = { rxdb: 'RxDB', pouchdb: 'PouchDB', replicache: 'Replicache' } as const;

function ratio(
  budget: string,
  above: Series | undefined,
  below: Series | undefined,
  holds: (ratio: number) => boolean,
): Verdict | null {
  if (!above || !below) return null;
  const found = summarize(above.ms).median / summarize(below.ms).median;
  // Rounds are interleaved, so each one makes a ratio of its own. Changes have no rounds.
  const rounds =
    above.measure === 'propagation' ? [] : above.ms.map((ms, round) => ms / (below.ms[round] ?? Number.NaN));
  const spread = rounds.length > 0 ? `${Math.min(...rounds).toFixed(2)}–${Math.max(...rounds).toFixed(2)}` : '';
  return { budget, found: found.toFixed(2), spread, met: holds(found) };
}

function lighter(budget: string, mine: Series | undefined, peers: readonly (Series | undefined)[]): Verdict | null {
  const weights = peers.flatMap((peer) => (peer?.traffic ? [peer.traffic.up + peer.traffic.down] : []));
  if (!mine?.traffic || weights.length === 0) return null;
  const found = (mine.traffic.up + mine.traffic.down) / Math.min(...weights);
  return { budget, found: found.toFixed(2), spread: '', met: found <= 0.7 };
}
