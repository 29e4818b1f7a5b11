import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaMemory } from '../results.ts';
import { writeFilm } from './film.ts';
import { aboveRest, type MemorySample, REST_MS } from './memory-log.ts';
import { importFile, openStations, type Station, untilKept, untilSynced } from './station.ts';

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
    const phone = await stations.open();
    const found: MediaMemory[] = [];
    const measure = async (what: string, station: Station, work: () => Promise<void>) => {
      const watch = watchMemory(station);
      await sleep(REST_MS + 2_000);
      const from = Date.now();
      await work();
      const to = Date.now();
      const peaks = aboveRest(await watch.end(), { from, to });
      found.push({ what, side: 'Chromium', bytes, seconds: (to - from) / 1000, peaks });
      say(`memory, Chromium, ${what} of ${bytes / 1e6} MB in ${(to - from) / 1000} s: ${JSON.stringify(peaks)}`);
    };
    // Kept from being sent until that is what is measured.
    await phone.device.offline(true);
    await measure('import', phone, () => importFile(phone, path, 1));
    await measure('upload', phone, async () => {
      await phone.device.offline(false);
      await untilSynced(phone.page);
    });
    await phone.device.close();
    const laptop = await stations.open();
    await measure('download', laptop, () => untilKept(laptop.page, 1));
    return found;
  } finally {
    await rm(path, { force: true });
  }
}

/** The page's own heap with the buffers it holds, and what processes have for themselves, shared pages left out. */
function watchMemory({ page, cdp }: Station): { readonly end: () => Promise<MemorySample[]> } {
  const samples: MemorySample[] = [];
  let isOver = false;
  const loop = (async () => {
    const browser = await page.context().browser()?.newBrowserCDPSession();
    while (!isOver && browser) {
      const { usedSize, backingStorageSize } = await cdp.send('Runtime.getHeapUsage');
      const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
      const sum = (some: typeof processInfo) => some.reduce((total, { id }) => total + privateBytes(id), 0);
      const values = {
        heapUsed: usedSize,
        arrayBuffers: backingStorageSize,
        'rss of renderers': sum(processInfo.filter(({ type }) => type === 'renderer')),
        'rss of all processes': sum(processInfo),
      };
      samples.push({ at: Date.now(), values });
      await sleep(200);
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await loop;
      return samples;
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
