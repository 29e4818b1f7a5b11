import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { personOf } from '../../tests/support/page-person.ts';
import type { MediaMemory } from '../results.ts';
import { type Bystander, letGo, standBy } from './bystander.ts';
import { writeFilm } from './film.ts';
import { aboveRest, type MemorySample, REST_MS } from './memory-log.ts';
import { importFile, openStations, poll } from './station.ts';

/** A large video through a real Chromium: imported, uploaded, and downloaded on another device. */
export async function measureDeviceMemory(
  options: { readonly film: Uint8Array; readonly bytes: number },
  say: (line: string) => void,
): Promise<MediaMemory[]> {
  const { film, bytes } = options;
  const path = join(tmpdir(), `vidfab-large-${process.pid}.mp4`);
  await writeFilm(path, film, bytes);
  try {
    await using stations = await openStations();
    const { server } = stations;
    const [phone, laptop] = [await stations.open(), await stations.open()];
    const person = await personOf(phone.page, server);
    const [here, there] = [await standBy(phone), await standBy(laptop)];
    const [ofPhone, ofLaptop] = [watchMemory(here), watchMemory(there)];
    const found: MediaMemory[] = [];
    const measure = async (what: string, watch: Watch, work: () => Promise<void>) => {
      const from = Date.now();
      await work();
      const to = Date.now();
      const peaks = aboveRest(watch.samples, { from, to });
      found.push({ what, side: 'Chromium', bytes, seconds: (to - from) / 1000, peaks });
      say(`memory, Chromium, ${what} of ${bytes / 1e6} MB in ${(to - from) / 1000} s: ${JSON.stringify(peaks)}`);
    };

    // Nothing is sent before that is what is measured.
    await server.kill();
    await letGo(laptop);
    await sleep(REST_MS + 1_000);
    await measure('import', ofPhone, () => importFile(phone, path, 1));
    await letGo(phone);
    await sleep(REST_MS + 1_000);
    await measure('upload', ofPhone, async () => {
      await server.restart();
      for (const page of [here, there]) await page.evaluate(`dispatchEvent(new Event('online'))`);
      await poll(async () => {
        const { data } = await (await person.fetch('/api/user/videos')).json();
        return data.videos[0]?.status === 'completed';
      });
    });
    await measure('download', ofLaptop, () => poll(async () => (await there.evaluate(VERIFIED)) === 1));
    for (const watch of [ofPhone, ofLaptop]) await watch.end();
    for (const page of [here, there]) page.close();
    return found;
  } finally {
    await rm(path, { force: true });
  }
}

/** In the page: how many copies are whole. */
const VERIFIED = `(async () => {
  const done = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const { name } = (await indexedDB.databases()).find(({ name }) => name.startsWith('vidfab-'));
  const db = await done(indexedDB.open(name));
  const copies = await done(db.transaction('copies').objectStore('copies').getAll());
  db.close();
  return copies.filter(({ state }) => state === 'verified').length;
})()`;

interface Watch {
  readonly samples: readonly MemorySample[];
  readonly end: () => Promise<void>;
}

/** The page's own heap with the buffers it holds, and what processes have for themselves, shared pages left out. */
function watchMemory({ heap, processes }: Bystander): Watch {
  const samples: MemorySample[] = [];
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      const { usedSize, backingStorageSize } = await heap();
      const all = await processes();
      const sum = (some: typeof all) => some.reduce((total, { id }) => total + privateBytes(id), 0);
      const values = {
        heapUsed: usedSize,
        arrayBuffers: backingStorageSize,
        'rss of renderers': sum(all.filter(({ type }) => type === 'renderer')),
        'rss of all processes': sum(all),
      };
      samples.push({ at: Date.now(), values });
      await sleep(200);
    }
  })();
  return {
    samples,
    end: () => {
      isOver = true;
      return loop;
    },
  };
}

/** Zero for a process that has just ended. */
function privateBytes(pid: number): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
