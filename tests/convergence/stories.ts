import { install, takeOff } from './acts-of-devices.ts';
import { create, editOn, generate } from './acts-of-people.ts';
import { backUp, DAY, provide, purgeJob, restore, settleJob, work } from './acts-of-servers.ts';
import { tellOne } from './acts-of-streams.ts';
import { anyDevice, drive, land, quietly, serve, startCycle } from './traffic.ts';
import type { World } from './world.ts';

// What would hardly ever come together by chance.

/** A video is taken out of the trash on a device that is offline, and the trash is emptied meanwhile. */
export async function lateRescue(world: World): Promise<void> {
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device.session !== other.session) return;
  const row = world.random.choose([...other.disk(other.session).videos.values()]);
  if (!row) return;
  const syncBoth = async () => {
    for (const one of [device, other]) await quietly(world, () => drive(world, one, startCycle(world, one)));
  };
  await syncBoth();
  await editOn(world, device, row.id, 'deletedAt');
  await syncBoth();
  if (world.random.chance(0.8)) other.store(other.session).keepBytes(row.id);
  world.pass(31 * DAY);
  await editOn(world, other, row.id, 'deletedAt', null);
  if (world.random.chance(0.6)) await purgeJob(world);
  else await disappear(world);
}

/** A device reads a part of a library, and the rest when what was purged meanwhile left no trace. */
export async function interruptedSnapshot(world: World): Promise<void> {
  const { random } = world;
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device === other || device.session !== other.session) return;
  for (const one of [device, other]) await quietly(world, () => drive(world, one, startCycle(world, one)));
  await install(world, device);
  const cycle = startCycle(world, device);
  for (let pages = 1 + random.int(3); pages > 0; pages--) {
    const flight = await takeOff(cycle);
    if (!flight) break;
    await serve(world, device, flight);
    land(world, { device, cycle, flight }, flight.answer ?? null);
  }
  await takeOff(cycle);
  device.kill();
  const row = random.choose([...device.disk(device.session).videos.values()]);
  if (!row || !other.disk(other.session).videos.has(row.id)) return;
  await editOn(world, other, row.id, 'purgeRequestedAt');
  await quietly(world, () => drive(world, other, startCycle(world, other)));
  await disappear(world);
}

/** A device is away for so long that a purge left no trace. */
export async function longAbsence(world: World): Promise<void> {
  const { random } = world;
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device === other || device.session !== other.session) return;
  for (const one of [device, other, device]) await quietly(world, () => drive(world, one, startCycle(world, one)));
  const row = random.choose([...other.disk(other.session).videos.values()]);
  if (!row) return;
  await editOn(world, other, row.id, 'purgeRequestedAt');
  await quietly(world, () => drive(world, other, startCycle(world, other)));
  if (random.chance(0.3)) await editOn(world, device, row.id, 'title');
  await disappear(world);
  if (random.chance(0.7)) await drive(world, device, startCycle(world, device));
}

/** A clock that is hardly ahead is taken; one far ahead is corrected, and must not fall behind what it saw. */
export async function clocksApart(world: World): Promise<void> {
  const { random } = world;
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device === other || device.session !== other.session) return;
  device.skew = 58_000;
  other.skew = DAY;
  const row = random.choose([...device.disk(device.session).videos.values()]);
  if (!row) return;
  const syncOne = (one: typeof device) => quietly(world, () => drive(world, one, startCycle(world, one)));
  await editOn(world, device, row.id, 'title');
  await syncOne(device);
  await syncOne(other);
  await editOn(world, other, row.id, 'title');
  if (random.chance(0.5)) await editOn(world, other, row.id, 'favorite');
  if (random.chance(0.7)) await syncOne(other);
}

/** A generation is submitted, and the database that knew of it is put back. */
export async function forgottenSubmission(world: World): Promise<void> {
  const { random } = world;
  for (let count = 1 + random.int(2); count > 0; count--) await generate(world);
  if (random.chance(0.3)) await backUp(world);
  for (const one of world.devices) await quietly(world, () => drive(world, one, startCycle(world, one)));
  if (random.chance(0.5)) await backUp(world);
  await work(world);
  if (random.chance(0.5)) await provide(world);
  if (random.chance(0.3)) for (const one of world.devices) await drive(world, one, startCycle(world, one));
  await restore(world, random.chance(0.5));
  if (random.chance(0.5)) for (const one of world.devices) await drive(world, one, startCycle(world, one));
  await work(world);
}

/** A server is put back twice to the same day; a device met it in between, and read a part of it. */
export async function thereAndBack(world: World): Promise<void> {
  const { random, devices } = world;
  const device = anyDevice(world);
  if (!device) return;
  const syncAll = async () => {
    for (const one of devices) await quietly(world, () => drive(world, one, startCycle(world, one)));
  };
  await syncAll();
  await backUp(world);
  await create(world);
  await syncAll();
  await restore(world, false);
  const cycle = startCycle(world, device);
  const flight = await takeOff(cycle);
  if (flight) {
    await serve(world, device, flight);
    land(world, { device, cycle, flight }, flight.answer ?? null);
    await takeOff(cycle);
  }
  device.kill();
  await restore(world, random.chance(0.3));
}

/** A device hears of another one's edits as they are made. */
export async function heardLive(world: World): Promise<void> {
  const { random, devices } = world;
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device === other || device.session !== other.session) return;
  const syncOne = (one: typeof device) => quietly(world, () => drive(world, one, startCycle(world, one)));
  for (const one of [...devices, device]) await syncOne(one);
  await tellOne(world, device);
  for (let count = 1 + random.int(3); count > 0; count--) {
    const row = random.choose([...other.disk(other.session).videos.values()]);
    if (row && random.chance(0.7))
      await editOn(world, other, row.id, random.pick(['title', 'favorite', 'purgeRequestedAt']));
    else await create(world);
    await syncOne(other);
    if (random.chance(0.3)) await purgeJob(world);
    if (random.chance(0.8)) await tellOne(world, device);
    if (random.chance(0.3)) await syncOne(device);
  }
}

/**
 * What one device did is put back, and another one brings the history to where it stood: by its
 * revisions alone nobody could tell, nor by what the stream tells from there on.
 */
export async function putBackUnseen(world: World): Promise<void> {
  const { random, devices } = world;
  const device = anyDevice(world);
  const other = anyDevice(world);
  if (!device || !other || device === other || device.session !== other.session) return;
  const act = async (one: typeof device, count: number) => {
    for (; count > 0; count--) {
      const row = random.choose([...one.disk(one.session).videos.values()]);
      if (row) await editOn(world, one, row.id, random.pick(['title', 'favorite', 'rating']));
      await quietly(world, () => drive(world, one, startCycle(world, one)));
    }
  };
  await create(world);
  for (const one of [...devices, ...devices]) await quietly(world, () => drive(world, one, startCycle(world, one)));
  await backUp(world);
  const count = 1 + random.int(2);
  await act(device, count);
  await tellOne(world, device);
  await restore(world, false);
  await act(other, count);
  await tellOne(world, device);
  await act(other, 1);
  await tellOne(world, device);
}

/** Films of two generations that look the same come back to a server that lost both. */
export async function twoAlike(world: World): Promise<void> {
  const { random, server } = world;
  await backUp(world);
  await generate(world);
  await generate(world);
  const syncAll = async () => {
    for (const one of world.devices) await quietly(world, () => drive(world, one, startCycle(world, one)));
  };
  await syncAll();
  await work(world);
  for (const { generation, fate } of [...server.provider.jobs.values()]) {
    if (fate === 'running') await settleJob(world, generation, 'succeeded');
  }
  world.pass(60_000);
  await work(world);
  await syncAll();
  if (random.chance(0.7)) await restore(world, random.chance(0.5));
}

/** What is due is purged, and its tombstone is collected. */
async function disappear(world: World): Promise<void> {
  await purgeJob(world);
  world.echoes.length = 0;
  for (const one of world.devices) one.kill();
  world.pass(91 * DAY);
  await purgeJob(world);
}
