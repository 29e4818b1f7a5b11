import type { SimDevice } from '../../sync/simulation/device.ts';
import { type Life, StorageRefused } from '../../sync/simulation/faulty-store.ts';
import { anyDevice, drawStorageFault } from './traffic.ts';
import type { World } from './world.ts';

export async function tell(world: World): Promise<void> {
  const device = anyDevice(world);
  if (device) await tellOne(world, device);
}

/** The stream of a device tells where the history stands, and what happened since it told so before. */
export async function tellOne(world: World, device: SimDevice): Promise<void> {
  const { server, told, hits, letters, random } = world;
  const user = device.session;
  const before = told.get(device);
  const since = before?.user === user ? before.head : null;
  const news = since && (await server.news(user, since));
  const { head, known } = await server.history(user, since);
  told.set(device, { user, head });
  if (since !== null && !known) hits.rule('PULL-5 no news from a head that is gone');
  if (!news) return;
  world.note(() => `the stream of ${device.name}: ${news.from.head} → ${news.to.head}`);
  if (random.chance(0.1)) return hits.fault('news lost');
  letters.push({ device, user, news });
  if (random.chance(0.7)) await hear(world);
}

/** One of the news on its way arrives, the newest one most likely, now and then once more later. */
export async function hear(world: World): Promise<void> {
  const { letters, random, hits } = world;
  const isLate = letters.length > 1 && random.chance(0.3);
  const index = isLate ? random.int(letters.length - 1) : letters.length - 1;
  const letter = letters[index];
  if (!letter) return;
  if (isLate) hits.fault('news late');
  if (random.chance(0.2)) hits.fault('news twice');
  else letters.splice(index, 1);
  if (letter.device.users().includes(letter.user)) await deliver(world, letter);
}

async function deliver(world: World, { device, user, news }: World['letters'][number]): Promise<void> {
  const { watch, hits } = world;
  let onDeath = () => {};
  const death = new Promise<null>((resolve) => {
    onDeath = () => resolve(null);
  });
  const life: Life = { alive: true, onDeath: () => onDeath() };
  watch.landed(life, { request: { cursor: news.from.cursor }, disk: device.disk(user), upgrade: false });
  const hearing = device
    .hearNews({ user, news, life, fault: () => drawStorageFault(world) })
    .catch((error: unknown) => {
      if (error instanceof StorageRefused) return null;
      throw error;
    });
  const taken = await Promise.race([hearing, death]);
  watch.ended(life);
  world.note(() => `  ${device.name}: hears ${news.from.head} → ${news.to.head}, taken: ${taken}`);
  if (taken === true) hits.rule('PULL-6 news');
  if (taken === false) hits.rule('PULL-6 news from elsewhere');
}
