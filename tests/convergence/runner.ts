import { createSimulator, type History, type HistoryOptions, type Simulator } from './history.ts';
import { type Counts, formatHits } from './hits.ts';

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
  /** The shortest telling that still fails. */
  readonly acts: number;
  readonly without: readonly number[];
  readonly emphasis: readonly string[];
  readonly trace: readonly string[];
}

export interface Run {
  readonly histories: number;
  readonly seconds: number;
  readonly failed: readonly Failure[];
  readonly counts: Counts;
}

export interface RunOptions {
  /** The first seed; the others follow it. */
  readonly from: number;
  readonly histories: number;
  /** How many failing seeds are told before it stops. */
  readonly failures: number;
  /** Whether failing histories are shortened and told in words. */
  readonly shorten: boolean;
  /** Kinds of acts that come up far more often than they would. */
  readonly emphasis?: readonly string[];
}

export async function runHistories(options: RunOptions): Promise<Run> {
  const simulator = createSimulator();
  const started = performance.now();
  const failed: Failure[] = [];
  const emphasis = new Set(options.emphasis);
  let histories = 0;
  for (; histories < options.histories && failed.length < options.failures; histories++) {
    const seed = options.from + histories;
    const { violations } = await attempt(simulator, { seed, emphasis });
    if (violations.length === 0) continue;
    const plain = { seed, violations, acts: MOST_ACTS, without: [], emphasis: [], trace: [] };
    failed.push(options.shorten ? await shorten({ seed, violations, emphasis }) : plain);
  }
  return { histories, seconds: (performance.now() - started) / 1000, failed, counts: simulator.hits.counts() };
}

/** What a run has to say, failures first. */
export function formatRun({ histories, seconds, failed, counts }: Run): string {
  const rate = `${histories} histories in ${seconds.toFixed(1)} s, ${(histories / seconds).toFixed(0)} a second`;
  return [...failed.map(formatFailure), formatHits(counts), rate].join('\n');
}

export function tellSeed(options: HistoryOptions): Promise<History> {
  return attempt(createSimulator(), options);
}

async function attempt(simulator: Simulator, options: HistoryOptions): Promise<History> {
  try {
    return await simulator.tell(options);
  } catch (error) {
    return { violations: [`[simulation] ${error instanceof Error ? error.stack : String(error)}`], acts: 0 };
  }
}

const MOST_TRIES = 150;
const MOST_ACTS = 61;

/** The shortest beginning that still fails, then without whatever is not needed for it. */
async function shorten({
  seed,
  violations,
  emphasis,
}: {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly emphasis: ReadonlySet<string>;
}): Promise<Failure> {
  const simulator = createSimulator();
  const rule = (list: readonly string[]) => list[0]?.split(']')[0];
  const fails = async (acts: number, without: ReadonlySet<number>) =>
    rule((await attempt(simulator, { seed, acts, without, emphasis })).violations) === rule(violations);
  let tries = 0;
  let acts = 0;
  while (acts < MOST_ACTS && tries++ < MOST_TRIES && !(await fails(acts, new Set()))) acts += 1;
  const without = new Set<number>();
  for (let act = acts - 1; act >= 0 && tries++ < MOST_TRIES; act--) {
    if (await fails(acts, new Set([...without, act]))) without.add(act);
  }
  const trace: string[] = [];
  const told = await attempt(simulator, { seed, acts, without, emphasis, trace: (line) => trace.push(line) });
  return { seed, violations: told.violations, acts, without: [...without], emphasis: [...emphasis], trace };
}

function formatFailure({ seed, violations, acts, without, emphasis, trace }: Failure): string {
  const left = without.length > 0 ? ` --without ${without.join(',')}` : '';
  const stressed = emphasis.length > 0 ? ` --emphasis '${emphasis.join(',')}'` : '';
  const command = `npm run simulate -- --seed ${seed} --acts ${acts}${left}${stressed}`;
  const lines = trace.filter((line) => !line.startsWith('    ←') && !line.includes(' → '));
  return [`seed ${seed} fails:`, ...violations.slice(0, 5), `replay: ${command}`, ...lines.slice(-80), ''].join('\n');
}
