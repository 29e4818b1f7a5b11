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
  /** Takes away the notifications that are shown. */
  readonly clear: () => Promise<void>;
}

export type Subscribed = Pick<PushSubscription, 'endpoint' | 'toJSON' | 'unsubscribe'>;

/** Chromium waits without end for a push service that it does not reach. */
const PATIENCE_MS = 20_000;

export function createBrowserPush(): BrowserPush {
  const registration = () => navigator.serviceWorker.getRegistration();
  const manager = async () => (await registration())?.pushManager;
  const subscribed = async () => (await (await manager())?.getSubscription()) ?? null;
  return {
    permission: () => (isPossible() ? Notification.permission : 'impossible'),
    ask: () => Notification.requestPermission(),
    subscribed,
    subscribe: async (applicationServerKey) => {
      const former = await subscribed();
      // Not asked for anew: a push service that is not reached just now is no reason to lose it.
      if (former && keyOf(former) === applicationServerKey) return former;
      // It was made for other keys than the server has now, and a browser makes no second one beside it.
      await former?.unsubscribe();
      const options = { userVisibleOnly: true, applicationServerKey };
      const made = manager().then((manages) => manages?.subscribe(options));
      const late = wait(PATIENCE_MS, AbortSignal.timeout(PATIENCE_MS));
      return (await Promise.race([made.catch(() => undefined), late])) ?? null;
    },
    clear: async () => {
      for (const shown of (await (await registration())?.getNotifications()) ?? []) shown.close();
    },
  };
}

/** The server's key that it was made for, as servers give it: Base64 for URLs. */
function keyOf({ options }: PushSubscription): string | null {
  const key = options.applicationServerKey;
  if (!key) return null;
  const text = btoa(String.fromCharCode(...new Uint8Array(key)));
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function isPossible(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis;
}
