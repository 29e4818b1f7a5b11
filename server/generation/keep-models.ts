import type { Log } from '../log.ts';
import type { After } from '../timers.ts';
import type { VideoProvider } from './provider.ts';

export interface ModelsKeeper {
  /** Hears of the models where the last time is long ago; never rejects. */
  readonly look: () => Promise<void>;
  /** Looks at once, and from then on by itself. */
  readonly start: () => void;
}

const HOUR_MS = 60 * 60_000;
/** A few times a day; what each process asks for by itself is spread. */
const EVERY_MS = 5 * HOUR_MS;
const SPREAD_MS = 2 * HOUR_MS;
const AFTER_FAILURE_MS = HOUR_MS / 2;

/** Keeps what a provider's models take and cost in step with what it says of them. What cannot be heard stays as it is. */
export function createModelsKeeper(deps: {
  readonly provider: VideoProvider;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly after: After;
  readonly random: (bytes: number) => Uint8Array;
  readonly log: Log;
}): ModelsKeeper {
  const { provider, clock, after, random, log } = deps;
  const refresh = provider.refreshModels;
  let nextAt = 0;

  async function look(): Promise<void> {
    if (refresh === null || clock() < nextAt) return;
    const chance = (random(1)[0] ?? 0) / 256;
    nextAt = clock() + AFTER_FAILURE_MS * (1 + chance);
    try {
      await refresh();
      nextAt = clock() + EVERY_MS + SPREAD_MS * chance;
    } catch (error) {
      log.warn('models not heard of', { provider: provider.name, error });
    }
  }

  function start(): void {
    if (refresh === null) return;
    void look().then(() => after(Math.max(0, nextAt - clock()), start));
  }

  return { look, start };
}
