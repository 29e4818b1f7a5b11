import * as v from 'valibot';
import { type Notice, NoticeSchema } from '../../sync/notice.ts';
import type { Notices } from '../data/notice-store.ts';
import { sendSubscription } from '../sync/push-subscription.ts';
import type { ActiveLibrary } from './library.ts';
import type { WorkerScope } from './worker-scope.ts';

export interface NoticeDeps {
  readonly library: Pick<ActiveLibrary, 'open'>;
  readonly notices: Notices;
  /** Syncs to the end; `onHeard` comes once the server was heard, or not reached. */
  readonly sync: (onHeard: () => void) => Promise<void>;
  readonly show: (title: string, options: NotificationOptions) => Promise<void>;
  readonly showBadge: () => Promise<void>;
  readonly later: (ms: number) => Promise<void>;
}

/** The windows of the app, the one that was used last before the others. */
export interface Windows {
  readonly pages: () => Promise<readonly Pick<WindowClient, 'focus' | 'postMessage'>[]>;
  readonly open: (path: string) => Promise<unknown>;
}

/** How long a person waits for what is ready, with a server that does not answer. */
const PATIENCE_MS = 8_000;

/** Tells of what ended while the app was closed, with the video here before anyone looks. */
export function installNotices(scope: WorkerScope, deps: Omit<NoticeDeps, 'show'>): void {
  const { registration, clients } = scope;
  const show: NoticeDeps['show'] = (title, options) => registration.showNotification(title, options);
  const windows: Windows = {
    pages: () => clients.matchAll({ type: 'window', includeUncontrolled: true }),
    open: (path) => clients.openWindow(path),
  };
  scope.addEventListener('push', (event) => event.waitUntil(tell({ ...deps, show }, event.data)));
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close();
    event.waitUntil(goTo(String(event.notification.data), windows));
  });
  scope.addEventListener('pushsubscriptionchange', (event) =>
    event.waitUntil(renew(deps, registration.pushManager, event)),
  );
}

/** Ends in a notification whatever becomes of the sync: a browser that sees none takes the permission away. */
export async function tell(deps: NoticeDeps, data: Pick<PushMessageData, 'json'> | null): Promise<void> {
  let onHeard = () => {};
  const heard = new Promise<void>((resolve) => {
    onHeard = resolve;
  });
  const synced = deps.sync(onHeard).catch(() => undefined);
  await Promise.race([heard, synced, deps.later(PATIENCE_MS)]);
  await show(deps, read(data));
  await synced;
  await deps.showBadge();
}

/** Goes there in a window that is open, else in a new one. */
export async function goTo(path: string, { pages, open }: Windows): Promise<void> {
  const [page] = await pages();
  if (!page) return void (await open(path));
  page.postMessage({ type: 'OPEN', path });
  await page.focus();
}

function read(data: Pick<PushMessageData, 'json'> | null): Notice | null {
  try {
    return v.parse(NoticeSchema, data?.json());
  } catch {
    return null;
  }
}

async function show({ library, notices, show }: NoticeDeps, notice: Notice | null): Promise<void> {
  const icon = '/icons/icon-192.png';
  if (!notice) return show('VidFab', { icon, data: '/activity' });
  const { kind, generation, video } = notice;
  // The words are the app's own: the worker has none.
  const [asked, prompt] = await Promise.all([
    notices.read().catch(() => null),
    promptOf(library, notice).catch(() => ''),
  ]);
  // Told twice, it is shown once.
  return show(asked?.words[kind] ?? 'VidFab', {
    body: prompt,
    tag: generation,
    icon,
    data: video ? `/video/${video}` : '/activity',
  });
}

/** Nothing where the library of whoever is signed in does not have it. */
async function promptOf(library: NoticeDeps['library'], { generation }: Notice): Promise<string> {
  return (await (await library.open())?.db.generations.get(generation))?.create.prompt ?? '';
}

/** This browser has another address now. Where that is not told, the page tells it at its next start. */
export async function renew(
  { library, notices }: Pick<NoticeDeps, 'library' | 'notices'>,
  manager: Pick<PushManager, 'subscribe'>,
  { oldSubscription, newSubscription }: Pick<PushSubscriptionChangeEvent, 'oldSubscription' | 'newSubscription'>,
): Promise<void> {
  const asked = await notices.read();
  // Who turned it off, or signed out, is told of nothing: an address that no server knows, and the next page ends it.
  if (!asked || asked.user !== (await library.open())?.user) return;
  const options = oldSubscription?.options;
  const subscription = newSubscription ?? (options && (await manager.subscribe(options)));
  if (subscription) await sendSubscription(subscription);
}
