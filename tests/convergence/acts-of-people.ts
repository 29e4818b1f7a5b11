import * as v from 'valibot';
import { stampTime } from '../../sync/hlc.ts';
import { type GenerationId, GenerationIdSchema, uuidv7, type VideoId, VideoIdSchema } from '../../sync/ids.ts';
import type { AnyRow } from '../../sync/local-row.ts';
import { GenerationCreateSchema, VideoCreateSchema } from '../../sync/records.ts';
import type { SimDevice } from '../../sync/simulation/device.ts';
import type { Thing } from './model.ts';
import { creationOf } from './oracle.ts';
import { anyDevice } from './traffic.ts';
import type { Identity, World } from './world.ts';

export async function create(world: World): Promise<void> {
  const device = anyDevice(world);
  if (device) await addVideo(world, device, freshIdentity(world), null);
}

/** One request that gave two films: they have everything in common but their place. */
export async function createBatch(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const requestId = `batch${world.model.things().length}-${world.random.int(1_000_000)}`;
  for (const outputIndex of [0, 1]) {
    const { originalUrl } = freshIdentity(world);
    await addVideo(world, device, { provider: 'p', requestId, outputIndex, originalUrl, mayLackRequest: false }, null);
  }
}

function freshIdentity({ random, model }: World): Identity {
  const n = model.things().length;
  const mark = `${n}-${random.int(1_000_000)}`;
  const byRequest = random.chance(0.8);
  return {
    provider: byRequest ? 'p' : null,
    requestId: byRequest ? `r${mark}` : null,
    outputIndex: byRequest ? 0 : null,
    originalUrl: `https://v.sim/${mark}`,
    mayLackRequest: random.chance(0.4),
  };
}

/** A video that exists is completed on another device too, or once more on the same one. */
export async function createSame(world: World): Promise<void> {
  const { random, model, ledger } = world;
  const device = anyDevice(world);
  const thing = random.choose(
    model.things().filter((one) => one.user === device?.session && world.identities.has(one) && !one.collected),
  );
  if (!device || !thing) return;
  if (ledger.live(thing).length === 0 && world.localRows(thing).length === 0 && !ledger.isTombstone(thing)) return;
  const identity = world.identities.get(thing);
  if (!identity) return;
  const lacks = identity.mayLackRequest && random.chance(0.5);
  const known = lacks ? { ...identity, provider: null, requestId: null, outputIndex: null } : identity;
  await addVideo(world, device, known, thing);
  if (random.chance(0.4)) await addVideo(world, device, known, thing);
}

async function addVideo(world: World, device: SimDevice, identity: Identity, same: Thing | null): Promise<void> {
  const { model, random } = world;
  const id = v.parse(VideoIdSchema, newId(world, device));
  const { mayLackRequest: _, ...keys } = identity;
  const create = v.parse(VideoCreateSchema, {
    origin: 'generated',
    ...keys,
    prompt: `p${random.int(9)}`,
    createdAt: Math.max(1, device.clock()),
    ...(random.chance(0.3) && { fromTheFuture: random.int(100) }),
  });
  if (create.createdAt > world.now) world.hits.rule('ROW-3 creation in the future');
  const thing = same ?? model.add({ kind: 'video', user: device.session, required: true }, id);
  if (same) model.alsoKnownAs(same, id);
  else world.identities.set(thing, identity);
  thing.required = true;
  if (same === null || thing.creations.size > 0) thing.creations.add(creationOf(create));
  await device.createVideo(id, create);
  world.note(() => `${device.name}: creates ${thing.name} as …${id.slice(-12)}`);
}

export async function generate(world: World): Promise<void> {
  const { model, random } = world;
  const device = anyDevice(world);
  if (!device) return;
  const id = v.parse(GenerationIdSchema, newId(world, device));
  const videoIds = Array.from({ length: 1 + random.int(2) }, () => newId(world, device));
  const create = v.parse(GenerationCreateSchema, {
    prompt: 'p',
    model: 'm',
    provider: random.chance(0.05) ? 'elsewhere' : 'sim',
    videoIds,
    createdAt: Math.max(1, device.clock()),
  });
  const thing = model.add({ kind: 'generation', user: device.session, required: true }, id);
  world.outputsOf.set(id, videoIds);
  await device.createGeneration(id, create);
  world.note(() => `${device.name}: starts ${thing.name} as …${id.slice(-12)}`);
  if (random.chance(0.15)) await editOn(world, device, id, 'cancelRequestedAt');
}

export async function edit(world: World, kind: 'video' | 'generation', fields: readonly string[]): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const { videos, generations } = device.disk(device.session);
  const rows: readonly AnyRow[] = kind === 'video' ? [...videos.values()] : [...generations.values()];
  const row = world.random.choose(rows);
  const field = world.random.choose(fields);
  if (row && field) await editOn(world, device, row.id, field);
}

/** A person does not wait for an answer. */
export async function editInFlight(world: World, device: SimDevice): Promise<void> {
  const row = world.random.choose([...device.disk(device.session).videos.values()]);
  if (row) await editOn(world, device, row.id, world.random.pick(['title', 'favorite', 'deletedAt']));
}

export async function takeOutOfTrash(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  const trashed = [...device.disk(device.session).videos.values()].filter(({ fields }) => fields.deletedAt?.[0]);
  const row = world.random.choose(trashed);
  if (row) await editOn(world, device, row.id, 'deletedAt', null);
}

/**
 * No app does it, and it must not work. Where a restore takes the request back too, nobody could
 * tell that there was one.
 */
export async function takeBack(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device || world.past === 'restored') return;
  const { videos, generations } = device.disk(device.session);
  const asked = [...videos.values(), ...generations.values()].filter(
    ({ fields }) => fields.purgeRequestedAt?.[0] || fields.cancelRequestedAt?.[0],
  );
  const row = world.random.choose(asked);
  if (!row) return;
  world.past = 'taken back';
  await editOn(world, device, row.id, 'copyId' in row ? 'purgeRequestedAt' : 'cancelRequestedAt', null);
}

export async function editOn(
  world: World,
  device: SimDevice,
  id: VideoId | GenerationId,
  field: string,
  given?: null,
): Promise<void> {
  const { model } = world;
  const thing = model.find(device.session, id);
  if (!thing) return world.fail('model', `a row ${id} that nobody made is on ${device.name}`);
  const value = given === undefined ? newValue(world, device, field) : given;
  const neverSent = device.disk(device.session).generations.get(id)?.create.sentEpoch === null;
  const made = await device.edit(id, field, value);
  if (!made) return;
  const edited = model.edited(thing, field, value, made);
  if (made.stamp <= made.seen) world.fail('HLC-1', `an edit of ${thing.name} is not newer than what it replaced`);
  if (stampTime(made.stamp) > device.clock() + device.disk(device.session).meta.clockOffset) {
    world.hits.rule('HLC-1 stamp ahead of the clock');
  }
  if (field === 'cancelRequestedAt' && (neverSent || value === null)) thing.neverSubmit = value !== null;
  world.note(() => `${device.name}: ${thing.name} ${field} = ${JSON.stringify(value)} ${edited.stamp}`);
}

function newValue({ random }: World, device: SimDevice, field: string): unknown {
  switch (field) {
    case 'title':
    case 'rating':
      return `${field}${random.int(1_000_000)}`;
    case 'favorite':
      return random.chance(0.5);
    case 'tags':
      return [`t${random.int(1_000_000)}`];
    default:
      return Math.max(1, device.clock());
  }
}

export async function keepBytes(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  for (const row of device.disk(device.session).videos.values()) {
    if (world.random.chance(0.5)) device.store(device.session).keepBytes(row.id);
  }
}

function newId({ random }: World, device: SimDevice): string {
  return uuidv7(Math.max(1, device.clock()), random.bytes(10));
}
