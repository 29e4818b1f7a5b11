/** How often a holder says that it is alive. A frozen page or a worker that was ended cannot. */
const BEAT_MS = 2_000;
/** The silence after which a holder counts as frozen. */
const SILENCE_MS = 8_000;
/** After this long a holder begins nothing new, so that others have their turn. */
const TURN_MS = 25_000;
/** A holder that made no step for this long hangs, most likely in its database, and gives up. */
const HUNG_MS = 120_000;

/** What a holder is given while it has the lock. */
export interface Hold {
  /** Aborts when the lock is lost or given up: from then on nothing is sent or written. */
  readonly signal: AbortSignal;
  /** Whether it is someone else's turn, once what is under way is done. */
  readonly isOver: () => boolean;
  /** A step was made. */
  readonly touch: () => void;
  /** Tells those who wait that everything that was to be done when this began is done. */
  readonly complete: () => void;
}

export interface LivelyLockOptions {
  /** One holder of this name at a time in this browser. */
  readonly name: string;
  /** Ends the waiting, and gives the lock back. */
  readonly signal: AbortSignal;
  /** Whether this context may take the lock from a silent holder: a visible page, a worker in an event. */
  readonly maySteal: () => boolean;
  /** When it was last asked for what is to be done, milliseconds since 1970. */
  readonly askedAt: () => number;
  /** Takes it at once from whoever has it. */
  readonly steal: boolean;
  readonly onEvent: (what: 'stolen' | 'lost') => void;
  /** How fast time goes, for tests. */
  readonly tempo?: number;
}

export type NotRun =
  /** Someone else of this browser did all of it meanwhile. */
  | { readonly kind: 'covered' }
  /** The signal, or another tab that took this one for frozen, ended it. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'hung' };

/**
 * Runs an exchange, or an upload, while no other tab and no worker of this browser runs one under the
 * same name; waits for them where they do. Correctness does not hang on it, only economy: cycles that
 * do run at once harm nothing [PULL-6], and of two uploads the server takes one.
 * Rejects only with what `run` rejects with.
 */
export async function withLivelyLock<T>(
  options: LivelyLockOptions,
  run: (hold: Hold) => Promise<T>,
): Promise<T | NotRun> {
  const { name, signal, maySteal, askedAt, steal, onEvent, tempo = 1 } = options;
  const channel = 'locks' in navigator ? new BroadcastChannel(name) : null;
  const waiting = new AbortController();
  const lost = new AbortController();
  let coveredSince = 0;
  let silentMs = 0;
  let state: 'waiting' | 'running' | 'failed' = 'waiting';

  channel?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    silentMs = 0;
    if (typeof data === 'number') coveredSince = Math.max(coveredSince, data);
  });
  // Counted, not measured: time that this page itself spent frozen is no silence of the other.
  const listening = setInterval(
    () => {
      silentMs += BEAT_MS / 2;
      if (silentMs >= SILENCE_MS && maySteal()) waiting.abort();
    },
    BEAT_MS / 2 / tempo,
  );

  const hold = async (): Promise<T | NotRun> => {
    clearInterval(listening);
    if (signal.aborted) return { kind: 'stopped' };
    if (coveredSince > askedAt()) return { kind: 'covered' };
    state = 'running';
    const say = (message: 'beat' | number) => channel?.postMessage(message);
    const held = beat({ say, tempo, stop: AbortSignal.any([signal, lost.signal]) });
    try {
      return await Promise.race([run(held.hold), held.ended]);
    } catch (error) {
      state = 'failed';
      throw error;
    } finally {
      held.stop();
    }
  };

  const request = async (how: LockOptions): Promise<T | NotRun> => {
    try {
      return await navigator.locks.request(name, how, hold);
    } catch (error) {
      if (state === 'failed') throw error;
      if (state === 'running') {
        onEvent('lost');
        lost.abort();
        return { kind: 'stopped' };
      }
      if (signal.aborted) return { kind: 'stopped' };
      if (!waiting.signal.aborted || how.steal) return hold();
      onEvent('stolen');
      return request({ steal: true });
    }
  };

  try {
    // Browsers without locks run at once what they must.
    if (channel === null) return await hold();
    return await request(steal ? { steal } : { signal: AbortSignal.any([signal, waiting.signal]) });
  } finally {
    clearInterval(listening);
    channel?.close();
  }
}

/** The holder's side: beats while it gets on, and ends when it must not go on. */
function beat(deps: {
  readonly say: (message: 'beat' | number) => void;
  readonly tempo: number;
  readonly stop: AbortSignal;
}) {
  const { say, tempo, stop } = deps;
  const [began, start] = [Date.now(), performance.now()];
  const hung = new AbortController();
  let idleMs = 0;
  const beating = setInterval(() => {
    say('beat');
    idleMs += BEAT_MS;
    if (idleMs > HUNG_MS) hung.abort();
  }, BEAT_MS / tempo);
  say('beat');
  const signal = AbortSignal.any([stop, hung.signal]);
  const hold: Hold = {
    signal,
    isOver: () => (performance.now() - start) * tempo > TURN_MS,
    touch: () => {
      idleMs = 0;
    },
    complete: () => say(began),
  };
  const ended = new Promise<NotRun>((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: hung.signal.aborted ? 'hung' : 'stopped' }), { once: true });
  });
  return { hold, ended, stop: () => clearInterval(beating) };
}
