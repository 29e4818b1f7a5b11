import * as v from 'valibot';
import { DeviceIdSchema } from '../../sync/ids.ts';
import { isFinal } from '../../sync/records.ts';
import type { Cycle, SimDevice } from '../../sync/simulation/device.ts';
import type { Flight } from '../../sync/simulation/network.ts';
import { checkPresent, excuse } from './oracle.ts';
import { drawSkew } from './profile.ts';
import { anyDevice, deliverEcho, drive, land, quietly, serve, startCycle, type Waiting } from './traffic.ts';
import { ALICE, BOB, type World } from './world.ts';

export async function sync(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  world.note(() => `${device.name}: syncs`);
  await drive(world, device, startCycle(world, device));
}

export async function begin(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const cycle = startCycle(world, device);
  const flight = await takeOff(cycle);
  world.note(() => `${device.name}: begins a cycle`);
  if (flight && world.random.chance(0.5)) await serve(world, device, flight);
}

/** The first request of a cycle; null where it ended or died before. */
export async function takeOff(cycle: Cycle): Promise<Flight | null> {
  while (cycle.life.alive && !cycle.ended && cycle.flights.length === 0) await cycle.event();
  return cycle.life.alive ? (cycle.flights[0] ?? null) : null;
}

function waiting(world: World): readonly Waiting[] {
  return world.devices.flatMap((device) =>
    device.cycles().flatMap((cycle) => {
      const flight = cycle.flights[0];
      return flight && !cycle.ended ? [{ device, cycle, flight }] : [];
    }),
  );
}

export async function advance(world: World): Promise<void> {
  const one = world.random.choose(waiting(world));
  if (!one) return;
  world.note(() => `${one.device.name}: what was on the way arrives`);
  await finish(world, one);
}

async function finish(world: World, { device, cycle, flight }: Waiting): Promise<void> {
  if (!cycle.life.alive || cycle.ended) return;
  if (flight.answer === undefined) await serve(world, device, flight);
  land(world, { device, cycle, flight }, flight.answer ?? null);
  await drive(world, device, cycle);
}

export async function twoCycles(world: World): Promise<void> {
  const { random, hits } = world;
  const device = anyDevice(world);
  if (!device) return;
  world.note(() => `${device.name}: two cycles at once`);
  const cycles = [startCycle(world, device), startCycle(world, device)];
  const flights: Waiting[] = [];
  for (const cycle of cycles) {
    const flight = await takeOff(cycle);
    if (flight) flights.push({ device, cycle, flight });
  }
  if (flights.length === 2) hits.fault('two cycles at once');
  if (random.chance(0.7)) for (const { flight } of flights) await serve(world, device, flight);
  if (random.chance(0.5)) flights.reverse();
  for (const one of flights) await finish(world, one);
}

export async function twoRequests(world: World): Promise<void> {
  for (const device of world.devices) if (world.random.chance(0.6)) await takeOff(startCycle(world, device));
  const unheard = waiting(world).filter(({ flight }) => flight.answer === undefined);
  if (unheard.length < 2) return;
  world.hits.fault('two requests at once');
  world.note(() => `two requests at once: ${unheard.map(({ device }) => device.name).join(' ')}`);
  await Promise.all(unheard.map(({ device, flight }) => serve(world, device, flight)));
  for (const one of unheard) await finish(world, one);
}

export async function poll(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const { generations } = device.disk(device.session);
  // The page polls what it waits for.
  const open = [...generations.values()].filter(({ received }) => !isFinal(received?.server.status ?? 'queued'));
  const row = world.random.choose(open);
  const asked = device.disk(device.session).meta.head;
  const told = row && (await world.server.poll(device.session, row.id, asked));
  if (!row || !told) return;
  await device.recordGeneration({ ...told, asked });
  const after = device.disk(device.session).generations.get(row.id);
  world.note(() => `${device.name}: polls ${row.id.slice(-12)}: ${after?.received?.server.status}`);
  const succeeded = after?.received?.server.status === 'succeeded' && row.received?.server.status !== 'succeeded';
  if (!succeeded || row.received === null || ['failed', 'canceled'].includes(row.received.server.status)) return;
  const { videos, aliases } = device.disk(device.session);
  for (const { videoId } of after.received?.server.outputs ?? []) {
    if (videos.get(videoId)?.received === null) world.hits.rule('GEN-1 device first');
    if (!videos.has(videoId) && !aliases.has(videoId)) {
      world.fail('GEN-1', `${device.name} saw a generation succeed and has no video ${videoId}`);
    }
  }
}

export async function kill(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  if (device.cycles().length > 0) world.hits.fault('killed in flight');
  world.note(() => `${device.name}: killed`);
  device.kill();
}

export async function reinstall(world: World): Promise<void> {
  const device = anyDevice(world);
  if (device) await install(world, device);
}

export async function install(world: World, device: SimDevice): Promise<void> {
  checkPresent(world);
  world.hits.fault('reinstalled');
  world.note(() => `${device.name}: installed anew`);
  const hex = Array.from(world.random.bytes(16), (byte) => (byte % 16).toString(16)).join('');
  device.reinstall(v.parse(DeviceIdSchema, hex));
  excuse(world);
}

export async function signIn(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const before = device.session;
  device.session = before === ALICE ? BOB : ALICE;
  world.note(() => `${device.name}: ${device.session} signs in`);
  // A worker that has not heard of it goes on for the one before.
  if (world.random.chance(0.6)) await drive(world, device, startCycle(world, device, before));
}

export async function jump(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  device.skew = drawSkew(world.random);
  world.hits.fault('clock jumped');
  world.note(() => `${device.name}: its clock is off by ${device.skew / 1000} s`);
}

export async function heal(world: World): Promise<void> {
  world.poison.clear();
  world.maxPushRows = 1000;
  world.oldApps.clear();
  for (const device of world.devices) await device.retry();
}

export async function oldApp(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  world.hits.fault('old app');
  world.oldApps.add(device);
}

export async function echo(world: World): Promise<void> {
  const one = world.echoes.shift();
  if (!one) return;
  world.note(() => `a request of ${one.request.device} arrives again`);
  await deliverEcho(world, one);
}

export async function poison(world: World): Promise<void> {
  const thing = world.random.choose(world.model.things());
  const status = world.random.pick([500, 502, 400, 422]);
  for (const id of thing?.ids ?? []) world.poison.set(id, status);
  world.note(() => `the server breaks on ${thing?.name}: ${status}`);
  await syncPast(world);
}

/** Whatever the server breaks on or refuses, everything else gets through. [PUSH-4] */
async function syncPast(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device || world.oldApps.has(device)) return;
  const cycle = startCycle(world, device);
  await quietly(world, () => drive(world, device, cycle));
  const { videos, generations } = device.disk(device.session);
  const stuck = [...videos.values(), ...generations.values()].filter(({ id, dirty }) => dirty && !world.poison.has(id));
  if (cycle.ended && 'outcome' in cycle.ended && stuck.length > 0) {
    world.fail('PUSH-4', `${stuck.length} rows of ${device.name} are held up by others`);
  }
}

export async function smallBodies(world: World): Promise<void> {
  world.maxPushRows = 1 + world.random.int(3);
  world.note(() => `pushes of more than ${world.maxPushRows} rows are refused`);
  await syncPast(world);
}
