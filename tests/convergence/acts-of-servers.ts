import * as v from 'valibot';
import { uuidv5 } from '../../server/generation/uuidv5.ts';
import { GenerationIdSchema } from '../../sync/ids.ts';
import { edit, editOn } from './acts-of-people.ts';
import { checkPresent, excuse } from './oracle.ts';
import { anyDevice, drive, quietly, startCycle } from './traffic.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

export async function provide(world: World): Promise<void> {
  const { random, server } = world;
  const running = [...server.provider.jobs.values()].filter(({ fate }) => fate === 'running');
  const job = random.choose(running);
  if (job)
    await settleJob(
      world,
      job.generation,
      random.pick(['succeeded', 'succeeded', 'succeeded', 'failed', 'moderated', 'forgotten']),
    );
}

/** Ends a job at the provider; what it yields is a thing from then on. */
export async function settleJob(
  world: World,
  generation: string,
  fate: 'succeeded' | 'failed' | 'moderated' | 'forgotten',
): Promise<void> {
  const { server, model, identities } = world;
  const job = server.provider.jobs.get(generation);
  const owner = model.things().find(({ ids, kind }) => kind === 'generation' && ids.has(generation));
  if (!job || !owner) return;
  server.provider.settle(generation, fate);
  world.note(() => `the provider: ${owner.name} ${fate}`);
  if (fate !== 'succeeded') return;
  const given = world.outputsOf.get(generation) ?? [];
  for (const [n, originalUrl] of job.outputs.entries()) {
    const id = given[n] ?? (await uuidv5(generation, String(n)));
    const thing = model.add({ kind: 'video', user: owner.user, required: false }, id);
    if (job.isAlike) continue;
    const keys = { provider: 'sim', requestId: `request-${generation}`, outputIndex: n, originalUrl };
    identities.set(thing, { ...keys, mayLackRequest: false });
  }
}

export async function work(world: World): Promise<void> {
  const { random, server, hits } = world;
  const { provider } = server;
  provider.mood = random.chance(0.6)
    ? 'accepts'
    : random.pick(['not_now', 'refuses', 'answer lost', 'dies before', 'dies after']);
  provider.shape = { outputs: 1 + random.int(3), sharedUrl: random.chance(0.3), sharedRequest: random.chance(0.35) };
  provider.meanwhile = random.pick([null, null, () => quietSync(world), () => cancelMeanwhile(world)]);
  const { mood } = provider;
  const killAt = random.chance(0.1) ? { call: random.int(8), after: random.chance(0.5) } : null;
  world.note(() => `the server works; the provider ${mood}`);
  const died = await server.work(killAt);
  if (provider.mood !== mood || mood === 'accepts') {
    if (mood === 'not_now') hits.fault('provider not now');
    if (mood === 'answer lost') hits.fault('provider answer lost');
    if (mood === 'dies before') hits.fault('provider died before');
    if (mood === 'dies after') hits.fault('provider died after');
  }
  if (died && killAt) hits.fault('server killed in a job');
  provider.mood = 'accepts';
  provider.meanwhile = null;
  world.observe('job');
  checkTold(world, died);
}

/** Outputs that a living server was told of are there, whatever was said before. [GEN-3] */
export function checkTold({ server, ledger, fail }: World, died: boolean): void {
  const { told } = server.provider;
  for (const row of ledger.rows().values()) {
    if (!died && told.has(row.id) && row.row.status !== 'succeeded')
      fail('GEN-3', `the outputs of ${row.id} were dropped`);
  }
  told.clear();
}

/** Another process hears of a cancellation, and then the film is done all the same. */
async function cancelMeanwhile(world: World): Promise<void> {
  const { server, model } = world;
  for (const { generation, fate } of [...server.provider.jobs.values()]) {
    const owner = model.things().find(({ ids, kind }) => kind === 'generation' && ids.has(generation));
    const device = world.devices.find((one) => one.session === owner?.user);
    if (fate !== 'running' || !device?.disk(device.session).generations.has(generation)) continue;
    await editOn(world, device, v.parse(GenerationIdSchema, generation), 'cancelRequestedAt');
    await quietly(world, () => drive(world, device, startCycle(world, device)));
    world.pass(6_000);
    await server.work(null);
    world.observe('job');
    await settleJob(world, generation, 'succeeded');
  }
}

/** Somebody syncs while the server waits for the provider. */
async function quietSync(world: World): Promise<void> {
  const device = anyDevice(world);
  if (!device) return;
  await edit(world, 'generation', ['cancelRequestedAt']);
  await quietly(world, () => drive(world, device, startCycle(world, device)));
}

export async function ingest(world: World): Promise<void> {
  await world.server.ingest((video) => Number.parseInt(video.slice(-2), 16) < 16);
  world.observe('job');
}

export async function purgeJob(world: World): Promise<void> {
  await world.server.purge();
  world.observe('purge');
}

export async function pass(world: World): Promise<void> {
  world.pass(world.random.pick([1_000, 10_000, MINUTE, 10 * MINUTE, 60 * MINUTE]));
}

/** Nobody looks for a long time; nothing stays under way so long. */
export async function away(world: World): Promise<void> {
  world.echoes.length = 0;
  for (const device of world.devices) if (world.random.chance(0.8)) device.kill();
  const days = world.random.pick([1, 29, 31, 40, 95]);
  world.pass(days * DAY);
  world.note(() => `${days} days pass`);
  if (world.random.chance(0.7)) await purgeJob(world);
}

export async function restore(world: World, announced: boolean): Promise<void> {
  if (world.past === 'taken back') return;
  world.past = 'restored';
  checkPresent(world);
  world.hits.fault(announced ? 'restored, announced' : 'restored, silent');
  if (announced) world.hits.rule('PULL-5 blank epoch');
  world.note(() => `the backup is put back${announced ? '' : ', silently'}`);
  await world.server.restore(announced);
  world.ledger.restore();
  world.noteEpochs();
  excuse(world);
}

export async function backUp({ server, ledger }: World): Promise<void> {
  server.backup();
  ledger.backup();
}

export async function upload(world: World): Promise<void> {
  await world.server.upload();
  world.observe('job');
}
