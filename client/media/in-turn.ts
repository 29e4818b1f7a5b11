import type { UserId } from '../../sync/ids.ts';
import { type Hold, type LivelyLockOptions, withLivelyLock } from '../sync/lock.ts';
import type { PassEnd } from './pass.ts';

/** What makes a context the one of this browser that makes its passes. */
export type Turn = Pick<LivelyLockOptions, 'maySteal' | 'onEvent' | 'tempo'>;

/** Under which name a person's videos are fetched. */
export const fetchLock = (user: UserId) => `vidfab-media-${user}`;

/** One pass, while no other tab and no worker of this browser makes one of that name; waits for them where they do. */
export async function inTurn(
  options: Turn & Pick<LivelyLockOptions, 'name' | 'signal'>,
  run: (hold: Hold) => Promise<PassEnd>,
): Promise<PassEnd> {
  let running: Promise<PassEnd> | undefined;
  const end = await withLivelyLock({ ...options, askedAt: () => 0, steal: false }, (hold) => {
    running = run(hold);
    return running;
  });
  if (end.kind === 'covered' || end.kind === 'hung') return { kind: 'stopped' };
  // The lock is given back at once; what is under way still comes to its end.
  if (end.kind === 'stopped') await running?.catch(() => undefined);
  return end;
}
