import type { Server } from 'node:http';
import type { Log } from '../log.ts';

const GRACE_MS = 10_000;
const SWEEP_MS = 50;
/** Ctrl+C under npm arrives twice, from the terminal and from npm; a person takes longer. */
const SAME_PRESS_MS = 500;

/** Ends the process on SIGTERM or SIGINT once what runs is finished; the second signal ends it at once. */
export function onStopSignal(options: {
  readonly server: Server;
  /** Streams, which end by no other means. */
  readonly live: { readonly close: () => void };
  readonly jobs: { readonly stop: () => Promise<void> };
  readonly log: Log;
  /** Closes what requests and jobs need; called after both have ended. */
  readonly finish: () => void;
}): void {
  const { server, live, jobs, log, finish } = options;
  let stoppingSince: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stoppingSince === null) {
        stoppingSince = performance.now();
        void stop(signal);
      } else if (performance.now() - stoppingSince > SAME_PRESS_MS) process.exit(1);
    });
  }

  async function stop(signal: string): Promise<void> {
    log.info('stopping', { signal });
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    live.close();
    // A connection whose last reply has just ended would otherwise be kept for another one.
    setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    const patience = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), GRACE_MS - 500));
    const ended = await Promise.race([Promise.allSettled([closed, jobs.stop()]), patience]);
    if (ended === 'late') log.warn('stopped before everything was finished');
    server.closeAllConnections();
    finish();
    process.exit(0);
  }
}
