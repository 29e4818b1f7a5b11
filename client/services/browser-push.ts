import { wait } from '../media/ports.ts';

/** What a browser has of Web Push. */
export interface BrowserPush {
  /** What the person said, if they were asked; `impossible` where nothing could be shown whatever they say. */
  readonly permission: () => NotificationPermission | 'impossible';
  /** Asks the person where they were not asked yet. */
  readonly ask: () => Promise<NotificationPermission>;
  readonly subscribed: () => Promise<Subscribed | null>;
  /** The one there is where it was made for this key; a browser keeps only one. Null where its push service gives none. */
  readonly subscribe: (key: string) => Promise<Subscribed | null>;
}

export type Subscribed = Pick<PushSubscription, 'endpoint' | 'toJSON' | 'unsubscribe'>;

const PATIENCE_MS = 20_000;

export function createBrowserPush(): BrowserPush {
  const manager = async () => (await navigator.serviceWorker.getRegistration())?.pushManager;
  const subscribed = async () => (await (await manager())?.getSubscription()) ?? null;
  return {
    permission: () => (isPossible() ? Notification.permission : 'impossible'),
    ask: () => Notification.requestPermission(),
    subscribed,
    subscribe: async (applicationServerKey) => {
      const options = { userVisibleOnly: true, applicationServerKey };
      const attempt = async () => (await manager())?.subscribe(options).catch(() => null) ?? null;
      // Chromium waits without end for a push service that it does not reach.
      const inTime = () =>
        Promise.race([attempt(), wait(PATIENCE_MS, AbortSignal.timeout(PATIENCE_MS)).then(() => null)]);
      const first = await inTime();
      if (first) return first;
      const former = await subscribed();
      if (!former) return null;
      // It was made for other keys than the server has now.
      await former.unsubscribe();
      return inTime();
    },
  };
}

function isPossible(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
}
