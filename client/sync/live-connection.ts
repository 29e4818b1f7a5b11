import { retryDelay } from '../../sync/backoff.ts';
import type { UserId } from '../../sync/ids.ts';
import { listen } from './live-stream.ts';

export interface LiveConnection {
  /** Keeps a stream open, with ever longer waits between tries, until the signal aborts. Never rejects. */
  readonly run: (signal: AbortSignal) => Promise<void>;
  /** Someone looks: tries now rather than later, and makes sure that what is connected is alive. */
  readonly hurry: () => void;
  /** The network changed: whatever is connected goes nowhere. */
  readonly restart: () => void;
}

/** The server sends something every 20 s. */
const SILENCE_MS = 60_000;
/** Whoever comes back to a stream this quiet, from sleep perhaps, gets a new one. */
const DOUBTFUL_MS = 25_000;

/** @param deps.tempo how fast time goes, for tests */
export function createLiveConnection(deps: {
  readonly user: UserId;
  readonly onState: (state: 'connected' | 'connecting') => void;
  readonly onEvent: (name: string, data: string) => void;
  /** The stream broke, or the server refused one. */
  readonly onLost: () => void;
  readonly tempo: number;
}): LiveConnection {
  const { user, onState, onEvent, onLost, tempo } = deps;
  let stream = new AbortController();
  let endRest = () => {};
  let soundAt = 0;
  /** Someone ended it who wants another one now. */
  let wanted = false;

  const rest = (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      endRest = () => {
        clearTimeout(timer);
        resolve();
      };
      signal.addEventListener('abort', endRest, { once: true });
    });

  const open = (signal: AbortSignal) => {
    stream = new AbortController();
    soundAt = Date.now();
    return listen({
      user,
      signal: AbortSignal.any([signal, stream.signal]),
      silenceMs: SILENCE_MS / tempo,
      onSound: () => {
        soundAt = Date.now();
      },
      onEvent: (name, data) => {
        onState('connected');
        onEvent(name, data);
      },
    });
  };

  const restart = () => {
    wanted = true;
    stream.abort();
    endRest();
  };

  return {
    restart,
    hurry: () => {
      endRest();
      if (Date.now() - soundAt > DOUBTFUL_MS / tempo) restart();
    },
    run: async (signal) => {
      let failures = 0;
      while (!signal.aborted) {
        wanted = false;
        onState('connecting');
        const { heard, refused, retryAfterMs } = await open(signal);
        if (signal.aborted) return;
        onState('connecting');
        if (heard || refused) onLost();
        failures = heard || wanted ? 1 : failures + 1;
        const delay = retryDelay({ attempt: failures, retryAfterMs, random: Math.random() });
        if (!wanted) await rest(delay / tempo, signal);
      }
    },
  };
}
