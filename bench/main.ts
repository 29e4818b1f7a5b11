import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { findChromium } from '../scripts/chromium.ts';
import { bundlePages } from './bundle.ts';
import { measureGallery } from './gallery/measure-gallery.ts';
import { measureLighthouse } from './lighthouse/measure-lighthouse.ts';
import { FAULTS, sampleFault } from './measures/faults.ts';
import { prepareFirstSync } from './measures/first-sync.ts';
import { samplePropagation } from './measures/propagation.ts';
import { samplePush } from './measures/push.ts';
import { LOOPBACK, SLOW_4G } from './measures/visit.ts';
import { measureMedia } from './media/measure-media.ts';
import { type Options, parseOptions } from './options.ts';
import { bare } from './peers/bare/peer.ts';
import { ours } from './peers/ours/peer.ts';
import type { Peer } from './peers/peer.ts';
import { pouchdb } from './peers/pouchdb/peer.ts';
import { replicache } from './peers/replicache/peer.ts';
import { rxdb } from './peers/rxdb/peer.ts';
import { tanstack } from './peers/tanstack/peer.ts';
import { workbox } from './peers/workbox/peer.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import { toSvg } from './report/chart.ts';
import { toMarkdown } from './report/markdown.ts';
import type { FaultOutcome, GalleryResults, LighthousePage, MediaResults, Results, ServerResults } from './results.ts';
import { makeVideos } from './rows.ts';
import { benchServer } from './server/bench-server.ts';

const PEERS: readonly Peer[] = [ours, bare, rxdb, pouchdb, replicache];
const WRITERS: readonly Peer[] = [ours, rxdb, pouchdb, replicache];
const QUEUES: readonly Peer[] = [workbox, tanstack];

const options = parseOptions(process.argv.slice(2));
const chosen = (peers: readonly Peer[]) => peers.filter(({ name }) => options.peers?.has(name) ?? true);
const everyone = chosen([...PEERS, ...QUEUES]);
const scripts = await bundlePages(everyone);
const recorder = createRecorder((line) => process.stdout.write(`${line}\n`));
const load = loadavg()[0] ?? 0;

if (options.parts.has('first-sync')) await firstSyncs(options, recorder);
if (options.parts.has('push')) await pushes(options, recorder);
if (options.parts.has('propagation')) await propagation(options, recorder);
const faults = options.parts.has('faults') ? await allFaults(options, recorder) : [];
const server = options.parts.has('server') ? await theServer(options, recorder) : null;
const media = options.parts.has('media') ? await theMedia(options, recorder) : null;
const gallery = options.parts.has('gallery') ? await theGallery(options, recorder) : null;
const lighthouse = options.parts.has('lighthouse') ? await theLighthouse(options, recorder) : null;
await write(report({ faults, server, media, gallery, lighthouse }));
process.exit(0);

async function firstSyncs({ firstSyncRows, rounds }: Options, { attempt, record }: Recorder): Promise<void> {
  for (const size of firstSyncRows) {
    const rows = makeVideos(1, size);
    await using stack = new AsyncDisposableStack();
    const prepared = [];
    for (const peer of chosen(PEERS)) {
      const ready = await attempt(`${peer.name}, seeding`, () => prepareFirstSync(peer, rows, scripts));
      if (ready) prepared.push(stack.use(ready));
    }
    for (let round = 0; round < rounds; round++) {
      for (const { peer, sample } of prepared) {
        const found = await attempt(`${peer.name}, first sync of ${size}`, () => sample(LOOPBACK));
        if (found) record({ measure: 'first sync', size, network: LOOPBACK.name, peer: peer.name }, found);
      }
    }
  }
}

async function pushes({ pushRows: size, rounds }: Options, { attempt, record }: Recorder): Promise<void> {
  for (const network of [LOOPBACK, SLOW_4G]) {
    for (let round = 0; round < rounds; round++) {
      for (const peer of chosen(WRITERS)) {
        const sample = () => samplePush({ peer, rows: size, seed: 100 + round, network, scripts });
        const found = await attempt(`${peer.name}, push of ${size}, ${network.name}`, sample);
        if (found) record({ measure: 'push', size, network: network.name, peer: peer.name }, found);
      }
    }
  }
}

async function propagation({ changes, rounds }: Options, { attempt, record }: Recorder): Promise<void> {
  const passes = Math.min(rounds, 3);
  for (let pass = 0; pass < passes; pass++) {
    for (const peer of chosen(WRITERS)) {
      const sample = () => samplePropagation(peer, Math.ceil(changes / passes), scripts);
      const found = await attempt(`${peer.name}, propagation`, sample);
      const series = { measure: 'propagation', size: changes, network: LOOPBACK.name, peer: peer.name } as const;
      for (const ms of found ?? []) record(series, { ms, traffic: null });
    }
  }
}

async function allFaults({ faultRows: rows }: Options, { attempt, say }: Recorder): Promise<FaultOutcome[]> {
  const outcomes: FaultOutcome[] = [];
  for (const fault of FAULTS) {
    for (const peer of chosen([...WRITERS, ...QUEUES])) {
      const found = await attempt(`${peer.name}, ${fault}`, () => sampleFault({ peer, fault, rows, seed: 5, scripts }));
      if (found) outcomes.push(found);
      if (found) say(`${fault}: ${peer.title} lost ${found.lost}, doubled ${found.doubled}, stuck ${found.stuck}`);
    }
  }
  return outcomes;
}

async function theServer({ quick }: Options, { attempt, say }: Recorder): Promise<ServerResults | null> {
  return attempt('server', () => benchServer({ quick, say }));
}

async function theMedia({ mediaBytes, quick }: Options, { attempt, say }: Recorder): Promise<MediaResults | null> {
  return attempt('media', () => measureMedia({ ...mediaBytes, samples: quick ? 5 : 40, attempt, say }));
}

async function theGallery({ libraries, rounds }: Options, { attempt, say }: Recorder) {
  const found: GalleryResults[] = [];
  for (const videos of libraries) {
    const results = await attempt(`gallery of ${videos}`, () => measureGallery({ videos, rounds, say }));
    if (results) found.push(results);
  }
  return found;
}

async function theLighthouse({ quick, rounds }: Options, { attempt, say }: Recorder) {
  const measure = () => measureLighthouse({ videos: quick ? 50 : 1_000, rounds, say });
  return attempt<readonly LighthousePage[]>('lighthouse', measure);
}

function report(found: Pick<Results, 'faults' | 'server' | 'media' | 'gallery' | 'lighthouse'>): Results {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const [processor] = cpus();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    dirty: git('status', '--porcelain') !== '',
    quick: options.quick,
    machine: {
      processor: processor?.model ?? 'unknown',
      cores: cpus().length,
      node: process.versions.node,
      chromium: execFileSync(findChromium(), ['--version'], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim(),
      load: [load, loadavg()[0] ?? 0],
    },
    peers: everyone.map(({ name, title, settings }) => ({ name, title, settings })),
    series: recorder.series(),
    ...found,
    problems: recorder.problems(),
  };
}

/** A smoke test leaves the measured results alone, and a part leaves those of the whole alone. */
async function write(results: Results): Promise<void> {
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  const part = results.quick ? 'quick' : options.isWhole ? null : [...options.parts].join('-');
  const [data, page] = [part ?? results.date.slice(0, 10), part ?? 'latest'];
  await writeFile(join(folder, `${data}.json`), `${JSON.stringify(results, null, 1)}\n`);
  await writeFile(join(folder, `${page}.md`), toMarkdown(results).replace('latest.svg', `${page}.svg`));
  await writeFile(join(folder, `${page}.svg`), toSvg(results));
  process.stdout.write(`written to bench/results/${page}.md\n`);
}
