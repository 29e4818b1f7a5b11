/**
 * Time that passes faster in a server under test, so that leases of half a minute and waits of two are over in
 * seconds; whoever talks with it about the time has to ask the same clock.
 *
 *   const clock = fastClock();
 *   const server = await startServer({ env: clock.env });
 *   clock.now()
 *
 * It is also what that process loads before anything else.
 */
import { fileURLToPath } from 'node:url';

export interface FastClock {
  /** For the process whose time it is; `NODE_OPTIONS` among it. */
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
}

const SPEED = 30;

/** @param options what `NODE_OPTIONS` has besides */
export function fastClock(options = ''): FastClock {
  const since = Date.now();
  return {
    env: { NODE_OPTIONS: `${options} --import=${fileURLToPath(import.meta.url)}`, FAST_CLOCK_SINCE: String(since) },
    now: () => since + (Date.now() - since) * SPEED,
  };
}

if (process.env.FAST_CLOCK_SINCE !== undefined) speedUp(Number(process.env.FAST_CLOCK_SINCE));

function speedUp(since: number): void {
  const { now } = Date;
  Date.now = () => Math.round(since + (now() - since) * SPEED);
  const { setTimeout: later } = globalThis;
  Reflect.set(globalThis, 'setTimeout', (run: () => void, ms = 0, ...rest: unknown[]) =>
    later(run, ms / SPEED, ...rest),
  );
}
