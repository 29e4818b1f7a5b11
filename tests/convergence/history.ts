import { createRandom } from '../../sync/simulation/random.ts';
import { ACTS, type Act } from './acts.ts';
import { editInFlight } from './acts-of-people.ts';
import { checkTold, settleJob } from './acts-of-servers.ts';
import { createHits, type Hits } from './hits.ts';
import { checkPresent, checkRest } from './oracle.ts';
import { drawProfile } from './profile.ts';
import { createSimServer } from './sim-server.ts';
import { drive, land, startCycle } from './traffic.ts';
import { ALICE, createWorld, type World } from './world.ts';

export interface HistoryOptions {
  readonly seed: number;
  /** Only the first so many acts. */
  readonly acts?: number | undefined;
  /** Acts left out, by their place. */
  readonly without?: ReadonlySet<number> | undefined;
  /** Kinds of acts that come up far more often than they would. */
  readonly emphasis?: ReadonlySet<string> | undefined;
  readonly trace?: (line: string) => void;
}

export interface History {
  readonly violations: readonly string[];
  /** How many acts it had. */
  readonly acts: number;
}

export interface Simulator {
  readonly hits: Hits;
  /** Tells one history from its seed; the same every time. */
  readonly tell: (options: HistoryOptions) => Promise<History>;
}

/** One server for many histories, one after another. */
export function createSimulator(): Simulator {
  const hits = createHits();
  let world: World | null = null;
  let chance = createRandom(0);
  const server = createSimServer({ now: () => world?.now ?? 0, random: () => chance });
  return {
    hits,
    tell: async ({ seed, acts, without = new Set(), emphasis = new Set(), trace }) => {
      chance = createRandom(seed, 2);
      await server.reset();
      const profile = drawProfile(
        createRandom(seed, 0),
        ACTS.map(({ kind }) => kind),
      );
      world = createWorld({ seed, profile, server, hits, trace: trace ?? null });
      return tellIn(world, { seed, acts: Math.min(acts ?? profile.acts, profile.acts), without, emphasis });
    },
  };
}

interface Telling {
  readonly seed: number;
  readonly acts: number;
  readonly without: ReadonlySet<number>;
  readonly emphasis: ReadonlySet<string>;
}

async function tellIn(world: World, { seed, acts, without, emphasis }: Telling): Promise<History> {
  const { violations, profile } = world;
  const weights = ACTS.map((act) => ({ act, weight: weightOf(act, profile, emphasis) }));
  world.inFlight = (device) => editInFlight(world, device);
  for (let index = 0; index < acts && violations.length === 0; index++) {
    if (without.has(index)) continue;
    world.random = createRandom(seed, 3, index);
    const act = drawAct(weights, world.random.next());
    world.note(() => `${index}. ${act.kind} (${new Date(world.now).toISOString()})`);
    world.pass(1 + world.random.int(50));
    await act.run(world);
  }
  world.random = createRandom(seed, 4);
  if (violations.length === 0) await rest(world);
  return { violations, acts: profile.acts };
}

function weightOf(
  { kind, weight }: Act,
  { favours, without }: World['profile'],
  emphasis: ReadonlySet<string>,
): number {
  if (emphasis.has(kind)) return Math.max(weight, EMPHASIS);
  if (without.has(kind) && !ESSENTIAL.has(kind)) return 0;
  return favours.includes(kind) ? weight * 4 : weight;
}

/** About as often as people sync. */
const EMPHASIS = 20;

const ESSENTIAL: ReadonlySet<string> = new Set(['create', 'sync', 'edit', 'generate']);

function drawAct(weights: readonly { readonly act: Act; readonly weight: number }[], at: number): Act {
  let left = at * weights.reduce((sum, { weight }) => sum + weight, 0);
  const found = weights.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  return (found ?? weights[0] ?? { act: ACTS[0] }).act ?? never();
}

const MOST_ROUNDS = 14;

/** Faults stop, everybody syncs until nothing moves, and then everything is looked at. */
async function rest(world: World): Promise<void> {
  const { server, devices, violations } = world;
  world.note(() => 'faults stop');
  world.faultsOn = false;
  world.poison.clear();
  world.oldApps.clear();
  world.maxPushRows = 1000;
  world.echoes.length = 0;
  world.letters.length = 0;
  for (const device of devices)
    for (const cycle of device.cycles()) {
      const [flight] = cycle.flights;
      if (!flight || world.random.chance(0.5)) continue;
      land(world, { device, cycle, flight }, flight.answer ?? null);
      await drive(world, device, cycle);
    }
  for (const device of devices) device.kill();
  checkPresent(world);
  for (let round = 0; violations.length === 0; round++) {
    if (round === MOST_ROUNDS) return world.fail('convergence', 'it never comes to rest');
    const before = stateOf(world);
    await serverRound(world);
    const pushed = await syncAll(world);
    if (violations.length === 0 && !pushed && round > 0 && stateOf(world) === before && server.ingestJobs() === 0)
      break;
  }
  if (violations.length > 0) return;
  const before = JSON.stringify(server.heads());
  if (await syncAll(world)) world.fail('rest', 'a device at rest pushes');
  if (JSON.stringify(server.heads()) !== before) world.fail('rest', 'a revision was made for nothing');
  if (violations.length === 0) checkRest(world);
}

async function serverRound(world: World): Promise<void> {
  const { server } = world;
  world.pass(2 * 60 * 60_000);
  for (const { generation, fate } of server.provider.jobs.values()) {
    if (fate === 'running') await settleJob(world, generation, 'succeeded');
  }
  await server.work(null);
  await server.work(null);
  world.observe('job');
  checkTold(world, false);
  await server.upload();
  await server.ingest((video) => Number.parseInt(video.slice(-2), 16) < 16);
  world.observe('job');
  await server.purge();
  world.observe('purge');
}

/** @returns whether anything was pushed */
async function syncAll(world: World): Promise<boolean> {
  const before = world.pushes;
  for (const device of world.devices) {
    for (const user of new Set([ALICE, ...device.users()])) {
      device.session = user;
      await device.retry();
      const cycle = startCycle(world, device);
      await drive(world, device, cycle);
      const { ended } = cycle;
      if (world.violations.length > 0) return true;
      if (!ended || !('outcome' in ended) || ended.outcome.kind !== 'done') {
        world.fail('engine', `a cycle of ${device.name} ends ${JSON.stringify(ended)} though nothing is wrong`);
      }
    }
  }
  return world.pushes > before;
}

function stateOf({ server, devices }: World): string {
  const disks = devices.map((device) => device.users().map((user) => device.disk(user).meta.cursor));
  return JSON.stringify([server.heads(), disks]);
}

function never(): never {
  throw new Error('there are no acts');
}
