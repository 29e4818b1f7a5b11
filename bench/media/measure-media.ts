import type { Recorder } from '../recorder.ts';
import type { MediaResults } from '../results.ts';
import { measureDeviceMemory } from './device-memory.ts';
import { renderedFilm } from './film.ts';
import { measurePlayback } from './playback.ts';
import { measureServerMemory } from './server-memory.ts';

/** What large videos cost on either side, and how soon one that is kept on the device plays. */
export async function measureMedia(options: {
  readonly large: number;
  readonly played: readonly number[];
  readonly samples: number;
  readonly attempt: Recorder['attempt'];
  readonly say: Recorder['say'];
}): Promise<MediaResults> {
  const { large, played, samples, attempt, say } = options;
  const film = await renderedFilm();
  const server = await attempt('memory of the server', () => measureServerMemory(large, say));
  const device = await attempt('memory of Chromium', () => measureDeviceMemory({ film, bytes: large }, say));
  const playback = [];
  for (const bytes of played) {
    const found = await attempt(`playback of ${bytes}`, () => measurePlayback({ film, bytes, samples }, say));
    playback.push(...(found ?? []));
  }
  return { memory: [...(server ?? []), ...(device ?? [])], playback };
}
