import type { UserId } from '../../sync/ids.ts';
import { type Hold, type LivelyLockOptions, withLivelyLock } from '../sync/lock.ts';
import type { PassEnd } from './pass.ts';

/** What makes a context the one of this browser that makes its passes. */
export type Turn = Pick<LivelyLockOptions, 'maySteal' | 'onEvent' | 'tempo'>;

/** One pass, while no other tab and no worker of this browser makes one of its kind; waits for them where they do. */
export async function inTurn(
  {
    kind,
    user,
    ...turn
  }: Turn & {
    readonly kind: 'media' | 'upload';
    readonly user: UserId;
    readonly signal: AbortSignal;
  },
  run: (hold: Hold) => Promise<PassEnd>,
): Promise<PassEnd> {
  let running: Promise<PassEnd> | undefined;
  const end = await withLivelyLock(
    { ...turn, name: `vidfab-${kind}-${user}`, askedAt: () => 0, steal: false },
    (hold) => {
      running = run(hold);
      return running;
    },
  );
  if (end.kind === 'covered' || end.kind === 'hung') return { kind: 'stopped' };
  // The lock is given back at once; what is under way still comes to its end.
  if (end.kind === 'stopped') await running?.catch(() => undefined);
  return end;
}
