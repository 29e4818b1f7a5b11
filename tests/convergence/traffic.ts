import type { UserId } from '../../sync/ids.ts';
import type { Cycle, SimDevice } from '../../sync/simulation/device.ts';
import { type StorageFault, StorageRefused } from '../../sync/simulation/faulty-store.ts';
import {
  type Answer,
  errorAnswer,
  type Flight,
  NETWORK_FAULTS,
  type NetworkFault,
  PORTAL,
  truncated,
} from '../../sync/simulation/network.ts';
import { hearExchange } from './exchange-watch.ts';
import type { KillAt } from './mortal-client.ts';
import type { World } from './world.ts';

/** A cycle and what it waits for. */
export interface Waiting {
  readonly device: SimDevice;
  readonly cycle: Cycle;
  readonly flight: Flight;
}

const MOST_EXCHANGES = 400;

/** @param user whose database; a worker may not have heard yet that another person signed in */
export function startCycle(world: World, device: SimDevice, user: UserId = device.session): Cycle {
  const { limit, maxPushRows } = world.profile;
  return device.startCycle({ limit, maxPushRows, fault: () => drawStorageFault(world), user });
}

export function drawStorageFault(world: World): StorageFault {
  const { profile, hits } = world;
  if (!world.faultsOn || !world.random.chance(profile.storageFaults)) return 'none';
  const fault = world.random.pick(['refused', 'dies_before', 'dies_within', 'dies_after'] as const);
  hits.fault(STORAGE_FAULTS[fault]);
  world.note(() => `  storage: ${fault}`);
  return fault;
}

/** Lets a cycle go on until it ends, dies, or waits for something that is delayed. */
export async function drive(world: World, device: SimDevice, cycle: Cycle): Promise<void> {
  const { profile, violations, fail } = world;
  for (let exchanges = 0; violations.length === 0; ) {
    if (!cycle.life.alive) return;
    if (cycle.ended) return conclude(world, device, cycle);
    const flight = cycle.flights[0];
    if (!flight) {
      await cycle.event();
      continue;
    }
    if (exchanges++ > MOST_EXCHANGES) return fail('PUSH-4', `a cycle of ${device.name} does not end`);
    const fault =
      world.faultsOn && world.random.chance(profile.networkFaults) ? world.random.pick(NETWORK_FAULTS) : null;
    if ((await handle(world, { device, cycle, flight }, fault)) === 'parked') return;
  }
}

function conclude(world: World, device: SimDevice, cycle: Cycle): void {
  cycle.flights.length = 0;
  world.watch.ended(cycle.life);
  const { ended } = cycle;
  if (ended && 'error' in ended && !(ended.error instanceof StorageRefused)) {
    world.fail('engine', `the cycle of ${device.name} broke: ${describe(ended.error)}`);
  }
  world.note(
    () => `  ${device.name}: cycle ended ${ended && 'outcome' in ended ? JSON.stringify(ended.outcome) : 'refused'}`,
  );
}

async function handle(world: World, waiting: Waiting, fault: NetworkFault | null): Promise<'landed' | 'parked'> {
  const { device, cycle, flight } = waiting;
  const { hits } = world;
  if (fault) {
    hits.fault(fault);
    world.note(() => `  ${device.name}: ${fault}`);
  }
  if (fault === 'request delayed') return 'parked';
  const instead = fault === null ? undefined : INSTEAD.get(fault);
  if (instead !== undefined) {
    land(world, waiting, instead);
    return 'landed';
  }
  await serve(world, device, flight);
  if (fault === 'reply delayed') return 'parked';
  if (world.faultsOn && world.random.chance(0.15)) {
    hits.fault('edit in flight');
    await world.inFlight?.(device);
  }
  if (world.faultsOn && fault === null && world.random.chance(0.01)) {
    hits.fault('killed in flight');
    cycle.life.alive = false;
    return 'landed';
  }
  if (fault === 'request doubled') {
    const echo = { request: flight.request, session: flight.session };
    if (!flight.answer?.body.includes('clock_ahead')) {
      if (world.random.chance(0.5)) await deliverEcho(world, echo);
      else world.echoes.push(echo);
    }
  }
  land(world, waiting, spoiled(flight.answer ?? null, fault));
  return 'landed';
}

/** Gives a process what came of its request. */
export function land({ watch }: World, { device, cycle, flight }: Waiting, answer: Answer): void {
  const isReply = answer?.status === 200 && answer.body.startsWith('{') && answer.body.endsWith('}');
  if (isReply) {
    const upgrade = answer.body.includes('"upgrade":true');
    watch.landed(cycle.life, { request: flight.request, disk: device.disk(cycle.user), upgrade });
  }
  flight.land(answer);
}

/** Brings a request to the server; its answer is in it afterwards. */
export async function serve(world: World, device: SimDevice, flight: Flight): Promise<void> {
  const { server, hits, profile, model, ledger, fail } = world;
  const { request, session } = flight;
  const pushed = [...request.push.videos, ...request.push.generations];
  if (pushed.length > 0) world.pushes += 1;
  const poison = pushed.map(({ id }) => world.poison.get(id)).find((status) => status !== undefined);
  if (pushed.length > world.maxPushRows) {
    hits.fault('413');
    hits.rule('PUSH-5 body refused and halved');
    flight.answer = errorAnswer(413, 'too_large');
    return;
  }
  if (poison !== undefined) {
    hits.fault(poison >= 500 ? 'poison 5xx' : 'poison 4xx');
    if (pushed.length === 1) hits.rule('PUSH-4 bad row stands alone');
    flight.answer = errorAnswer(poison, 'broken');
    return;
  }
  world.pass(1);
  const headBefore = server.heads();
  const killAt = drawKill(world);
  const epochBefore = server.epoch(request.user);
  const oldestReadable = world.oldApps.has(device) ? 2 : 1;
  flight.answer = await server.deliver(request, { session, oldestReadable, killAt, columns: profile.columns });
  if (flight.answer === null) hits.fault('server killed in an exchange');
  world.note(() => describeExchange(device, flight));
  hearExchange({ model, ledger, hits, fail }, flight, {
    epoch: epochBefore,
    isUnchanged: sameHeads(headBefore, server.heads()),
  });
  world.noteEpochs();
  if (pushed.length > 0 || epochBefore !== server.epoch(request.user)) world.observe('push');
}

function drawKill(world: World): KillAt {
  if (!world.faultsOn || !world.random.chance(world.profile.networkFaults * 0.1)) return null;
  return { call: world.random.int(4), after: world.random.chance(0.5) };
}

/** A request that the network had kept arrives once more. */
export async function deliverEcho(world: World, { request, session }: World['echoes'][number]): Promise<void> {
  const { columns } = world.profile;
  await world.server.deliver(request, { session, oldestReadable: 1, killAt: null, columns });
  world.noteEpochs();
  world.observe('push');
}

/** What a device hears where the server never heard of the request. */
const INSTEAD: ReadonlyMap<NetworkFault, Answer> = new Map([
  ['request lost', null],
  ['redirect', null],
  ['500', errorAnswer(500, 'internal')],
  ['503', { status: 503, body: 'busy' }],
  ['401', errorAnswer(401, 'unauthorized')],
  ['portal page', PORTAL],
]);

const STORAGE_FAULTS = {
  none: 'storage refused',
  refused: 'storage refused',
  dies_before: 'killed before a transaction',
  dies_within: 'killed within a transaction',
  dies_after: 'killed after a transaction',
} as const;

function spoiled(answer: Answer, fault: NetworkFault | null): Answer {
  if (fault === 'reply lost') return null;
  if (fault === '500 after commit') return errorAnswer(500, 'internal');
  return fault === 'truncated reply' ? truncated(answer) : answer;
}

function sameHeads(a: readonly object[], b: readonly object[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function describe(error: unknown): string {
  return error instanceof Error ? `${error.message} ${error.stack?.split('\n')[1]?.trim() ?? ''}` : String(error);
}

function describeExchange(device: SimDevice, { request, answer }: Flight): string {
  const short = (text: string) =>
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12})/g, '…$1');
  const { cursor, head, push } = request;
  return short(
    `  ${device.name} → ${JSON.stringify({ user: request.user, cursor, head, push })}\n    ← ${answer ? `${answer.status} ${answer.body}` : 'nothing'}`,
  );
}

export function anyDevice({ devices, random }: World): SimDevice | null {
  return random.choose(devices);
}

export async function quietly(world: World, work: () => Promise<void>): Promise<void> {
  const { faultsOn } = world;
  world.faultsOn = false;
  await work();
  world.faultsOn = faultsOn;
}
