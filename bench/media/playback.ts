import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MediaPlayback } from '../results.ts';
import { quantile } from '../stats.ts';
import { writeFilm } from './film.ts';
import { importFile, openStations, type Station } from './station.ts';

const SLOWDOWN = 4;

/** From the tap on a tile to the first frame on the screen, and from a seek to the frame there; network off. */
export async function measurePlayback(
  options: { readonly film: Uint8Array; readonly bytes: number; readonly samples: number },
  say: (line: string) => void,
): Promise<MediaPlayback[]> {
  const { film, bytes, samples } = options;
  const path = join(tmpdir(), `vidfab-played-${process.pid}.mp4`);
  await writeFilm(path, film, bytes);
  try {
    await using stations = await openStations();
    const station = await stations.open();
    await station.device.offline(true);
    await importFile(station, path, 1);
    await station.page.getByTestId('video-tile').first().waitFor();
    await station.cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
    await station.cdp.send('ServiceWorker.enable');
    // The screen of a video is loaded on first use.
    await firstFrame(station);
    const take = async (what: MediaPlayback['what'], count: number, sample: () => Promise<number>) => {
      const ms: number[] = [];
      for (let n = 0; n < count; n++) ms.push(await sample());
      say(
        `${what}, ${bytes / 1e6} MB: p50 ${quantile(ms, 0.5).toFixed(0)} ms, p95 ${quantile(ms, 0.95).toFixed(0)} ms`,
      );
      return { what, bytes, slowdown: SLOWDOWN, ms };
    };
    return [
      await take('first frame', samples, () => firstFrame(station)),
      await take('first frame, worker asleep', samples, async () => {
        await station.cdp.send('ServiceWorker.stopAllWorkers');
        await sleep(300);
        return firstFrame(station);
      }),
      await take('seek', samples, await seeking(station)),
    ];
  } finally {
    await rm(path, { force: true });
  }
}

/** Opens the video from the gallery, and goes back there. */
async function firstFrame({ page }: Station): Promise<number> {
  const ms = await page.evaluate(async () => {
    const tile =
      document.querySelector('[data-testid=video-tile] a') ?? document.querySelector('[data-testid=video-tile]');
    if (!(tile instanceof HTMLElement)) throw new Error('no tile');
    const shown = new Promise<number>((resolve) => {
      const look = () => {
        const video = document.querySelector('video');
        if (!video) return requestAnimationFrame(look);
        return video.requestVideoFrameCallback(() => resolve(performance.now()));
      };
      look();
    });
    const since = performance.now();
    tile.click();
    return (await shown) - since;
  });
  await page.goBack();
  await page.getByTestId('video-tile').first().waitFor();
  await sleep(200);
  return ms;
}

async function seeking({ page }: Station): Promise<() => Promise<number>> {
  await page.getByTestId('video-tile').first().click();
  await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 2);
  await page.evaluate(() => document.querySelector('video')?.pause());
  return async () => {
    await sleep(100);
    return page.evaluate(async (place) => {
      const video = document.querySelector('video');
      if (!video) throw new Error('no video');
      const seeked = new Promise((resolve) => video.addEventListener('seeked', resolve, { once: true }));
      const late = new Promise<null>((resolve) => setTimeout(() => resolve(null), 10_000));
      const since = performance.now();
      video.currentTime = place * video.duration;
      // Fires with the new frame in the compositor's hands.
      const shown = await Promise.race([seeked, late]);
      if (shown === null) throw new Error(`a seek took over ten seconds: ${video.error?.message ?? 'no error'}`);
      return performance.now() - since;
    }, Math.random() * 0.98);
  };
}
