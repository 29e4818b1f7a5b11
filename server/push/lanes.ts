import type { Lane } from '../generation/lane.ts';
import { claimMessages, isAnythingUntold, nextMessageAt, tellEnded } from './message.ts';
import { type SendDeps, sendMessage } from './send.ts';
import type { Vapid } from './vapid.ts';

export interface PushDeps extends Omit<SendDeps, 'vapid'> {
  /** Null where this server sends no push messages. */
  readonly vapid: Vapid | null;
}

/** Tells the browsers of people whose generations ended, wherever that was found out. */
export function pushLanes(deps: PushDeps): readonly Lane[] {
  const { db, clock, vapid } = deps;
  if (vapid === null) return [];
  return [
    {
      concurrency: 1,
      claim: async () =>
        (await isAnythingUntold(db, clock())) ? [{ id: 'tell', run: () => tellEnded(db, clock()) }] : [],
      nextAt: async () => ((await isAnythingUntold(db, clock())) ? clock() : null),
    },
    {
      concurrency: 4,
      claim: async (limit) => {
        const due = await claimMessages(db, clock(), limit);
        return due.map((message) => ({
          id: `${message.endpoint} ${message.notice.generation}`,
          run: () => sendMessage({ ...deps, vapid }, message),
        }));
      },
      nextAt: () => nextMessageAt(db),
    },
  ];
}
