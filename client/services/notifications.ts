import * as v from 'valibot';
import type { UserId } from '../../sync/ids.ts';
import type { Notifications, NotificationsState } from '../app/services.ts';
import type { NoticeStore } from '../data/notice-store.ts';
import { sendSubscription, withdrawSubscription } from '../sync/push-subscription.ts';
import type { BrowserPush } from './browser-push.ts';
import { createSource } from './observable.ts';

const KeySchema = v.object({ data: v.object({ publicKey: v.nullable(v.string()) }) });

/** Web Push of this browser for one person: asked for by them, renewed at each start, ended with their session. */
export function createNotifications(deps: {
  readonly user: UserId;
  readonly store: NoticeStore;
  readonly browser: BrowserPush;
}): Notifications {
  const { user, store, browser } = deps;
  const state = createSource<NotificationsState>({ kind: 'unknown' });
  let leaves = 0;

  const look = async (): Promise<NotificationsState> => {
    const permission = browser.permission();
    if (permission === 'impossible') return { kind: 'unsupported', by: 'browser' };
    if (permission === 'denied') return { kind: 'denied' };
    const isMine = (await store.read())?.user === user;
    return { kind: isMine && (await browser.subscribed()) !== null ? 'on' : 'off' };
  };

  const enter = async (words: Parameters<Notifications['turnOn']>[0]): Promise<NotificationsState> => {
    const seen = leaves;
    // The question comes first, while the press that it answers still counts.
    const permission = await browser.ask();
    if (permission !== 'granted') return { kind: permission === 'denied' ? 'denied' : 'off' };
    const key = await serverKey();
    if (key === undefined) return { kind: 'off', trouble: 'server' };
    if (key === null) return { kind: 'unsupported', by: 'server' };
    // Before there is a subscription: one of which nothing is written here nobody would end.
    if (!(await quietly(() => store.write(user, words).then(() => true), false))) {
      return { kind: 'off', trouble: 'device' };
    }
    const subscription = await quietly(() => browser.subscribe(key), null);
    const isTaken = subscription !== null && (await sendSubscription(subscription));
    // Who signed out meanwhile is told of nothing.
    if (isTaken && leaves === seen) return { kind: 'on' };
    await end();
    return { kind: 'off', trouble: subscription === null ? 'push_service' : 'server' };
  };

  const leave = async (): Promise<() => Promise<unknown>> => {
    leaves += 1;
    const subscription = browser.permission() === 'impossible' ? null : await quietly(browser.subscribed, null);
    // Each by itself: what one of them cannot do the other does.
    await Promise.all([
      quietly(store.clear, undefined),
      quietly(async () => subscription?.unsubscribe(), false),
      quietly(browser.clear, undefined),
    ]);
    return async () => subscription && withdrawSubscription(subscription);
  };

  const end = async (): Promise<void> => {
    const tellServer = await leave();
    await tellServer();
  };

  const renew = async (): Promise<void> => {
    if (browser.permission() === 'impossible') return;
    const isMine = async () => (await store.read())?.user === user;
    // Turned off, or another person's here, or not allowed any more: whatever is left of it ends.
    if (!(await isMine()) || browser.permission() !== 'granted') return end();
    const key = await serverKey();
    const subscription = key ? await browser.subscribe(key) : null;
    if (!subscription) return;
    // It may have been turned off on the way.
    if (!(await isMine())) return end();
    await sendSubscription(subscription);
  };

  return {
    state,
    look: async () => state.set(await quietly(look, state.get())),
    turnOn: async (words) => {
      state.set({ kind: 'busy' });
      state.set(await quietly(() => enter(words), { kind: 'off', trouble: 'push_service' }));
    },
    turnOff: async () => {
      state.set({ kind: 'busy' });
      await end();
      state.set(await quietly(look, { kind: 'off' }));
    },
    speak: (words) =>
      quietly(async () => {
        if ((await store.read())?.user === user) await store.write(user, words);
      }, undefined),
    leave,
    renew: () => quietly(renew, undefined),
  };
}

/** What it comes to; something else where this device could not read or write what it should. */
function quietly<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
  return work().catch(() => otherwise);
}

/** Null where the server sends nothing; undefined where it was not reached. */
async function serverKey(): Promise<string | null | undefined> {
  const response = await fetch('/api/push/key', { signal: AbortSignal.timeout(20_000) }).catch(() => null);
  const body = v.safeParse(KeySchema, await response?.json().catch(() => null));
  return response?.ok && body.success ? body.output.data.publicKey : undefined;
}
