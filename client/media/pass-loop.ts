import { retryDelay } from '../../sync/backoff.ts';
import type { BrowserPorts } from './browser-ports.ts';
import type { PassEnd } from './pass.ts';

/** How a pass ended, or that the local database failed under it. */
export type LoopEnd = PassEnd | { readonly kind: 'storage_failed'; readonly message: string };

/** Passes, one after the other, each when there may be something to do; nothing before the first kick. */
export interface PassLoop {
  /** Says that there may be something to do, and that the server was heard. */
  readonly kick: () => void;
  /** A person's wish: put off by no wait. */
  readonly wish: () => void;
  /** Ends the pass that is under way and begins anew: it went over a network that is gone. */
  readonly restart: () => void;
  /** Gives everything back until the next kick: this page is about to be frozen. */
  readonly pause: () => void;
  /** Ends what is under way; resolves when nothing is written any more. */
  readonly stop: () => Promise<void>;
}

export interface PassLoopDeps {
  /** Throws nothing but what the local database throws: the network's faults are outcomes. */
  readonly pass: (signal: AbortSignal) => Promise<PassEnd>;
  readonly ports: Pick<BrowserPorts, 'wait' | 'clock' | 'random'>;
  readonly signal: AbortSignal;
  readonly onBegin?: () => void;
  /** @param delay milliseconds until the next pass, where it was trouble that ended this one */
  readonly onEnd?: (end: LoopEnd, delay: number) => void;
}

export function createPassLoop({ pass, ports, signal, onBegin, onEnd }: PassLoopDeps): PassLoop {
  const stopped = new AbortController();
  const ended = AbortSignal.any([signal, stopped.signal]);
  let kicked = false;
  let wished = false;
  let attempt = new AbortController();
  let sleep = { kicks: true, controller: new AbortController() };

  const kick = () => {
    kicked = true;
    if (sleep.kicks) sleep.controller.abort();
  };

  const wish = () => {
    wished = true;
    kick();
    sleep.controller.abort();
  };

  /** Until the time is over, or the end, or, where kicks count, a kick. */
  const rest = async (ms: number, kicks: boolean): Promise<void> => {
    sleep = { kicks, controller: new AbortController() };
    if (wished || (kicks && kicked)) return;
    const until = AbortSignal.any([sleep.controller.signal, ended]);
    await ports.wait(Math.min(ms, FOREVER_MS), until);
  };

  const tryPass = async (): Promise<LoopEnd> => {
    attempt = new AbortController();
    try {
      return await pass(AbortSignal.any([ended, attempt.signal]));
    } catch (error) {
      return { kind: 'storage_failed', message: error instanceof Error ? error.message : String(error) };
    }
  };

  const loop = async (): Promise<void> => {
    let failures = 0;
    await rest(FOREVER_MS, true);
    while (!ended.aborted) {
      [kicked, wished] = [false, false];
      onBegin?.();
      const end = await tryPass();
      if (ended.aborted) return;
      failures = countFailures(failures, end);
      const retryAfterMs = end.kind === 'unavailable' ? end.retryAfterMs : null;
      const delay = retryDelay({ attempt: Math.max(1, failures), retryAfterMs, random: ports.random() });
      onEnd?.(end, delay);
      if (end.kind === 'idle') await rest(end.nextAt === null ? FOREVER_MS : end.nextAt - ports.clock(), true);
      else if (end.kind === 'unauthorized' || end.kind === 'stopped') await rest(FOREVER_MS, true);
      else if (end.kind === 'full') await rest(FULL_REST_MS, false);
      else await rest(delay, end.kind === 'storage_failed' || !end.answered);
    }
  };
  const running = loop();

  return {
    kick,
    wish,
    restart: () => {
      attempt.abort();
      wish();
    },
    pause: () => {
      [kicked, wished] = [false, false];
      attempt.abort();
    },
    stop: async () => {
      stopped.abort();
      await running;
    },
  };
}

/** The longest that a browser's timer can wait. */
const FOREVER_MS = 2 ** 31 - 1;
/** How soon a full device is looked at again. */
const FULL_REST_MS = 60_000;

function countFailures(before: number, end: LoopEnd): number {
  if (end.kind === 'storage_failed') return before + 1;
  if (end.kind !== 'unavailable') return 0;
  return end.progressed ? 1 : before + 1;
}
