import type { Log } from '../data/event-log.ts';
import type { Live } from '../sync/live.ts';
import type { Runner } from '../sync/runner.ts';

/**
 * Syncs when this page may have been cut off: the network is back, someone looks, the page was
 * thawed. Before it is frozen everything is given back, so that a page that stands still holds up
 * neither the other tabs nor an upgrade.
 */
export function listenForTriggers(deps: {
  readonly runner: Runner;
  readonly live: Live;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly onOffline: () => void;
  readonly onFreeze: () => void;
}): void {
  const { runner, live, log, signal, onOffline, onFreeze } = deps;
  const logged = (what: 'online' | 'offline' | 'visible', act: () => void) => () => {
    log({ kind: 'trigger', details: { what } });
    act();
  };
  const kickIfVisible = () => {
    live.wake();
    if (document.visibilityState === 'visible') logged('visible', runner.kick)();
  };
  const kick = () => {
    live.wake();
    runner.kick();
  };
  const restart = () => {
    live.restart();
    runner.restart();
  };
  const pause = () => {
    live.pause();
    runner.pause();
  };
  // Whatever is under way went over a network that is gone.
  addEventListener('online', logged('online', restart), { signal });
  addEventListener('offline', logged('offline', onOffline), { signal });
  document.addEventListener('visibilitychange', kickIfVisible, { signal });
  addEventListener('pageshow', ({ persisted }) => persisted && kick(), { signal });
  addEventListener('pagehide', ({ persisted }) => persisted && pause(), { signal });
  document.addEventListener('resume', kick, { signal });
  document.addEventListener(
    'freeze',
    () => {
      pause();
      onFreeze();
    },
    { signal },
  );
}
