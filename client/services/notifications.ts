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

  const look = async (): Promise<NotificationsState> => {
    const permission = browser.permission();
    if (permission === 'impossible') return { kind: 'unsupported', by: 'browser' };
    if (permission === 'denied') return { kind: 'denied' };
    const isMine = (await store.read())?.user === user;
    return { kind: isMine && (await browser.subscribed()) !== null ? 'on' : 'off' };
  };

  const enter = async (words: Parameters<Notifications['turnOn']>[0]): Promise<NotificationsState> => {
    // The question comes first, while the press that it answers still counts.
    const permission = await browser.ask();
    if (permission !== 'granted') return { kind: permission === 'denied' ? 'denied' : 'off' };
    const key = await serverKey();
    if (key === undefined) return { kind: 'off', trouble: 'server' };
    if (key === null) return { kind: 'unsupported', by: 'server' };
    const subscription = await browser.subscribe(key);
    if (subscription === null) return { kind: 'off', trouble: 'push_service' };
    if (!(await sendSubscription(subscription))) {
      await subscription.unsubscribe().catch(() => false);
      return { kind: 'off', trouble: 'server' };
    }
    await store.write(user, words);
    return { kind: 'on' };
  };

  const leave = async (): Promise<void> => {
    const subscription = browser.permission() === 'impossible' ? null : await browser.subscribed();
    await store.clear();
    await subscription?.unsubscribe().catch(() => false);
    if (subscription) await withdrawSubscription(subscription);
  };

  const renew = async (): Promise<void> => {
    const record = await store.read();
    if (record === null || browser.permission() === 'impossible') return;
    // Another person asked for it here, or it is not allowed any more.
    if (record.user !== user || browser.permission() !== 'granted') return leave();
    const key = await serverKey();
    const subscription = key ? await browser.subscribe(key) : null;
    if (subscription) await sendSubscription(subscription);
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
      await quietly(leave, undefined);
      state.set(await quietly(look, { kind: 'off' }));
    },
    speak: (words) =>
      quietly(async () => {
        if ((await store.read())?.user === user) await store.write(user, words);
      }, undefined),
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
